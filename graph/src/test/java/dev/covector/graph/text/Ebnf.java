package dev.covector.graph.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A grammar in the notation of GRAMMAR.md: tells whether a text follows it, and makes random texts that do. Knows of the
 * text form only what the page says about spaces and comments.
 */
final class Ebnf {
    private sealed interface Part {
        /** A word or sign in quotes. */
        record Word(String text) implements Part {}

        /** A class of characters. */
        record Chars(Pattern pattern) implements Part {}

        record Rule(String name) implements Part {}

        record Sequence(List<Part> parts) implements Part {}

        record Choice(List<Part> alternatives) implements Part {}

        /** {@code least} is 0 or 1. */
        record Repeat(Part part, int least, boolean more) implements Part {}
    }

    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"]+\"|\\[[^]]*]|#x[0-9A-F]+|[A-Za-z][A-Za-z0-9]*|[()|?*+]");

    private final Map<String, Part> rules = new LinkedHashMap<>();
    /** The alternatives that {@link #make} has not chosen yet. */
    private final Set<Part> unused = new LinkedHashSet<>();

    Ebnf(String grammar) {
        for (String rule : grammar.split("\n(?=\\S)")) {
            String[] sides = rule.split("::=", 2);
            Deque<String> tokens = new ArrayDeque<>();
            Matcher token = TOKEN.matcher(sides[1]);
            int end = 0;
            while (token.find()) {
                if (!sides[1].substring(end, token.start()).isBlank()) {
                    throw new AssertionError("not EBNF: " + sides[1].substring(end, token.start()));
                }
                tokens.add(token.group());
                end = token.end();
            }
            rules.put(sides[0].strip(), choice(tokens));
            if (!tokens.isEmpty()) {
                throw new AssertionError(rule + "\nends before " + tokens);
            }
        }
        rules.values().forEach(this::check);
    }

    private Part choice(Deque<String> tokens) {
        List<Part> alternatives = new ArrayList<>(List.of(sequence(tokens)));
        while ("|".equals(tokens.peek())) {
            tokens.pop();
            alternatives.add(sequence(tokens));
        }
        return alternatives.size() == 1 ? alternatives.getFirst() : new Part.Choice(alternatives);
    }

    private Part sequence(Deque<String> tokens) {
        List<Part> parts = new ArrayList<>();
        while (!tokens.isEmpty() && !tokens.peek().equals("|") && !tokens.peek().equals(")")) {
            String token = tokens.pop();
            Part part;
            if (token.equals("(")) {
                part = choice(tokens);
                tokens.pop();
            } else if (token.startsWith("\"")) {
                part = new Part.Word(token.substring(1, token.length() - 1));
            } else if (token.startsWith("[") || token.startsWith("#")) {
                String set = token.replaceAll("#x([0-9A-F]+)", "\\\\x{$1}");
                part = new Part.Chars(Pattern.compile(set));
            } else {
                part = new Part.Rule(token);
            }
            String repeat = tokens.isEmpty() ? "" : tokens.peek();
            if (repeat.equals("?") || repeat.equals("*") || repeat.equals("+")) {
                tokens.pop();
                part = new Part.Repeat(part, repeat.equals("+") ? 1 : 0, !repeat.equals("?"));
            }
            parts.add(part);
        }
        return parts.size() == 1 ? parts.getFirst() : new Part.Sequence(parts);
    }

    private void check(Part part) {
        switch (part) {
            case Part.Rule rule -> {
                if (!rules.containsKey(rule.name)) {
                    throw new AssertionError("no rule for " + rule.name);
                }
            }
            case Part.Sequence sequence -> sequence.parts.forEach(this::check);
            case Part.Choice choice -> {
                choice.alternatives.forEach(this::check);
                unused.addAll(choice.alternatives);
            }
            case Part.Repeat repeat -> check(repeat.part);
            case Part.Word word -> {}
            case Part.Chars chars -> {}
        }
    }

    /** All words in quotes that a rule reaches. */
    Set<String> words(String rule) {
        Set<String> words = new LinkedHashSet<>();
        words(new Part.Rule(rule), words, new LinkedHashSet<>());
        return words;
    }

    private void words(Part part, Set<String> words, Set<String> seen) {
        switch (part) {
            case Part.Rule r -> {
                if (seen.add(r.name)) {
                    words(rule(r), words, seen);
                }
            }
            case Part.Sequence sequence -> sequence.parts.forEach(p -> words(p, words, seen));
            case Part.Choice choice -> choice.alternatives.forEach(p -> words(p, words, seen));
            case Part.Repeat repeat -> words(repeat.part, words, seen);
            case Part.Word word -> words.add(word.text);
            case Part.Chars chars -> {}
        }
    }

    private Part rule(Part.Rule rule) {
        Part part = rules.get(rule.name);
        if (part == null) {
            throw new AssertionError(rule.name);
        }
        return part;
    }

    // ---- recognising: each part's ends for a start, remembered, so that it doesn't matter which alternative comes first

    /** Whether {@code text} is a {@code rule}, spaces and a comment at its end included. */
    boolean matches(String rule, String text) {
        BitSet ends = new Recogniser(text).ends(new Part.Rule(rule), 0, false);
        return ends.stream().anyMatch(end -> skipSpaces(text, end, true) == text.length());
    }

    private static int skipSpaces(String text, int from, boolean comments) {
        int at = from;
        while (at < text.length() && " \t\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return comments && text.startsWith("//", at) ? text.length() : at;
    }

    private final class Recogniser {
        private record Place(Part part, int start, boolean lexical) {}

        private final String text;
        private final Map<Place, BitSet> known = new HashMap<>();

        Recogniser(String text) {
            this.text = text;
        }

        BitSet ends(Part part, int start, boolean lexical) {
            Place place = new Place(part, start, lexical);
            BitSet ends = known.get(place);
            if (ends == null) {
                ends = find(part, start, lexical);
                known.put(place, ends);
            }
            return ends;
        }

        private BitSet find(Part part, int start, boolean lexical) {
            BitSet ends = new BitSet();
            switch (part) {
                case Part.Word word -> {
                    int at = lexical ? start : skipSpaces(text, start, true);
                    if (text.startsWith(word.text, at) && (lexical || endsWord(word.text, at))) {
                        ends.set(at + word.text.length());
                    }
                }
                case Part.Chars chars -> {
                    if (start < text.length()
                            && chars.pattern.matcher(text.substring(start, start + 1)).matches()) {
                        ends.set(start + 1);
                    }
                }
                case Part.Rule rule -> {
                    boolean capital = isLexical(rule.name);
                    int at = lexical || !capital ? start
                            : skipSpaces(text, start, !rule.name.equals("BASE64"));
                    BitSet found = ends(rule(rule), at, capital);
                    // A name or number is as long as it can be; a place may have further colons.
                    if (capital && !lexical && !found.isEmpty() && !rule.name.equals("PLACE")) {
                        ends.set(found.length() - 1);
                    } else {
                        ends.or(found);
                    }
                }
                case Part.Sequence sequence -> {
                    ends.set(start);
                    for (Part next : sequence.parts) {
                        ends = after(next, ends, lexical);
                    }
                }
                case Part.Choice choice -> {
                    for (Part alternative : choice.alternatives) {
                        ends.or(ends(alternative, start, lexical));
                    }
                }
                case Part.Repeat repeat -> {
                    BitSet last = new BitSet();
                    last.set(start);
                    if (repeat.least == 0) {
                        ends.set(start);
                    }
                    do {
                        last = after(repeat.part, last, lexical);
                        last.andNot(ends);
                        ends.or(last);
                    } while (repeat.more && !last.isEmpty());
                }
            }
            return ends;
        }

        private BitSet after(Part part, BitSet starts, boolean lexical) {
            BitSet ends = new BitSet();
            starts.stream().forEach(start -> ends.or(ends(part, start, lexical)));
            return ends;
        }

        private boolean endsWord(String word, int at) {
            int end = at + word.length();
            return word.equals("x") || !isNamePart(word.charAt(word.length() - 1)) || end == text.length()
                    || !isNamePart(text.charAt(end));
        }
    }

    private static boolean isLexical(String rule) {
        return rule.equals(rule.toUpperCase(Locale.ROOT));
    }

    private static boolean isNamePart(char c) {
        return String.valueOf(c).matches("[A-Za-z0-9_.]");
    }

    // ---- making

    /**
     * A random text of a rule, which prefers alternatives that were not chosen before. {@code given} may bring texts for
     * rules in capitals.
     */
    String make(String rule, SplittableRandom random,
            BiFunction<String, SplittableRandom, @Nullable String> given) {
        StringBuilder out = new StringBuilder();
        new Maker(random, given, out).make(new Part.Rule(rule), false, 0);
        return out.toString();
    }

    /** What no text has shown so far. */
    Set<?> unused() {
        return unused;
    }

    private final class Maker {
        private final SplittableRandom random;
        private final BiFunction<String, SplittableRandom, @Nullable String> given;
        private final StringBuilder out;

        Maker(SplittableRandom random, BiFunction<String, SplittableRandom, @Nullable String> given,
                StringBuilder out) {
            this.random = random;
            this.given = given;
            this.out = out;
        }

        void make(Part part, boolean lexical, int depth) {
            switch (part) {
                case Part.Word word -> put(word.text, lexical);
                case Part.Chars chars -> {
                    List<Character> fitting = IntStream.concat(IntStream.of('\n'), IntStream.range(32, 127))
                            .mapToObj(c -> (char) c)
                            .filter(c -> chars.pattern.matcher(String.valueOf(c)).matches()).toList();
                    char c = fitting.get(random.nextInt(fitting.size()));
                    out.append(c);
                }
                case Part.Rule rule -> {
                    String text = isLexical(rule.name) ? given.apply(rule.name, random) : null;
                    if (text != null) {
                        put(text, lexical);
                    } else if (isLexical(rule.name) && !lexical) {
                        StringBuilder whole = new StringBuilder();
                        new Maker(random, given, whole).make(rule(rule), true, depth + 1);
                        put(whole.toString(), false);
                    } else {
                        make(rule(rule), lexical, depth + 1);
                    }
                }
                case Part.Sequence sequence -> sequence.parts.forEach(next -> make(next, lexical, depth));
                case Part.Choice choice -> {
                    List<Part> fresh = choice.alternatives.stream().filter(unused::contains).toList();
                    List<Part> from = fresh.isEmpty() || depth > 12 ? choice.alternatives : fresh;
                    // Deep down the first, which is the simplest.
                    Part chosen = depth > 12 ? from.getFirst() : from.get(random.nextInt(from.size()));
                    unused.remove(chosen);
                    make(chosen, lexical, depth + 1);
                }
                case Part.Repeat repeat -> {
                    int count = repeat.least;
                    int most = repeat.more ? 3 : 1;
                    while (count < most && depth <= 12 && random.nextInt(2) == 0) {
                        count++;
                    }
                    for (int i = 0; i < count; i++) {
                        make(repeat.part, lexical, depth + 1);
                    }
                }
            }
        }

        /** With spaces before it where there may be, and one where there must be. */
        private void put(String text, boolean lexical) {
            if (!lexical && !out.isEmpty() && !text.isEmpty()) {
                boolean needed = isNamePart(out.charAt(out.length() - 1)) && isNamePart(text.charAt(0));
                if (needed || random.nextInt(3) == 0) {
                    out.append(random.nextInt(8) == 0 ? " \t " : " ");
                }
            }
            out.append(text);
        }
    }
}
