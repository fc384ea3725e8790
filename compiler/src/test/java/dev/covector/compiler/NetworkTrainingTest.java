package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.AdamW;
import dev.covector.graph.nn.Attention;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Embedding;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.LayerNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.graph.nn.MultiHeadAttention;
import dev.covector.graph.nn.Parallel;
import dev.covector.graph.nn.Residual;
import dev.covector.graph.nn.Schedule;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whole networks of blocks, trained by one compiled function. */
final class NetworkTrainingTest {
    private static final int STEPS = 40;
    private static final Dim BATCH = Dim.of("batch");

    /** Images through norms, branches and connections around blocks: one step as the interpreter does it. */
    @Test
    void aStepIsTheInterpreters() {
        GraphBuilder g = Graph.builder("images");
        Expr x = g.input("x", FLOAT32, Shape.of(BATCH, 4, 4, 2));
        Expr target = g.input("target", FLOAT32, Shape.of(BATCH, 3));
        Block net = Sequential.of(Linear.of(g, "pixels", 2, 5), BatchNorm.of(g, "norm", 5), Expr::silu,
                Residual.of(Sequential.of(Linear.of(g, "around", 5, 5), BatchNorm.of(g, "around.norm", 5))),
                Parallel.of(-1, Linear.of(g, "left", 5, 2),
                        Sequential.of(LayerNorm.of(g, "right", 5), Expr::tanh)),
                Flatten.of(), Linear.of(g, "output", 4 * 4 * 7, 3));
        Training training = new Training();
        Expr loss = Losses.huber(net.invoke(x, training), target, 1).mean();
        g.function("predict").returns("y", net.invoke(x));
        g.function("train").returns("loss", loss)
                .updates(Sgd.of(0.05).nesterov(0.9).weightDecay(1e-2).clipByGlobalNorm(0.5).minimize(loss))
                .updates(training.updates());
        Oracle.check(Differentiate::differentiate,
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()), g.build(),
                Map.of("batch", 6), 1);
    }

    /** Which of the words came first is asked of the last: attention has to look there. */
    @Test
    void aTransformerLearns() {
        int words = 6;
        int length = 5;
        GraphBuilder g = Graph.builder("transformer");
        Expr text = g.input("text", INT32, Shape.of(BATCH, length));
        Expr first = g.input("first", INT32, Shape.of(BATCH));
        Embedding embedding = Embedding.of(g, "word", words, 16);
        Expr place = Embedding.of(g, "place", length, 16).weight();
        Expr mask = Attention.causalMask(g, Dim.of(length));
        Block net = Sequential.of(
                Sequential.of("layer", 1, path -> {
                    MultiHeadAttention attention = MultiHeadAttention.of(g, path + ".attention", 16, 2);
                    LayerNorm norm = LayerNorm.of(g, path + ".norm", 16);
                    return Sequential.of(Residual.of(x -> {
                        Expr y = norm.invoke(x);
                        return attention.invoke(y, y, y, mask);
                    }), Residual.of(Sequential.of(LayerNorm.of(g, path + ".norm2", 16),
                            Linear.of(g, path + ".wide", 16, 32), Expr::gelu, Dropout.of(0.1),
                            Linear.of(g, path + ".narrow", 32, 16))));
                }),
                LayerNorm.of(g, "norm", 16), x -> x.get(Slice.all(), Slice.at(-1)),
                Linear.of(g, "output", 16, words));
        Expr x = embedding.invoke(text).plus(place);
        Training training = new Training();
        Expr loss = Losses.softmaxCrossEntropy(net.invoke(x, training), first).mean();
        g.function("predict").returns("accuracy", Metrics.accuracy(net.invoke(x), first));
        g.function("train").returns("loss", loss).updates(AdamW.of(Schedule.cosine(0.02, 0, STEPS).warmUp(5))
                .clipByGlobalNorm(1).minimize(loss)).updates(training.updates());
        Session session = Compiler.compile(g.build()).newSession(1);
        Tensor texts = Networks.labels(32 * length, words, 7).reshape(32, length);
        int[] answers = new int[32];
        for (int i = 0; i < 32; i++) {
            answers[i] = texts.toInts()[i * length];
        }
        Tensor firsts = Tensor.of(answers, 32);
        float before = 0;
        float after = 0;
        for (int step = 0; step < STEPS; step++) {
            Results results = session.call("train").input("text", texts).input("first", firsts).run();
            after = results.scalar("loss");
            before = step == 0 ? after : before;
        }
        assertTrue(after < 0.05 * before, before + " became " + after);
        assertEquals(1, session.call("predict").input("text", texts).input("first", firsts).run()
                .scalar("accuracy"));
        assertEquals(STEPS, session.parameters().get("adamw.step").item());
        assertTrue(session.parameters().names().containsAll(
                List.of("layer.0.attention.query.weight", "layer.0.attention.query.weight/adamw.v")));
    }
}
