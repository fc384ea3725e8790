package dev.covector.samples.basics;

import dev.covector.data.Batch;
import dev.covector.data.DataLoader;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Two weights and a bias, found again from noisy points: from scratch, with layers, and in closed form. */
@Command(name = "linear-regression",
        description = "finds w = [2, -3.4] and b = 4.2 again from 1,000 noisy points",
        footer = {"",
            "Exit status: 0 if they are found within the tolerance and the loss falls to that of the noise, 1 if"
                    + " not, 2 if an option is wrong."})
final class LinearRegressionSample implements Sample {
    private static final int POINTS = 1_000;
    private static final double TOLERANCE = 1e-2;

    @Option(names = "--epochs", paramLabel = "N", converter = PositiveInt.class,
            description = "passes over the points (default: ${DEFAULT-VALUE})")
    private int epochs = 3;

    @Option(names = "--batch", paramLabel = "N", converter = PositiveInt.class,
            description = "points per update (default: ${DEFAULT-VALUE})")
    private int batch = 10;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "step of gradient descent (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.03f;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        NoisyPlane points = NoisyPlane.draw(POINTS, options.seed());
        Checks checks = new Checks(out);
        try (Workers workers = options.workers()) {
            Session scratch = options.session(LinearRegression.fromScratch(learningRate), workers);
            out.println("from scratch");
            train(scratch, points, out);
            check(scratch, "w", "b", points, checks);

            Session layers = options.session(LinearRegression.withLayers(learningRate), workers);
            out.println("with layers");
            train(layers, points, out);
            check(layers, "linear.weight", "linear.bias", points, checks);
        }
        double[] best = points.leastSquares();
        out.printf(Locale.ROOT, "the normal equations' w = [%.4f, %.4f], b = %.4f%n", best[0], best[1],
                best[2]);
        return checks.passed();
    }

    private void train(Session session, NoisyPlane points, PrintWriter out) {
        PreparedCall train = session.prepare("train");
        DataLoader loader = DataLoader.of(batch, points.x(), points.y()).shuffle().seed(options.seed());
        for (int epoch = 1; epoch <= epochs; epoch++) {
            for (Batch next : loader.epoch(epoch)) {
                float loss = train.input("x", next.get(0)).input("y", next.get(1)).run().scalar("loss");
                DivergedException.check(loss, epoch, next.index() + 1);
            }
            out.printf(Locale.ROOT, "epoch %d  loss %.6f%n", epoch, loss(session, points));
        }
    }

    private static float loss(Session session, NoisyPlane points) {
        return session.call("evaluate").input("x", points.x()).input("y", points.y()).run().scalar("loss");
    }

    private static void check(Session session, String weight, String bias, NoisyPlane points, Checks checks) {
        double[] w = session.parameters().get(weight).toDoubles();
        checks.near("w[0]", w[0], NoisyPlane.WEIGHTS[0], TOLERANCE);
        checks.near("w[1]", w[1], NoisyPlane.WEIGHTS[1], TOLERANCE);
        checks.near("b", session.parameters().get(bias).item(), NoisyPlane.BIAS, TOLERANCE);
        // Half the variance of the noise, of which a thousand points have a share that varies by some percents.
        checks.atMost("loss", loss(session, points), 6e-5);
    }
}
