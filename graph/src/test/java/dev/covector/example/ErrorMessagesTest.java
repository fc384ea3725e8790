package dev.covector.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.GraphException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Holds every message of wrong programs against a text file, word for word. To record them anew after a change, run
 * this with {@code -Dcovector.golden.record=true} and read the difference as a user would.
 */
final class ErrorMessagesTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/covector/example");

    /** They take whatever there is. */
    private static final Set<String> REFUSE_NOTHING = Set.of("cast", "stopGradient", "trainable");

    @ParameterizedTest
    @CsvSource({"dev.covector.example.WrongPrograms, errors.txt",
        "dev.covector.example.WrongOperands, operand-errors.txt",
        "dev.covector.example.WrongRules, rule-errors.txt",
        "dev.covector.example.WrongComposites, composite-errors.txt",
        "dev.covector.example.WrongSorting, sorting-errors.txt",
        "dev.covector.example.WrongConvolutions, convolution-errors.txt",
        "dev.covector.example.WrongNetworks, network-errors.txt",
        "dev.covector.example.WrongSizes, size-errors.txt"})
    void eachWrongProgramIsToldWhatIsWrong(Class<?> wrong, String file)
            throws ReflectiveOperationException, IOException {
        Path golden = FOLDER.resolve(file);
        Map<String, String> messages = new LinkedHashMap<>();
        Method[] programs = wrong.getDeclaredMethods();
        Arrays.sort(programs, Comparator.comparing(Method::getName));
        for (Method program : programs) {
            if (!program.isSynthetic()) {
                messages.put(program.getName(), messageOf(wrong, program));
            }
        }
        String text = messages.entrySet().stream().map(e -> "# " + e.getKey() + "\n" + e.getValue() + "\n")
                .collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.writeString(golden, text, StandardCharsets.UTF_8);
        }
        assertEquals(Files.readString(golden, StandardCharsets.UTF_8), text);
    }

    /** What makes a value refuses something, and the program that shows it is here. */
    @Test
    void everyMethodHasAWrongProgram() throws IOException {
        Set<String> methods = new TreeSet<>();
        for (Class<?> owner : List.of(Expr.class, GraphBuilder.class)) {
            for (Method method : owner.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
                        && (method.getReturnType() == Expr.class || method.getReturnType() == List.class)) {
                    methods.add(method.getName());
                }
            }
        }
        methods.removeAll(REFUSE_NOTHING);
        try (var files = Files.list(FOLDER)) {
            for (Path file : files.filter(f -> f.toString().endsWith("errors.txt")).toList()) {
                Files.readAllLines(file, StandardCharsets.UTF_8)
                        .forEach(line -> methods.removeIf(method -> line.startsWith(method + ": ")));
            }
        }
        assertEquals(Set.of(), methods, "are told of by no message");
    }

    private static String messageOf(Class<?> wrong, Method program) throws ReflectiveOperationException {
        try {
            program.invoke(wrong.getDeclaredConstructor().newInstance());
        } catch (InvocationTargetException e) {
            // Any other exception is a bug of ours, and its name in the golden file would say so.
            return e.getCause() instanceof GraphException ? String.valueOf(e.getCause().getMessage())
                    : String.valueOf(e.getCause());
        }
        return "was not refused";
    }
}
