package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.MachineLimits;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Profile;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What profiles count is known; what they measure only has to add up. */
final class ProfileTest {
    private static final Dim N = Dim.of("n");
    private static int matmulLine;

    /** A contraction with what fuses with it, and a sum over rows, of which the last is another line's. */
    private static Graph graph() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(N, 64));
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(64, 32), Initializers.zeros());
        matmulLine = nextLine();
        Expr y = x.matmul(w);
        Expr z = y.relu();
        g.function("f").returns("z", z);
        g.function("sums").returns("s", z.sum(-1));
        return g.build();
    }

    private static int nextLine() {
        return 1 + StackWalker.getInstance().walk(frames -> frames.skip(1).findFirst().orElseThrow())
                .getLineNumber();
    }

    private static String at(int line) {
        return "ProfileTest.java:" + line;
    }

    private static Tensor rows(int n) {
        return Tensor.of(new float[n * 64], n, 64);
    }

    private static String counts(Profile profile) {
        return profile.kernels().stream()
                .map(k -> k.function() + " " + k.name() + " x" + k.calls() + ": " + (long) k.flops()
                        + " flops, " + (long) k.bytes() + " bytes")
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** 2·64·32 + 32 flops a row, whatever the rows of each call; ordinary and prepared calls together. */
    @Test
    void countsCalls() {
        Session session = Compiler.compile(graph()).newSession(1);
        PreparedCall prepared = session.prepare("f");
        prepared.input("x", rows(5)).run();
        try (Profile profile = session.profile()) {
            prepared.run();
            prepared.input("x", rows(100)).run();
            session.call("f").input("x", rows(2)).run();
            assertEquals("f k0_matmul_relu x3: " + 107 * (2 * 64 * 32 + 32) + " flops, "
                    + 4 * (107 * (64 + 32) + 3 * 64 * 32) + " bytes\n", counts(profile));
            assertEquals(3, profile.functions().getFirst().calls());
        }
    }

    /** Nothing is counted before and after, and the profile can still be read. */
    @Test
    void endsWhenItIsClosed() {
        Session session = Compiler.compile(graph()).newSession(1);
        Profile profile = session.profile();
        session.call("f").input("x", rows(2)).run();
        profile.close();
        session.call("f").input("x", rows(2)).run();
        assertEquals(1, profile.kernels().getFirst().calls());
        profile.close();
        try (Profile next = session.profile()) {
            profile.close();
            session.call("f").input("x", rows(2)).run();
            assertEquals(1, next.kernels().getFirst().calls());
        }
    }

    @Test
    void oneAtATime() {
        Session session = Compiler.compile(graph()).newSession(1);
        try (Profile profile = session.profile()) {
            assertEquals(
                    "a session of graph \"g\" is being profiled already; close that profile first",
                    assertThrows(IllegalStateException.class, session::profile).getMessage());
            assertEquals(List.of(), profile.kernels());
        }
    }

    /** All time of the kernels goes to lines; each kernel's to those whose ops it has. */
    @Test
    void lines() {
        Session session = Compiler.compile(graph()).newSession(1);
        try (Profile profile = session.profile()) {
            session.call("sums").input("x", rows(100)).run();
            double kernels = profile.kernels().stream().mapToDouble(Profile.Kernel::nanos).sum();
            double lines = profile.lines().stream().mapToDouble(Profile.Line::nanos).sum();
            assertEquals(kernels, lines, 1e-6 * kernels);
            assertEquals(100.0 * (2 * 64 * 32 + 32 + 32),
                    profile.lines().stream().mapToDouble(Profile.Line::flops).sum(), 1);
            assertEquals(List.of(at(matmulLine) + " [matmul]", at(matmulLine + 1) + " [relu]",
                    at(matmulLine + 3) + " [sum]"),
                    profile.lines().stream().map(line -> line.place() + " " + line.ops()).sorted().toList());
        }
    }

    /** A graph that was compiled before has lines of its own. */
    @Test
    void linesOfASharedProgram() {
        Compiler.compile(graph());
        GraphBuilder g = Graph.builder("other");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(N, 64));
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(64, 32), Initializers.zeros());
        String line = at(nextLine());
        Expr z = x.matmul(w).relu();
        g.function("f").returns("z", z);
        g.function("sums").returns("s", z.sum(-1));
        Session session = Compiler.compile(g.build()).newSession(1);
        try (Profile profile = session.profile()) {
            session.call("f").input("x", rows(2)).run();
            assertEquals(List.of(line), profile.kernels().getFirst().lines());
        }
    }

    @Test
    void severalThreads() {
        try (Workers workers = Workers.of(3)) {
            SessionOptions options = SessionOptions.defaults().workers(workers).flavour(Flavour.SCALAR);
            Session session = Compiler.compile(graph()).newSession(1, options);
            try (Profile profile = session.profile()) {
                session.call("f").input("x", rows(4096)).run();
                Profile.Kernel kernel = profile.kernels().getFirst();
                assertEquals("scalar", kernel.flavour());
                Profile.Function function = profile.functions().getFirst();
                assertTrue(kernel.nanos() > 0 && kernel.nanos() <= function.nanos(), function.toString());
            }
        }
    }

    /** A tiny function is one nest, and one row that says so. */
    @Test
    void tinyFunction() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(3, 4));
        Expr sums = x.sum(-1);
        g.function("f").returns("s", sums).returns("t", x.minus(sums.mean()));
        Session session = Compiler.compile(g.build()).newSession(1);
        try (Profile profile = session.profile()) {
            session.call("f").input("x", Tensor.of(new float[12], 3, 4)).run();
            Profile.Kernel kernel = profile.kernels().getFirst();
            assertEquals("all 2 kernels as one", kernel.name());
            assertEquals(1, profile.kernels().size());
        }
    }

    /** Which limit binds, and how near to it a kernel is. */
    @Test
    void limits() {
        MachineLimits limits = new MachineLimits(100e9, 10e9);
        Profile.Kernel dot = new Profile.Kernel("f", "dot", 1, 1, 1000, 50_000, 1000, List.of());
        assertTrue(!dot.isBoundByMemory(limits));
        assertEquals(0.5, dot.shareOf(limits), 1e-9);
        Profile.Kernel copy = new Profile.Kernel("f", "copy", 1, 1, 1000, 0, 2000, List.of());
        assertTrue(copy.isBoundByMemory(limits));
        assertEquals(0.2, copy.shareOf(limits), 1e-9);
        assertThrows(IllegalArgumentException.class, () -> new MachineLimits(0, 1));
    }

    /** The table has what the accessors have; times aside. */
    @Test
    void table() {
        Session session = Compiler.compile(graph()).newSession(1);
        try (Profile profile = session.profile().limits(new MachineLimits(100e9, 10e9))) {
            session.call("sums").input("x", rows(100)).run();
            String numbers = profile.table().replaceAll("\\d+\\.\\d+", "#").replaceAll(" +", " ");
            assertEquals("""
                    function sums: 1 calls of # us, # us of it in kernels
                     kernel us/call time flop/call B/call flop/B Gflop/s GB/s of limit code lines
                    """, numbers.substring(0, numbers.indexOf("k0_")).stripTrailing() + "\n");
            assertTrue(numbers.contains(" 412800 46592 # "), numbers);
            assertTrue(numbers.endsWith("limits: 100 Gflop/s, # GB/s\n"), numbers);
        }
    }
}
