package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.ProgramFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs come back from their bytes, if these are of this version. */
final class ProgramFormatTest {
    private static final int GRAPHS = 60;
    /** Where the version is: behind the magic number. */
    private static final int VERSION_AT = 8;
    private static final Code NO_CODE = (nest, frame, scratch, from, to) -> {
        throw new IllegalStateException("not run here");
    };

    /** The values that each component of each record had, to know that a forgotten one would have been missed. */
    private final Map<String, Set<String>> seen = new TreeMap<>();

    @Test
    void programsComeBackWithAllTheirComponents() throws Exception {
        assertComesBack(Networks.mlp(784, 256, 10));
        for (long seed = 1; seed <= GRAPHS; seed++) {
            assertComesBack(RandomGraphs.make(seed));
        }
        assertComesBack(products());
        Map<String, Set<String>> constant = new TreeMap<>(seen);
        constant.values().removeIf(values -> values.size() > 1);
        assertEquals(Map.of(), constant, "always the same: nobody would notice that they are not written");
        assertTrue(seen.size() > 40, () -> seen.keySet().toString());
    }

    /** Contractions of each kind, in both floating dtypes, and a slice that needs 2 rows. */
    private static Graph products() {
        GraphBuilder g = Graph.builder("products");
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            Expr a = g.input("a_" + dtype, dtype, Shape.of(3, 70, 80));
            Expr b = g.input("b_" + dtype, dtype, Shape.of(3, 80, 96));
            g.function("f_" + dtype).returns("batches", a.matmul(b)).returns("transposed",
                    b.transpose(0, 2, 1).matmul(a.transpose(0, 2, 1)));
        }
        Expr few = g.input("few", DType.FLOAT32, Shape.of(128, 24));
        Expr many = g.input("many", DType.FLOAT32, Shape.of(128, 256));
        Expr fewer = g.input("fewer", DType.FLOAT32, Shape.of(128, 12));
        g.function("in_place").returns("y", few.transpose(1, 0).matmul(many)).returns("z",
                fewer.transpose(1, 0).matmul(g.input("more", DType.FLOAT32, Shape.of(128, 512))));
        Expr kernel = g.input("kernel", DType.FLOAT32, Shape.of(3, 3, 32, 32));
        Expr convolution = g.input("image", DType.FLOAT32, Shape.of(2, 22, 22, 32)).conv(kernel);
        g.function("convolution").returns("y", convolution)
                .returns("dk", convolution.square().sum().gradient(kernel));
        Expr rows = g.input("rows", DType.FLOAT32, Shape.of(Dim.of("n"), 3));
        g.function("requiring").returns("y", rows.slice(0, 0, -2));
        return g.build();
    }

    private void assertComesBack(Graph graph) throws Exception {
        Program program = program(graph);
        assertSame(program, read(bytes(program)), "program");
    }

    /** Compares by reflection: what is new in a record is compared as soon as it is there. */
    private void assertSame(Object expected, Object actual, String path) throws Exception {
        switch (expected) {
            case Record record -> {
                assertEquals(expected.getClass(), actual.getClass(), path);
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    component.getAccessor().setAccessible(true);
                    Object value = component.getAccessor().invoke(expected);
                    String name = record.getClass().getSimpleName() + "." + component.getName();
                    if (!(value instanceof Supplier)) {
                        seen.computeIfAbsent(name, key -> new TreeSet<>()).add(text(value));
                    }
                    assertSame(value, component.getAccessor().invoke(actual),
                            path + "." + component.getName());
                }
            }
            case List<?> list -> {
                List<?> others = (List<?>) actual;
                assertEquals(list.size(), others.size(), path);
                for (int i = 0; i < list.size(); i++) {
                    assertSame(list.get(i), others.get(i), path + "[" + i + "]");
                }
            }
            case Optional<?> optional -> assertSame(optional.stream().toList(),
                    ((Optional<?>) actual).stream().toList(), path);
            case Supplier<?> supplier -> assertSame(supplier.get(), ((Supplier<?>) actual).get(), path);
            case FunctionCode code -> assertEquals(code.nests(), ((FunctionCode) actual).nests(), path);
            case Tensor tensor -> {
                assertEquals(tensor.describe(), ((Tensor) actual).describe(), path);
                assertEquals(bits(tensor), bits((Tensor) actual), path);
            }
            case double[] values -> assertArrayEquals(values, (double[]) actual, path);
            case long[] values -> assertArrayEquals(values, (long[]) actual, path);
            default -> {
                assertTrue(expected.getClass().getMethod("equals", Object.class)
                        .getDeclaringClass() != Object.class,
                        () -> path + ": how is a " + expected.getClass() + " compared?");
                assertEquals(expected, actual, path);
            }
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case double[] values -> Arrays.toString(values);
            case long[] values -> Arrays.toString(values);
            case FunctionCode code -> String.valueOf(code.nests());
            default -> String.valueOf(value);
        };
    }

    private static List<Long> bits(Tensor tensor) {
        return switch (tensor.array()) {
            case float[] values -> {
                Long[] bits = new Long[tensor.size()];
                Arrays.setAll(bits, i -> (long) Float.floatToRawIntBits(values[tensor.offset() + i]));
                yield List.of(bits);
            }
            case double[] values -> {
                Long[] bits = new Long[tensor.size()];
                Arrays.setAll(bits, i -> Double.doubleToRawLongBits(values[tensor.offset() + i]));
                yield List.of(bits);
            }
            default -> {
                Tensor flat = tensor.reshape(tensor.size());
                Long[] bits = new Long[tensor.size()];
                Arrays.setAll(bits, flat::getLong);
                yield List.of(bits);
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"-1, older", "1, newer"})
    void anotherVersionIsRefused(int difference, String age) throws IOException {
        byte[] bytes = bytes(program(Networks.mlp(20, 40, 3)));
        int version = ProgramFormat.VERSION + difference;
        ByteBuffer.wrap(bytes).putInt(VERSION_AT, version);
        IOException e = assertThrows(IOException.class, () -> read(bytes));
        assertEquals("app.NetCode was compiled by Covector " + ProgramFormat.COVECTOR + " in format "
                + version
                + ", which is " + age + " than format " + ProgramFormat.VERSION + " of this Covector "
                + ProgramFormat.COVECTOR + "; compile the graph again with Covector " + ProgramFormat.COVECTOR
                + ", or run it with covector-runtime " + ProgramFormat.COVECTOR, e.getMessage());
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        byte[] bytes = bytes(program(Networks.mlp(20, 40, 3)));
        assertRefused("app.NetCode is damaged: it goes on where it should end",
                Arrays.copyOf(bytes, bytes.length + 1));
        for (int length = 0; length < bytes.length; length += 1 + length / 16) {
            assertRefused("app.NetCode is damaged: it ends too early", Arrays.copyOf(bytes, length));
        }
        bytes[0]++;
        assertRefused("app.NetCode is not a program that Covector has compiled", bytes);
    }

    private static void assertRefused(String message, byte[] bytes) {
        assertEquals(message, assertThrows(IOException.class, () -> read(bytes)).getMessage());
    }

    @Test
    void theVersionIsThatOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("../pom.xml"));
        assertTrue(
                pom.contains("<artifactId>covector</artifactId>\n  <version>" + ProgramFormat.COVECTOR + "<"),
                ProgramFormat.COVECTOR);
    }

    private static Program program(Graph graph) {
        return Compiler.program(Compilation.of(graph),
                function -> new FunctionCode(function.methodNumbers(), NO_CODE, null));
    }

    private static byte[] bytes(Program program) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgramFormat.write(bytes, program);
        return bytes.toByteArray();
    }

    private static Program read(byte[] bytes) throws IOException {
        return ProgramFormat.read(new ByteArrayInputStream(bytes), "app.NetCode",
                (function, nests) -> new FunctionCode(nests, NO_CODE, null));
    }
}
