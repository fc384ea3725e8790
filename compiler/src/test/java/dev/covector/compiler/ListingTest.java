package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.emit.ClassFiles;
import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.reference.RandomGraphs;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.CheckClassAdapter;

/** What kernels, plans and classes come of a graph. */
final class ListingTest {

    /** A handful of kernels: this is the listing that a change of fusion shows in. */
    @Test
    void trainingStepOfAnMlp() throws IOException {
        Compilation compilation = Compilation.of(Networks.mlp(784, 256, 10));
        Compilation.Compiled train = compilation.functions().get(1);
        Golden.check("mlp-train.plan.txt", PlanText.print(train.plan()));
        Golden.check("mlp-train.kernels.txt", train.listing().text());
    }

    /** Each file starts with a graph; the kernels of its function f follow. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax-of-rows", "softmax-of-columns", "sum-of-columns", "sum-of-all",
        "transposed-sum",
        "broadcast-on-both-sides", "gather-and-scatter", "batched-contraction", "small-contraction",
        "random-numbers", "argmax", "merged-axes", "cumulative-sum", "sort", "dropout"})
    void kernelsOf(String name) throws IOException {
        String file = name + ".txt";
        String graph = Kernels.GRAPHS.getOrDefault(name, "");
        Compilation.Compiled f = Compilation.of(GraphText.parse(graph)).functions().getFirst();
        Golden.check(file, graph + "\n" + PlanText.launches(f.plan()) + "\n" + f.listing().text());
    }

    @Test
    void theSameGraphGivesTheSameBytes() {
        for (long seed = 1; seed <= 20; seed++) {
            List<Emitter.ClassFile> once = classes(RandomGraphs.make(seed));
            List<Emitter.ClassFile> again = classes(RandomGraphs.make(seed));
            assertEquals(once.size(), again.size());
            for (int i = 0; i < once.size(); i++) {
                String of = "seed " + seed + ", " + once.get(i).name();
                assertEquals(once.get(i).name(), again.get(i).name(), of);
                assertArrayEquals(once.get(i).bytes(), again.get(i).bytes(), of);
            }
        }
    }

    @Test
    void classesAreWellFormedAndMethodsBelowTheLimit() {
        for (long seed = 1; seed <= 40; seed++) {
            for (Emitter.ClassFile file : classes(RandomGraphs.make(seed))) {
                checkClass(file);
            }
        }
        classes(Networks.mlp(784, 256, 10)).forEach(ListingTest::checkClass);
    }

    /** What functions cost keeps the vector code of as many as a kernel may have within a method. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void chainsOfFunctionsKeepTheirVectors(DType dtype) {
        List<UnaryOperator<Expr>> functions = List.of(Expr::exp, Expr::log, Expr::sigmoid, Expr::tanh,
                Expr::softplus, Expr::erf, Expr::sin, Expr::tan, Expr::asin, Expr::atan, Expr::sinh,
                Expr::round,
                x -> x.pow(1.3), x -> x.atan2(x.plus(2)), x -> x.sin().pow(2.5).erf());
        for (UnaryOperator<Expr> function : functions) {
            GraphBuilder g = Graph.builder("chain");
            Expr x = g.input("x", dtype, Shape.of(Dim.of("n"), 3));
            Expr y = x;
            for (int i = 0; i < 12; i++) {
                y = function.apply(y).plus(x);
            }
            g.function("f").returns("y", y).returns("gradient", y.sum().gradient(x));
            for (Emitter.ClassFile file : Compilation.of(g.build()).functions().getFirst().vector(256)) {
                checkVectors(file);
            }
        }
    }

    private static void checkVectors(Emitter.ClassFile file) {
        new ClassReader(file.bytes()).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
                    String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                    private boolean vectors;

                    @Override
                    public void visitMethodInsn(int opcode, String owner, String method, String of,
                            boolean isInterface) {
                        vectors |= owner.startsWith("jdk/incubator/vector/");
                    }

                    @Override
                    public void visitEnd() {
                        assertTrue(vectors || !name.matches("k[0-9].*"), name + " has lost its vector code");
                    }
                };
            }
        }, 0);
    }

    private static List<Emitter.ClassFile> classes(Graph graph) {
        List<Emitter.ClassFile> classes = new ArrayList<>();
        for (Compilation.Compiled function : Compilation.of(graph).functions()) {
            classes.addAll(function.scalar());
            for (int bits : new int[]{128, 256, 512}) {
                classes.addAll(function.vector(bits));
            }
        }
        return classes;
    }

    private static void checkClass(Emitter.ClassFile file) {
        StringWriter problems = new StringWriter();
        CheckClassAdapter.verify(new ClassReader(file.bytes()), false, new PrintWriter(problems));
        assertEquals("", problems.toString(), file.name());
        assertTrue(ClassFiles.largestMethod(file) < Emitter.METHOD_LIMIT, file.name());
    }
}
