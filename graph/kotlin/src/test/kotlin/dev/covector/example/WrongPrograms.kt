package dev.covector.example

import dev.covector.graph.Convolution
import dev.covector.graph.Expr
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Initializer
import dev.covector.graph.nn.Initializers.xavierUniform
import dev.covector.graph.nn.Initializers.zeros
import dev.covector.graph.nn.Linear
import dev.covector.graph.nn.Losses.softmaxCrossEntropy
import dev.covector.kotlin.ALL
import dev.covector.kotlin.Layer
import dev.covector.kotlin.clip
import dev.covector.kotlin.conv2d
import dev.covector.kotlin.embedding
import dev.covector.kotlin.function
import dev.covector.kotlin.get
import dev.covector.kotlin.graph
import dev.covector.kotlin.gt
import dev.covector.kotlin.input
import dev.covector.kotlin.layer
import dev.covector.kotlin.linear
import dev.covector.kotlin.minus
import dev.covector.kotlin.multiHeadAttention
import dev.covector.kotlin.named
import dev.covector.kotlin.parameter
import dev.covector.kotlin.plus
import dev.covector.kotlin.returns
import dev.covector.kotlin.shape
import dev.covector.kotlin.times
import dev.covector.kotlin.updates
import dev.covector.runtime.DType.BOOL
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape
import java.math.BigDecimal

/**
 * Programs that are refused. Each has one mistake; errors.txt has what its author is told, and
 * names the line.
 */
@Suppress("unused", "UNUSED_VARIABLE")
internal class WrongPrograms {
    private val batch = Dim.of("batch")

    private fun wrong(program: GraphBuilder.(x: Expr, i: Expr, mask: Expr) -> Unit) {
        graph("wrong") {
            val x by input(FLOAT32, batch, 12)
            val i by input(INT32, 12)
            val mask by input(BOOL, 12)
            program(x, i, mask)
        }
    }

    // ---- what properties declare

    fun twoInputs() = wrong { _, _, _ ->
        val x by input(FLOAT32)
    }

    fun inputWithALongExtent() = wrong { _, _, _ ->
        val y by input(FLOAT32, batch, 12L)
    }

    fun inputWithANegativeExtent() = wrong { _, _, _ ->
        val y by
            input(
                FLOAT32,
                batch,
                -1,
            )
    }

    fun parameterWithANegativeExtent() = wrong { _, _, _ ->
        val w by parameter(3, -1, zeros())
    }

    fun aParameterOnSeveralLines() = wrong { _, _, _ ->
        val w by
            parameter(
                3,
                xavierUniform(),
            )
    }

    fun parameterOfANamedExtent() = wrong { x, _, _ ->
        val w by parameter(x.shape, zeros())
    }

    fun twoParameters() = wrong { _, _, _ ->
        val w by parameter(3, zeros())
        fun again() {
            val w by parameter(3, zeros())
        }
        again()
    }

    fun initializerOfAnotherShape() = wrong { _, _, _ ->
        val w by parameter(3, Initializer { g, dtype, _ -> g.constant(dtype, 0.0) })
    }

    fun initializerOfAWeightForABias() = wrong { _, _, _ ->
        val hidden by linear(12, 3, bias = xavierUniform())
    }

    fun groupsThatDoNotDivide() = wrong { _, _, _ ->
        val edges by conv2d(3, 4, 5, Convolution.of().groups(2))
    }

    fun aLayerAppliedToOtherFeatures() = wrong { x, _, _ ->
        val hidden by linear(10, 3)
        hidden(x)
    }

    fun aLayerMadeWrong() = wrong { _, _, _ ->
        val first by linear(12, 3)
        val second by layer { Linear.of(this, "first", 12, 3) }
    }

    private class Encoder(g: GraphBuilder, override val path: String) : Layer {
        val hidden by g.linear(12, 4)
        val wrong by g.parameter(4, xavierUniform())

        operator fun invoke(x: Expr) = hidden(x)
    }

    fun aPropertyOfALayer() = wrong { _, _, _ ->
        val encoder by layer { Encoder(this, it) }
    }

    private class Nameless(g: GraphBuilder) : Layer {
        val hidden by g.linear(12, 4)
        override val path = "late"
    }

    fun aLayerWhosePathComesLate() = wrong { _, _, _ -> Nameless(this) }

    fun anInputNamedOnceMore() = wrong { x, _, _ ->
        val y by x.named()
    }

    fun aNameThatIsNone() = wrong { x, _, _ ->
        val `two words` by (x + 1).named()
    }

    // ---- operators

    fun aNumberWithABool() = wrong { _, _, mask -> 1 - mask }

    fun aFractionWithIntegers() = wrong { _, i, _ -> 0.5 * i }

    fun aNumberTooLarge() = wrong { _, i, _ -> i + 3_000_000_000 }

    fun aNumberOfAnotherType() = wrong { x, _, _ -> x * BigDecimal("0.1") }

    fun aComparisonWithABool() = wrong { _, _, mask -> mask.gt(0) }

    fun clipWithFractionsOfIntegers() = wrong { _, i, _ -> i.clip(0, 0.5) }

    fun shapesThatDoNotBroadcast() = wrong { x, _, _ ->
        val y by input(FLOAT32, batch, 10)
        x * y + 1
    }

    fun dtypesThatDiffer() = wrong { x, i, _ -> x - i }

    // ---- indices

    fun anIndexOfAFraction() = wrong { x, _, _ -> x[ALL, 2.5] }

    fun anIndexOfALong() = wrong { x, _, _ -> x[ALL, 2L] }

    fun aRangeOfLongs() = wrong { x, _, _ -> x[0L..2L] }

    fun aTensorAsIndex() = wrong { x, i, _ -> x[ALL, i] }

    fun anArrayAsIndex() = wrong { x, _, _ -> x[ALL, intArrayOf(0, 2)] }

    fun anIndexOutside() = wrong { x, _, _ -> x[ALL, 12] }

    fun moreIndicesThanAxes() = wrong { x, _, _ -> x[ALL, 0..1, 0] }

    fun aRangePastTheEnd() = wrong { _, i, _ -> i[-3..3] }

    fun aRangePastTheBeginning() = wrong { _, i, _ -> i[3 downTo -3] }

    fun aRangeOfNothingOrAll() = wrong { _, i, _ -> i[2..-1] }

    fun aRangeOfANamedExtent() = wrong { x, _, _ -> x[0..<10, 3] }

    fun aRangeWithAStepPastTheEnd() = wrong { _, i, _ -> i[-3..4 step 2] }

    fun aStepOfZero() = wrong { x, _, _ -> x[ALL.step(0)] }

    // ---- functions

    fun twoFunctions() = wrong { x, _, _ ->
        function("f") { returns("y" to x) }
        function("f") { returns("y" to x) }
    }

    fun twoResults() = wrong { x, _, _ ->
        function("f") {
            returns(
                "y" to x,
                "y" to x,
            )
        }
    }

    fun anUpdateOfNoParameter() = wrong { x, _, _ ->
        val w by parameter(12, zeros())
        function("f") { updates(w to w + 1, x to x + 1) }
    }

    fun anUpdateOfAnotherShape() = wrong { x, _, _ ->
        val w by parameter(12, zeros())
        function("f") {
            updates(w to x)
        }
    }

    // ---- lines, wherever the code is

    fun inALambdaOfTheLibrary() = wrong { x, _, _ ->
        val weights = listOf(12, 10).map { constant(FLOAT32, 0.0).broadcastTo(Shape.of(it, 3)) }
        weights.map { w -> x.matmul(w) }
    }

    fun inASequence() = wrong { x, i, _ ->
        val all =
            sequenceOf(x, i).map { value ->
                value.exp()
            }
        all.toList()
    }

    fun inAReference() = wrong { _, i, _ -> sequenceOf(i).map(Expr::exp).toList() }

    fun inAFunctionOfTheUser() = wrong { x, _, _ -> scaled(x) }

    private fun scaled(x: Expr) = x * x.builder().constant(INT32, 2)

    fun inALazyProperty() = wrong { x, _, _ ->
        val y by lazy {
            x.reshape(5)
        }
        y.exp()
    }

    fun inALossOfTheLibrary() = wrong { x, i, _ ->
        function("train") {
            returns("loss" to softmaxCrossEntropy(x, i).mean())
        }
    }

    // ---- sizes of layers

    fun aLinearOfANegativeSize() = wrong { _, _, _ ->
        val hidden by linear(-1, 4)
    }

    fun aConvolutionOfANegativeSize() = wrong { _, _, _ ->
        val edges by conv2d(-3, 4, 3)
    }

    fun anEmbeddingOfANegativeSize() = wrong { _, _, _ ->
        val words by embedding(-1, 4)
    }

    fun attentionByNoHeads() = wrong { _, _, _ ->
        val attention by multiHeadAttention(8, heads = 0)
    }
}
