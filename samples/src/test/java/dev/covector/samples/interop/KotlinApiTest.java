package dev.covector.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of the Java classes is lost in Kotlin. */
final class KotlinApiTest {
    /** What can be a name in Kotlin only between backticks. */
    private static final Set<String> HARD_KEYWORDS =
            Set.of("as", "break", "class", "continue", "do", "else", "false",
                    "for", "fun", "if", "in", "interface", "is", "null", "object", "package", "return",
                    "super", "this", "throw",
                    "true", "try", "typealias", "typeof", "val", "var", "when", "while");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void noNameNeedsBackticks() {
        List<String> wrong = new ArrayList<>();
        int parameters = 0;
        for (Class<?> type : PublicApi.classes()) {
            List<String> names = new ArrayList<>(List.of(type.getCanonicalName().split("\\.")));
            for (Field field : type.getFields()) {
                names.add(field.getName());
            }
            for (Executable member : PublicApi.executables(type)) {
                if (member instanceof Method) {
                    names.add(member.getName());
                }
                for (Parameter parameter : member.getParameters()) {
                    assertTrue(parameter.isNamePresent(), () -> "no names of parameters in " + member);
                    names.add(parameter.getName());
                    parameters++;
                }
            }
            names.stream().filter(HARD_KEYWORDS::contains)
                    .forEach(name -> wrong.add(name + " in " + type.getName()));
        }
        assertEquals(List.of(), wrong);
        assertTrue(parameters > 1000, "too few parameters: " + parameters);
    }

    /** So a call may end with a lambda. */
    @Test
    void functionsAreTheLastParameters() {
        List<String> wrong = new ArrayList<>();
        int functions = 0;
        for (Class<?> type : PublicApi.classes()) {
            for (Executable member : PublicApi.executables(type)) {
                boolean before = false;
                for (Class<?> parameter : member.getParameterTypes()) {
                    boolean function = isFunctional(parameter);
                    functions += function ? 1 : 0;
                    if (before && !function) {
                        wrong.add(member.toGenericString());
                        break;
                    }
                    before |= function;
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(functions > 30, "too few functions: " + functions);
    }

    /** Whether Kotlin makes such an object of a lambda. */
    private static boolean isFunctional(Class<?> type) {
        return type.isInterface() && !type.isSealed() && Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers())
                        && !PublicApi.isOfObjects(method))
                .count() == 1;
    }

    /** Each member is called with the types that its annotations tell, and refused with others. */
    @Test
    void nullnessIsExact() throws IOException {
        List<KotlinCalls.Line> lines = KotlinCalls.of(PublicApi.forUsers());
        Path file = directory.resolve("Calls.kt");
        Files.writeString(file, KotlinCalls.source(lines));
        List<KotlinCompiler.Message> messages =
                KotlinCompiler.compile(directory.resolve("classes"), List.of(), List.of(file));
        assertEquals(List.of(), KotlinCalls.surprises(lines, messages));
        assertTrue(lines.size() > 2000, () -> "only " + lines.size() + " lines");
    }

    /** A program of Kotlin that uses Java's classes as if they were its own. */
    @Test
    void aKotlinProgramNeedsNothingElse() throws Exception {
        Path file = directory.resolve("JavaApi.kt");
        try (InputStream program =
                Objects.requireNonNull(KotlinApiTest.class.getResourceAsStream("JavaApi.kt"))) {
            Files.copy(program, file);
        }
        Path classes = directory.resolve("classes");
        assertEquals(List.of(), KotlinCompiler.compile(classes, List.of(), List.of(file)));
        StringBuilder said = new StringBuilder();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[]{classes.toUri().toURL()},
                        KotlinApiTest.class.getClassLoader())) {
            Class<?> program = loader.loadClass("interop.JavaApiKt");
            for (String part : List.of("operators", "dims", "literals", "lambdas", "nullness", "data",
                    "errors")) {
                said.append(part).append(": ").append(program.getMethod(part).invoke(null)).append('\n');
            }
        }
        assertEquals("""
                operators: negated=[-2.5, -4.5, -1.5, -3.5, -0.5, -2.5], row=[4.0, 5.0, 6.0], element=[4.0], \
                part=[4.0, 6.0], not=[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
                dims: 3*batch-2 batch+floordiv(batch,2)-1 13 true [7, 2, 3] [2,3] [batch,3] [] [batch]
                literals: reshape=[0.0, 1.0], flat=[0.0, 1.0, 2.0, 0.0, 1.0, 2.0], sum=[6.0], \
                columns=[0.0, 2.0, 4.0], all=[6.0], transpose=[2.0, 2.0], dot=[5.0, 5.0, 5.0, 5.0], \
                stack=[0.0, 6.0], concat=[0.0, 0.0, 1.0, 2.0, 1.0, 2.0], top=[2.0, 2.0], einsum=[10.0], \
                pool=[1.0], full=[2.5]
                lambdas: [w, layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias] \
                0.10000000149011612 exp=[3.0, 3.0], product=[2.0, 2.0]
                nullness: null JavaApi.kt y null [a, null] input x 4
                data: [f32[2,2] 7, f32[2,2] 7] 14 8 2 f32[1,2,2,1] [1.0, 3.0]
                errors: plus: the dtypes differ: f32 and i32; function "f": input "x" is missing; it is f32[batch,2]
                """, said.toString());
    }
}
