package dev.covector.explain;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes JSON without spaces, in the order in which it is told. Members that say nothing are left out. */
final class JsonWriter {
    private final StringWriter out = new StringWriter();
    private final com.google.gson.stream.JsonWriter json = new com.google.gson.stream.JsonWriter(out);

    @Override
    public String toString() {
        // What would end a script can only be in a text.
        return out.toString().replace("<", "\\u003c");
    }

    /** What a writer to memory never throws. */
    private interface Step {
        void run() throws IOException;
    }

    private JsonWriter told(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    JsonWriter object(Runnable members) {
        told(json::beginObject);
        members.run();
        return told(json::endObject);
    }

    <T> JsonWriter array(Collection<T> elements, Consumer<T> each) {
        told(json::beginArray);
        elements.forEach(each);
        return told(json::endArray);
    }

    /** The name of a member, whose value comes next. */
    JsonWriter name(String name) {
        return told(() -> json.name(name));
    }

    JsonWriter value(String text) {
        return told(() -> json.value(text));
    }

    JsonWriter value(long number) {
        return told(() -> json.value(number));
    }

    /** A finite number. */
    JsonWriter value(double number) {
        return told(() -> json.value(number));
    }

    JsonWriter value(boolean truth) {
        return told(() -> json.value(truth));
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
}
