package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Graph;
import dev.covector.runtime.kernel.Checks;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.CompiledCode;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatTranspose;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Lanes;
import dev.covector.runtime.kernel.Philox;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.ProgramFormat;
import dev.covector.runtime.kernel.Scratch;
import dev.covector.runtime.kernel.Sorting;
import dev.covector.runtime.kernel.StrictLanes;
import java.io.IOException;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What artifacts of one {@link ProgramFormat#VERSION} rely on: the components of programs, and the classes of the runtime
 * that generated code names. If the file differs, artifacts of before may not run, nor new ones with the runtime of before:
 * where that version was released, increase it; then record the file of its name.
 */
final class FormatContractTest {
    private static final List<Class<?>> NAMED =
            List.of(Checks.class, Code.class, CompiledCode.class, FloatTranspose.class, Frame.class,
                    Lanes.class, Philox.class, Scratch.class, Sorting.class, StrictLanes.class);
    private static final Pattern OURS = Pattern.compile("dev/covector/\\w+(?:/\\w+)*");
    private static final int GRAPHS = 20;

    @Test
    void aVersionKeepsWhatArtifactsRelyOn() throws IOException, IllegalAccessException {
        Set<String> lines = new TreeSet<>();
        components(Program.class, lines);
        for (Class<?> type : NAMED) {
            fields(type, lines);
            for (Method method : type.getDeclaredMethods()) {
                if (method.accessFlags().contains(AccessFlag.PUBLIC)
                        || method.accessFlags().contains(AccessFlag.PROTECTED)) {
                    lines.add(name(type) + "." + method.getName() + Arrays.stream(method.getParameterTypes())
                            .map(FormatContractTest::name).collect(Collectors.joining(", ", "(", ")")) + ": "
                            + name(method.getReturnType()));
                }
            }
        }
        fields(DoubleGemm.class, lines);
        fields(FloatGemm.class, lines);
        Golden.check("format-" + ProgramFormat.VERSION + ".txt", String.join("\n", lines) + "\n");
    }

    /** With the values of constants, which javac and the emitter write out where they are used. */
    private static void fields(Class<?> type, Set<String> lines) throws IllegalAccessException {
        for (Field field : type.getFields()) {
            String constant = field.accessFlags().contains(AccessFlag.STATIC) ? " = " + field.get(null) : "";
            lines.add(name(type) + "." + field.getName() + ": " + name(field.getType()) + constant);
        }
    }

    private static void components(Class<?> type, Set<String> lines) {
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                lines.add(name(type) + "." + component.getName() + ": " + name(component.getGenericType()));
            }
        }
        for (Class<?> inner : type.getDeclaredClasses()) {
            components(inner, lines);
        }
    }

    private static String name(Type type) {
        return type.getTypeName().replaceAll("[a-z.]+\\.([A-Z])", "$1").replace('$', '.');
    }

    @Test
    void generatedCodeNamesNothingElse() {
        Set<String> found = new TreeSet<>();
        names(Networks.mlp(784, 256, 10), found);
        for (long seed = 1; seed <= GRAPHS; seed++) {
            names(RandomGraphs.make(seed), found);
        }
        Set<String> all = new TreeSet<>();
        NAMED.forEach(type -> all.add(type.getName().replace('.', '/')));
        assertTrue(all.containsAll(found), () -> found + " is more than " + all);
        assertTrue(found.size() >= 5, found.toString());
    }

    /** Collects the classes of ours that an artifact names, as the texts of its class files. */
    private static void names(Graph graph, Set<String> found) {
        AheadOfTime.compile(graph, "app", "Net").files().forEach((path, bytes) -> {
            if (path.endsWith(".class")) {
                OURS.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).results()
                        .forEach(match -> found.add(match.group()));
            }
        });
    }
}
