package dev.covector.samples.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.nn.Adam
import dev.covector.graph.nn.Attention
import dev.covector.graph.nn.Initializers
import dev.covector.graph.nn.Losses
import dev.covector.kotlin.*
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.Results
import dev.covector.runtime.Session
import dev.covector.samples.command.RunOptions
import dev.covector.samples.command.Sample
import dev.covector.samples.picture.Chart
import dev.covector.samples.picture.HeatMap
import dev.covector.samples.picture.Panels
import dev.covector.samples.picture.PictureOption
import java.io.PrintWriter
import java.util.Locale
import java.util.SplittableRandom
import kotlin.math.pow
import kotlin.math.sin
import picocli.CommandLine.Command
import picocli.CommandLine.Mixin

private const val POINTS = 50
private const val STEPS = 100

/** Averages the values of known keys, those near to the query the more; how near is learnt. */
fun kernelRegression(): Graph =
    graph("kernel_regression") {
        val queries by dim()
        val keys by dim()
        val query by input(FLOAT32, queries)
        val key by input(FLOAT32, keys)
        val value by input(FLOAT32, keys)
        val width by parameter(Initializers.constant(1.0))

        // The logarithm of a Gaussian of each query's distance from each key: [queries, keys].
        fun scores(query: Expr): Expr =
            -0.5 * ((query.expandDims(1) - key.expandDims(0)) / width).square()

        val weight = Attention.weights(scores(query))
        function("predict") { returns("weight" to weight, "value" to weight.matmul(value)) }

        // Each known point is predicted from all others: it would be its own nearest.
        val others = iota(FLOAT32, shapeOf(keys, keys), 0).ne(iota(FLOAT32, shapeOf(keys, keys), 1))
        val prediction = Attention.weights(scores(key), others).matmul(value)
        val loss = Losses.squared(prediction, value).mean()
        function("train") {
            returns("loss" to loss)
            updates(Adam.of(0.05).minimize(loss))
        }
    }

/** Attention in its oldest form, on 50 noisy points of a curve. */
@Command(
    name = "kernel-regression-kotlin",
    description = ["averages noisy points as kernel-regression does, written in Kotlin"],
    footer =
        [
            "",
            "Exit status: 0 if the learnt width at least halves the error on the curve itself, 1 if" +
                " not, 2 if an option is wrong.",
        ],
)
internal class KernelRegressionSample : Sample {
    @Mixin private val picture = PictureOption("kernel-regression-kotlin")

    @Mixin private val options = RunOptions()

    override fun run(out: PrintWriter, err: PrintWriter): Boolean {
        picture.check()
        val random = SplittableRandom(options.seed())
        val x = random.doubles(POINTS.toLong(), 0.0, 5.0).sorted().toArray()
        val y = x.map { curve(it) + 0.5 * random.nextGaussian() }.toDoubleArray()
        val queries = DoubleArray(POINTS) { it / 10.0 }
        val truth = queries.map(::curve).toDoubleArray()

        fun predict(session: Session): Results =
            session("predict", "query" to floats(queries), "key" to floats(x), "value" to floats(y))
                .also { tell(session, it, truth, out) }

        val (fixed, learnt) =
            options.workers().use { workers ->
                val session = options.session(kernelRegression(), workers)
                val fixed = predict(session)
                repeat(STEPS) { session("train", "key" to floats(x), "value" to floats(y)) }
                Pair(fixed, predict(session))
            }
        val chart =
            Chart("Kernel regression", "x", "y")
                .size(900, 640)
                .line("curve", queries, truth)
                .line("width 1", queries, fixed["value"].toDoubleArray())
                .line("learnt width", queries, learnt["value"].toDoubleArray())
                .points("points", x, y)
        fun heatMap(title: String, predicted: Results) =
            HeatMap(
                title,
                "query",
                names(queries),
                "key",
                names(x),
                predicted["weight"].toDoubleArray(),
            )
        val panels =
            listOf(
                chart,
                heatMap("Attention weights, width 1", fixed),
                heatMap("Attention weights, learnt width", learnt),
            )
        picture.write(Panels(2, panels), out, err)
        val gain = error(fixed, truth) / error(learnt, truth)
        val reached = gain >= 2
        out.println(
            "error divided by %.1f, expected at least 2: %s"
                .format(Locale.ROOT, gain, if (reached) "ok" else "not reached")
        )
        return reached
    }

    private fun curve(x: Double): Double = 2 * sin(x) + x.pow(0.8)

    private fun tell(session: Session, predicted: Results, truth: DoubleArray, out: PrintWriter) {
        val width = session.parameters["width"].item()
        out.println(
            "width %.3f  mean squared error on the curve %.4f"
                .format(Locale.ROOT, width, error(predicted, truth))
        )
    }

    private fun error(predicted: Results, truth: DoubleArray): Double =
        truth.zip(predicted["value"].toDoubleArray()) { a, b -> (a - b) * (a - b) }.average()

    /** Different for keys that are equal to two digits. */
    private fun names(values: DoubleArray): List<String> = values.mapIndexed { i, value ->
        "%d: %.2f".format(Locale.ROOT, i + 1, value)
    }

    private fun floats(values: DoubleArray) =
        FloatArray(values.size) { values[it].toFloat() }.toTensor()
}
