package dev.covector.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
}
