package dev.covector.compiler.facade;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Identifiers for the names of a graph, each once in its scope. */
final class JavaNames {
    /** Of Java, and of Kotlin where a name would need backticks. */
    private static final Set<String> KEYWORDS = Set.of("_", "abstract", "as", "assert", "boolean", "break",
            "byte",
            "case", "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum",
            "extends", "false", "final", "finally", "float", "for", "fun", "goto", "if", "implements",
            "import", "in",
            "instanceof", "int", "interface", "is", "long", "native", "new", "null", "object", "package",
            "private",
            "protected", "public", "return", "short", "static", "strictfp", "super", "switch", "synchronized",
            "this", "throw", "throws", "transient", "true", "try", "typealias", "typeof", "val", "var",
            "void",
            "volatile", "when", "while");
    private static final Set<String> NO_TYPES = Set.of("permits", "record", "sealed", "yield");
    /** What no method without parameters, and no component of a record, may be called. */
    private static final Set<String> OF_OBJECTS =
            Set.of("clone", "finalize", "getClass", "hashCode", "notify",
                    "notifyAll", "toString", "wait");

    private final Set<String> taken;

    private JavaNames(Set<String> taken) {
        this.taken = taken;
    }

    /** Names of variables. */
    static JavaNames ofVariables() {
        return new JavaNames(new HashSet<>());
    }

    /** Names of methods or components, of which these are taken. */
    static JavaNames ofMembers(String... taken) {
        Set<String> all = new HashSet<>(OF_OBJECTS);
        all.addAll(Set.of(taken));
        return new JavaNames(all);
    }

    /** Whether it is an identifier, and can be a class's name in Java and in Kotlin. */
    static boolean isTypeName(String name) {
        return isIdentifier(name) && !NO_TYPES.contains(name);
    }

    static boolean isIdentifier(String name) {
        return name.matches("[A-Za-z_$][A-Za-z_$0-9]*") && !KEYWORDS.contains(name);
    }

    /** An identifier for {@code name} that was not given before: {@code hiddenWeight} for {@code hidden.weight}. */
    String give(String name) {
        String plain = camelCase(name);
        return unique(KEYWORDS.contains(plain) ? plain + "_" : plain);
    }

    /** {@code plain}, or else the same with a number, that was not given before. */
    String unique(String plain) {
        String unique = plain;
        for (int i = 2; !taken.add(unique); i++) {
            unique = plain + i;
        }
        return unique;
    }

    private static String camelCase(String name) {
        StringBuilder result = new StringBuilder();
        for (String part : name.split("[._/]+", -1)) {
            if (!part.isEmpty()) {
                result.append(result.isEmpty() ? decapitalized(part) : capitalized(part));
            }
        }
        if (result.isEmpty() || Character.isDigit(result.charAt(0))) {
            result.insert(0, '_');
        }
        return result.toString();
    }

    static String capitalized(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** With a small letter first, unless it is an abbreviation such as {@code XOR}. */
    private static String decapitalized(String name) {
        return name.length() > 1 && Character.isUpperCase(name.charAt(1)) ? name
                : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
