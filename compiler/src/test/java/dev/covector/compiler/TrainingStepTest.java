package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.compiler.simplify.Simplify;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the passes make of a network's training step: about what a person would write. */
class TrainingStepTest {

    /**
     * Five contractions, none of a transposed copy; what can be done a row or a number at a time is; the mask of the
     * relu is its result.
     */
    private static final String SIMPLE = """
            covector 1
            graph
              %0 = input x : f32[batch,784]
              %1 = input label : i32[batch]
              %2 = parameter hidden.weight : f32[784,256]
              %3 = constant #0 : f32[]
              %4 = broadcast %3 axes=[] : f32[784,256]
              %5 = parameter hidden.bias : f32[256]
              %6 = broadcast %3 axes=[] : f32[256]
              %7 = parameter output.weight : f32[256,10]
              %8 = broadcast %3 axes=[] : f32[256,10]
              %9 = parameter output.bias : f32[10]
              %10 = broadcast %3 axes=[] : f32[10]
              %11 = dot %0 %2 contract=[1]x[0] : f32[batch,256]
              %12 = broadcast %5 axes=[1] : f32[batch,256]
              %13 = add %11 %12 : f32[batch,256]
              %14 = relu %13 : f32[batch,256]
              %15 = dot %14 %7 contract=[1]x[0] : f32[batch,10]
              %16 = broadcast %9 axes=[1] : f32[batch,10]
              %17 = add %15 %16 : f32[batch,10]
              %18 = reduce_max %17 axes=[1] : f32[batch]
              %19 = broadcast %18 axes=[0] : f32[batch,10]
              %20 = sub %17 %19 : f32[batch,10]
              %21 = exp %20 : f32[batch,10]
              %22 = reduce_sum %21 axes=[1] : f32[batch]
              %23 = log %22 : f32[batch]
              %24 = broadcast %23 axes=[0] : f32[batch,10]
              %25 = sub %20 %24 : f32[batch,10]
              %26 = iota axis=1 : i32[batch,10]
              %27 = broadcast %1 axes=[0] : i32[batch,10]
              %28 = eq %26 %27 : bool[batch,10]
              %29 = broadcast %3 axes=[] : f32[batch,10]
              %30 = select %28 %25 %29 : f32[batch,10]
              %31 = reduce_sum %30 axes=[0,1] : f32[]
              %32 = sub %3 %31 : f32[]
              %33 = extent batch : f32[]
              %34 = div %32 %33 : f32[]
              %35 = reciprocal %33 : f32[]
              %36 = neg %35 : f32[]
              %37 = broadcast %36 axes=[] : f32[batch,10]
              %38 = select %28 %37 %29 : f32[batch,10]
              %39 = reduce_sum %38 axes=[1] : f32[batch]
              %40 = broadcast %3 axes=[] : f32[batch]
              %41 = sub %40 %39 : f32[batch]
              %42 = div %41 %22 : f32[batch]
              %43 = broadcast %42 axes=[0] : f32[batch,10]
              %44 = mul %21 %43 : f32[batch,10]
              %45 = add %38 %44 : f32[batch,10]
              %46 = reduce_sum %45 axes=[0] : f32[10]
              %47 = dot %45 %7 contract=[1]x[1] : f32[batch,256]
              %48 = dot %14 %45 contract=[0]x[0] : f32[256,10]
              %49 = broadcast %3 axes=[] : f32[batch,256]
              %50 = gt %14 %49 : bool[batch,256]
              %51 = select %50 %47 %49 : f32[batch,256]
              %52 = reduce_sum %51 axes=[0] : f32[256]
              %53 = dot %0 %51 contract=[0]x[0] : f32[784,256]
              %54 = constant #1 : f32[]
              %55 = broadcast %54 axes=[] : f32[784,256]
              %56 = mul %53 %55 : f32[784,256]
              %57 = sub %2 %56 : f32[784,256]
              %58 = broadcast %54 axes=[] : f32[256]
              %59 = mul %52 %58 : f32[256]
              %60 = sub %5 %59 : f32[256]
              %61 = broadcast %54 axes=[] : f32[256,10]
              %62 = mul %48 %61 : f32[256,10]
              %63 = sub %7 %62 : f32[256,10]
              %64 = broadcast %54 axes=[] : f32[10]
              %65 = mul %46 %64 : f32[10]
              %66 = sub %9 %65 : f32[10]
              parameter %2 initial=%4 trainable
              parameter %5 initial=%6 trainable
              parameter %7 initial=%8 trainable
              parameter %9 initial=%10 trainable
              function train(%0, %1) -> loss=%34 update %2=%57, %5=%60, %7=%63, %9=%66
              #0 = 0.0
              #1 = 0.5
            """;

    @Test
    void isAsSimpleAsWrittenByHand() {
        assertEquals(SIMPLE, GraphText.canonical(simplified(mlp(784, 256, 10))));
    }

    @Test
    void staysAsItIs() {
        Graph simple = simplified(mlp(784, 256, 10));
        assertEquals(GraphText.canonical(simple), GraphText.canonical(Simplify.simplify(simple)));
    }

    @Test
    void computesWhatItDidBefore() {
        Graph plain = mlp(4, 3, 2);
        Map<String, Tensor> inputs = Map.of("x",
                Tensor.of(new float[]{1, -2, 0.5f, 3, -1, 0.25f, 2, -0.5f, 1, 1, -1, 0}, 3, 4), "label",
                Tensor.of(new int[]{1, 0, 1}, 3));
        Map<String, Tensor> parameters = Map.of("hidden.weight",
                Tensor.of(new float[]{0.1f, -0.2f, 0.3f, 0.4f, 0.5f, -0.6f, 0.7f, 0.8f, 0.9f, -1, 1.1f, 0.2f},
                        4, 3),
                "hidden.bias", Tensor.of(new float[]{0.1f, 0.2f, -0.3f}, 3), "output.weight",
                Tensor.of(new float[]{0.3f, -0.1f, 0.2f, 0.5f, -0.4f, 0.6f}, 3, 2), "output.bias",
                Tensor.of(new float[]{0.05f, -0.05f}, 2));
        var expected =
                Interpreter.run(Differentiate.differentiate(plain), "train", inputs, parameters, 0, 0);
        var actual = Interpreter.run(simplified(plain), "train", inputs, parameters, 0, 0);
        assertClose(expected.results(), actual.results());
        assertClose(expected.updates(), actual.updates());
    }

    /** Each source of a gradient is a value of its own, though it has an equal. */
    @Test
    void sourcesOfGradientsKeepTheirIdentity() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT32, Shape.scalar());
        Expr h = x.times(2);
        Expr z = h.plus(x.times(2));
        Expr one = g.constant(DType.FLOAT32, 3.0);
        Expr other = g.constant(DType.FLOAT32, 3.0);
        g.function("f").returns("h", z.gradient(h)).returns("x", z.gradient(x)).returns("one",
                one.times(other).plus(x).gradient(one));
        var results = Interpreter
                .run(simplified(g.build()), "f", Map.of("x", Tensor.scalar(7f)), Map.of(), 0, 0).results();
        assertClose(Map.of("h", RefTensor.of(Tensor.scalar(1f)), "x", RefTensor.of(Tensor.scalar(4f)), "one",
                RefTensor.of(Tensor.scalar(3f))), results);
    }

    /** What simplifying finds the target not to depend on has the derivative 0. */
    @Test
    void aSourceThatIsSimplifiedAwayHasZeros() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT32, Shape.scalar());
        Expr h = x.times(2);
        Expr z = g.constant(DType.BOOL, 1).where(x, h);
        g.function("f").returns("h", z.gradient(h)).returns("x", z.gradient(x));
        var results = Interpreter
                .run(simplified(g.build()), "f", Map.of("x", Tensor.scalar(7f)), Map.of(), 0, 0).results();
        assertClose(Map.of("h", RefTensor.of(Tensor.scalar(0f)), "x", RefTensor.of(Tensor.scalar(1f))),
                results);
    }

    private static Graph simplified(Graph graph) {
        return Simplify.simplify(Differentiate.differentiate(Simplify.simplify(graph)));
    }

    private static Graph mlp(int in, int width, int classes) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("mlp");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, in));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));
        Linear hidden = Linear.of(g, "hidden", in, width, Initializers.zeros(), Initializers.zeros());
        Linear output = Linear.of(g, "output", width, classes, Initializers.zeros(), Initializers.zeros());
        Expr logits = output.invoke(hidden.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss));
        return g.build();
    }

    private static void assertClose(Map<String, RefTensor> expected, Map<String, RefTensor> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, want) -> {
            RefTensor got = actual.getOrDefault(name, RefTensor.of(Tensor.of(new float[0], 0)));
            assertEquals(want.size(), got.size(), name);
            for (int i = 0; i < want.size(); i++) {
                assertEquals(want.real(i), got.real(i), 1e-6, name + " at " + i);
            }
        });
    }
}
