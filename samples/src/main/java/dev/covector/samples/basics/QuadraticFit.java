package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Three coefficients, found by looking at one sample after the other. */
@Command(name = "quadratic-fit", description = "fits y = 2x² + 3x + 4, one sample at a time",
        footer = {"", "Exit status: 0 if the loss falls below 1e-5, 1 if not, 2 if an option is wrong."})
final class QuadraticFit implements Sample {
    private static final int SAMPLES = 100;
    private static final double ENOUGH = 1e-5;

    @Option(names = "--epochs", paramLabel = "N", converter = PositiveInt.class,
            description = "passes over the samples, at most (default: ${DEFAULT-VALUE})")
    private int epochs = 100;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "step of gradient descent (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.1f;

    @Mixin
    private PictureOption picture = new PictureOption("quadratic-fit");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        float[] x = new float[SAMPLES];
        float[] y = new float[SAMPLES];
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int i = 0; i < SAMPLES; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
            y[i] = 2 * x[i] * x[i] + 3 * x[i] + 4;
        }
        Tensor allX = Tensor.of(x, SAMPLES);
        Tensor allY = Tensor.of(y, SAMPLES);

        Checks checks = new Checks(out);
        List<Double> losses = new ArrayList<>();
        try (Workers workers = options.workers()) {
            Session session = options.session(graph(learningRate), workers);
            PreparedCall train = session.prepare("train");
            PreparedCall evaluate = session.prepare("evaluate").input("x", allX).input("y", allY);
            double loss = evaluate.run().scalar("loss");
            for (int epoch = 1; epoch <= epochs && loss >= ENOUGH; epoch++) {
                for (int i = 0; i < SAMPLES; i++) {
                    train.input("x", allX.rows(i, i + 1)).input("y", allY.rows(i, i + 1)).run();
                }
                loss = DivergedException.check(evaluate.run().scalar("loss"), epoch, SAMPLES);
                losses.add(loss);
                out.printf(Locale.ROOT, "epoch %d  loss %.8f%n", epoch, loss);
            }
            checks.atMost("loss", loss, ENOUGH);
            checks.near("a", session.parameters().get("a").item(), 2, 0.02);
            checks.near("b", session.parameters().get("b").item(), 3, 0.02);
            checks.near("c", session.parameters().get("c").item(), 4, 0.02);
        }
        Chart chart = new Chart("y = 2x² + 3x + 4, one sample at a time", "epoch", "mean squared error");
        chart.logarithmic().line("all samples", losses.stream().mapToDouble(loss -> loss).toArray());
        picture.write(chart, out, err);
        return checks.passed();
    }

    private static Graph graph(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("quadratic_fit");
        Expr x = g.input("x", FLOAT32, Shape.of(batch));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));
        Expr a = g.parameter("a", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr b = g.parameter("b", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr c = g.parameter("c", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr prediction = a.times(x.square()).plus(b.times(x)).plus(c);
        Expr loss = prediction.minus(y).square().mean();
        g.function("train").updates(Sgd.of(learningRate).minimize(loss));
        g.function("evaluate").returns("loss", loss);
        return g.build();
    }
}
