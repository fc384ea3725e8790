package dev.covector.samples.kotlin

import dev.covector.graph.Graph
import dev.covector.graph.nn.Attention
import dev.covector.kotlin.*
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.Results
import dev.covector.runtime.Session
import dev.covector.runtime.Tensor
import dev.covector.samples.command.RunOptions
import dev.covector.samples.command.Sample
import dev.covector.samples.picture.HeatMap
import dev.covector.samples.picture.Panels
import dev.covector.samples.picture.PictureOption
import java.io.PrintWriter
import java.util.SplittableRandom
import kotlin.math.abs
import picocli.CommandLine.Command
import picocli.CommandLine.Mixin

private const val EXAMPLES = 2
private const val KEYS = 10
private const val FEATURES = 2
private const val QUERY_FEATURES = 20
private const val WIDTH = 4
private const val TOLERANCE = 1e-5f

/** Of the values, 0 to 39 in rows of four: the means of the first 2 rows, and of the first 6. */
private val AVERAGES = listOf(2f, 3f, 4f, 5f, 10f, 11f, 12f, 13f)

/** Two ways to say how well a query goes with a key: a small network, or their product. */
fun attentionScores(keys: Int, features: Int, queryFeatures: Int): Graph =
    graph("attention_scores") {
        val batch by dim()
        val queries by dim()
        val width by dim()
        val key by input(FLOAT32, batch, keys, features)
        val value by input(FLOAT32, batch, keys, width)
        val length by input(INT32, batch)
        val mask = Attention.lengthMask(length, key.shape[1])

        // The query of an additive score may have other features than the key.
        val longQuery = input("long_query", FLOAT32, shapeOf(batch, queries, queryFeatures))
        val additive by additiveAttention(queryFeatures, features, hidden = 8)
        val additiveWeight = Attention.weights(additive.scores(longQuery, key), mask)
        function("additive") {
            returns("weight" to additiveWeight, "value" to additiveWeight.matmul(value))
        }

        val query by input(FLOAT32, batch, queries, features)
        val productWeight = Attention.weights(Attention.scaledDotProductScores(query, key), mask)
        function("scaled_dot_product") {
            returns("weight" to productWeight, "value" to productWeight.matmul(value))
        }
    }

/** Two examples whose keys are all the same, so that values count the same, or not at all. */
@Command(
    name = "attention-scores-kotlin",
    description = ["averages values by attention as attention-scores does, written in Kotlin"],
    footer =
        [
            "",
            "Exit status: 0 if both give the averages of the first 2 and the first 6 values, 1 if" +
                " not, 2 if an option is wrong.",
        ],
)
internal class AttentionScoresSample : Sample {
    @Mixin private val picture = PictureOption("attention-scores-kotlin")

    @Mixin private val options = RunOptions()

    override fun run(out: PrintWriter, err: PrintWriter): Boolean {
        picture.check()
        val random = SplittableRandom(options.seed())
        val longQuery = random.normal(QUERY_FEATURES)
        val query = random.normal(FEATURES)
        val (additive, product) =
            options.workers().use { workers ->
                val session =
                    options.session(attentionScores(KEYS, FEATURES, QUERY_FEATURES), workers)
                Pair(
                    attend(session, "additive", "long_query" to longQuery),
                    attend(session, "scaled_dot_product", "query" to query),
                )
            }
        val maps =
            listOf(
                heatMap("Additive attention", additive),
                heatMap("Scaled dot-product attention", product),
            )
        picture.write(Panels(2, maps), out, err)
        tell("additive", additive, out)
        tell("scaled dot product", product, out)
        val right = isRight(additive) && isRight(product)
        out.println(
            "the means of the first 2 and the first 6 values: ${if (right) "ok" else "not reached"}"
        )
        return right
    }

    /** One query for each example. */
    private fun SplittableRandom.normal(features: Int): Tensor =
        FloatArray(EXAMPLES * features) { nextGaussian().toFloat() }.toTensor(EXAMPLES, 1, features)

    private fun attend(session: Session, function: String, query: Pair<String, Tensor>): Results =
        session(
            function,
            query,
            "key" to
                FloatArray(EXAMPLES * KEYS * FEATURES) { 1f }.toTensor(EXAMPLES, KEYS, FEATURES),
            "value" to
                FloatArray(EXAMPLES * KEYS * WIDTH) { (it % (KEYS * WIDTH)).toFloat() }
                    .toTensor(EXAMPLES, KEYS, WIDTH),
            "length" to intArrayOf(2, 6).toTensor(),
        )

    private fun tell(name: String, results: Results, out: PrintWriter) {
        val (first, second) = results["value"].toFloatArray().asList().chunked(WIDTH)
        out.println("${name.padEnd(18)}  $first and $second")
    }

    private fun isRight(results: Results): Boolean =
        AVERAGES.zip(results["value"].toFloatArray().asList()).all { (expected, found) ->
            abs(found - expected) <= TOLERANCE
        }

    private fun heatMap(title: String, results: Results) =
        HeatMap(
            title,
            "query",
            listOf("length 2", "length 6"),
            "key",
            (1..KEYS).map(Int::toString),
            results["weight"].toDoubleArray(),
        )
}
