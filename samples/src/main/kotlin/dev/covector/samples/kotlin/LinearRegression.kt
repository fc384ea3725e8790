package dev.covector.samples.kotlin

import dev.covector.data.DataLoader
import dev.covector.graph.Graph
import dev.covector.graph.nn.Initializers.normal
import dev.covector.graph.nn.Initializers.zeros
import dev.covector.graph.nn.Losses
import dev.covector.graph.nn.Sgd
import dev.covector.kotlin.*
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.Session
import dev.covector.samples.basics.NoisyPlane
import dev.covector.samples.command.Checks
import dev.covector.samples.command.DivergedException
import dev.covector.samples.command.PositiveFloat
import dev.covector.samples.command.PositiveInt
import dev.covector.samples.command.RunOptions
import dev.covector.samples.command.Sample
import java.io.PrintWriter
import java.util.Locale
import picocli.CommandLine.Command
import picocli.CommandLine.Mixin
import picocli.CommandLine.Option

private const val POINTS = 1_000
private const val TOLERANCE = 1e-2

/** `y = x · w + b` for two features, and a step of gradient descent, all of it written out. */
fun linearRegression(learningRate: Double): Graph =
    graph("linear_regression") {
        val batch by dim()
        val x by input(FLOAT32, batch, 2)
        val y by input(FLOAT32, batch)

        val w by parameter(2, normal(0.01))
        val b by parameter(zeros())
        val prediction = x.matmul(w) + b
        val loss = ((prediction - y).square() / 2).mean()

        function("train") {
            returns("loss" to loss)
            updates(
                w to w - learningRate * loss.gradient(w),
                b to b - learningRate * loss.gradient(b),
            )
        }
        function("evaluate") { returns("loss" to loss) }
    }

/** The same with a layer and an optimiser. */
fun linearRegressionWithLayers(learningRate: Double): Graph =
    graph("linear_regression_layers") {
        val batch by dim()
        val x by input(FLOAT32, batch, 2)
        val y by input(FLOAT32, batch)

        val linear by linear(2, 1, weight = normal(0.01), bias = zeros())
        val loss = Losses.squared(linear(x).squeeze(-1), y).mean()

        function("train") {
            returns("loss" to loss)
            updates(Sgd.of(learningRate).minimize(loss))
        }
        function("evaluate") { returns("loss" to loss) }
    }

/**
 * Two weights and a bias, found again from noisy points: from scratch, with layers, and in closed
 * form.
 */
@Command(
    name = "linear-regression-kotlin",
    description =
        ["finds two weights and a bias again as linear-regression does, written in Kotlin"],
    footer =
        [
            "",
            "Exit status: 0 if they are found within the tolerance and the loss falls to that of the" +
                " noise, 1 if not, 2 if an option is wrong.",
        ],
)
internal class LinearRegressionSample : Sample {
    @Option(
        names = ["--epochs"],
        paramLabel = "N",
        converter = [PositiveInt::class],
        description = ["passes over the points (default: \${DEFAULT-VALUE})"],
    )
    private var epochs = 3

    @Option(
        names = ["--batch"],
        paramLabel = "N",
        converter = [PositiveInt::class],
        description = ["points per update (default: \${DEFAULT-VALUE})"],
    )
    private var batch = 10

    @Option(
        names = ["--learning-rate"],
        paramLabel = "RATE",
        converter = [PositiveFloat::class],
        description = ["step of gradient descent (default: \${DEFAULT-VALUE})"],
    )
    private var learningRate = 0.03f

    @Mixin private val options = RunOptions()

    override fun run(out: PrintWriter, err: PrintWriter): Boolean {
        val points = NoisyPlane.draw(POINTS, options.seed())
        val rate = learningRate.toDouble()
        val checks = Checks(out)
        options.workers().use { workers ->
            out.println("from scratch")
            val scratch = options.session(linearRegression(rate), workers)
            train(scratch, points, out)
            check(scratch, "w", "b", points, checks)

            out.println("with layers")
            val layers = options.session(linearRegressionWithLayers(rate), workers)
            train(layers, points, out)
            check(layers, "linear.weight", "linear.bias", points, checks)
        }
        val (w0, w1, b) = points.leastSquares()
        out.println(
            "the normal equations' w = [%.4f, %.4f], b = %.4f".format(Locale.ROOT, w0, w1, b)
        )
        return checks.passed()
    }

    private fun train(session: Session, points: NoisyPlane, out: PrintWriter) {
        val train = session.prepare("train")
        val loader = DataLoader.of(batch, points.x, points.y).shuffle().seed(options.seed())
        for (epoch in 1..epochs) {
            for (next in loader.epoch(epoch)) {
                val loss = train("x" to next[0], "y" to next[1]).scalar("loss")
                DivergedException.check(loss, epoch, next.index() + 1)
            }
            out.println("epoch %d  loss %.6f".format(Locale.ROOT, epoch, loss(session, points)))
        }
    }

    private fun loss(session: Session, points: NoisyPlane): Float =
        session("evaluate", "x" to points.x, "y" to points.y).scalar("loss")

    private fun check(
        session: Session,
        weight: String,
        bias: String,
        points: NoisyPlane,
        checks: Checks,
    ) {
        val (w0, w1) = session.parameters[weight].toDoubleArray()
        checks.near("w[0]", w0, 2.0, TOLERANCE)
        checks.near("w[1]", w1, -3.4, TOLERANCE)
        checks.near("b", session.parameters[bias].item(), 4.2, TOLERANCE)
        // Half the variance of the noise, which in a thousand points varies by some percents.
        checks.atMost("loss", loss(session, points).toDouble(), 6e-5)
    }
}
