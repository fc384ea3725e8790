package dev.covector.explain;

import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes JSON without spaces, in the order in which it is told. Members that say nothing are left out. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    /** Whether the next member or element needs a comma before it. */
    private boolean following;

    @Override
    public String toString() {
        return out.toString();
    }

    JsonWriter object(Runnable members) {
        return nested('{', members, '}');
    }

    <T> JsonWriter array(Collection<T> elements, Consumer<T> each) {
        return nested('[', () -> elements.forEach(each), ']');
    }

    private JsonWriter nested(char open, Runnable content, char close) {
        comma();
        out.append(open);
        following = false;
        content.run();
        out.append(close);
        following = true;
        return this;
    }

    /** The name of a member, whose value comes next. */
    JsonWriter name(String name) {
        comma();
        quote(name);
        out.append(':');
        following = false;
        return this;
    }

    JsonWriter value(String text) {
        comma();
        quote(text);
        return this;
    }

    JsonWriter value(long number) {
        comma();
        out.append(number);
        return this;
    }

    /** A finite number. */
    JsonWriter value(double number) {
        comma();
        out.append(number);
        return this;
    }

    JsonWriter value(boolean truth) {
        comma();
        out.append(truth);
        return this;
    }

    // ---- whole members

    JsonWriter member(String name, long number) {
        return name(name).value(number);
    }

    /** Nothing if {@code text} is empty. */
    JsonWriter member(String name, String text) {
        return text.isEmpty() ? this : name(name).value(text);
    }

    /** Nothing if {@code truth} is false. */
    JsonWriter flag(String name, boolean truth) {
        return truth ? name(name).value(true) : this;
    }

    JsonWriter numbers(String name, Collection<Integer> numbers) {
        return name(name).array(numbers, number -> value((long) number));
    }

    <T> JsonWriter list(String name, Collection<T> elements, Consumer<T> each) {
        return name(name).array(elements, each);
    }

    <T> JsonWriter texts(String name, Collection<T> elements, Function<T, String> text) {
        return name(name).array(elements, element -> value(text.apply(element)));
    }

    private void comma() {
        if (following) {
            out.append(',');
        }
        following = true;
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    // Also what would end a script, or a line of JavaScript.
                    if (c < ' ' || c == '<' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
