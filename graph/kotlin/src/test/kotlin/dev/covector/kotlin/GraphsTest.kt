package dev.covector.kotlin

import dev.covector.graph.Convolution
import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Updates
import dev.covector.graph.nn.AdditiveAttention
import dev.covector.graph.nn.BatchNorm
import dev.covector.graph.nn.Block
import dev.covector.graph.nn.Conv1d
import dev.covector.graph.nn.Conv2d
import dev.covector.graph.nn.Embedding
import dev.covector.graph.nn.Initializers.constant
import dev.covector.graph.nn.Initializers.normal
import dev.covector.graph.nn.Initializers.zeros
import dev.covector.graph.nn.LayerNorm
import dev.covector.graph.nn.Linear
import dev.covector.graph.nn.Losses.softmaxCrossEntropy
import dev.covector.graph.nn.MultiHeadAttention
import dev.covector.graph.nn.Sequential
import dev.covector.graph.nn.Sgd
import dev.covector.graph.nn.Training
import dev.covector.graph.text.GraphText
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.FLOAT64
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.DType.INT64
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** What is built in Kotlin is what Java's builder makes. */
class GraphsTest {
    private val batch by dim()

    private fun assertSame(kotlin: Graph, java: GraphBuilder.() -> Unit) {
        val g = Graph.builder(kotlin.name)
        g.java()
        assertEquals(GraphText.canonical(g.build()), GraphText.canonical(kotlin))
    }

    @Test
    fun aNetworkOfLayers() {
        val kotlin =
            graph("xor") {
                val x by input(FLOAT32, batch, 2)
                val label by input(INT32, batch)
                val hidden by linear(2, 8)
                val output by layer { Linear.of(this, it, 8, 2) }
                val logits by output(hidden(x).tanh()).named()
                val loss = softmaxCrossEntropy(logits, label).mean()
                function("train") {
                    returns("loss" to loss)
                    updates(Sgd.of(0.5).minimize(loss))
                }
                function("predict") {
                    returns("probability" to logits.softmax(-1), "label" to logits.argmax(-1))
                }
            }
        assertSame(kotlin) {
            val x = input("x", FLOAT32, Shape.of(Dim.of("batch"), 2))
            val label = input("label", INT32, Shape.of(Dim.of("batch")))
            val hidden = Linear.of(this, "hidden", 2, 8)
            val output = Linear.of(this, "output", 8, 2)
            val logits = output.invoke(hidden.invoke(x).tanh()).named("logits")
            val loss = softmaxCrossEntropy(logits, label).mean()
            function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss))
            function("predict")
                .returns("probability", logits.softmax(-1))
                .returns("label", logits.argmax(-1))
        }
    }

    @Test
    fun leavesOfAnyShapeAndDtype() {
        val kotlin =
            graph("leaves") {
                val scalar by input(FLOAT64)
                val image by input(FLOAT32, batch, 28, 28, 1)
                val mixed by input(FLOAT32, batch, 3, batch * 2, 4)
                val like by input(INT32, mixed.shape)
                val p0 by parameter(zeros())
                val p1 by parameter(2, zeros())
                val p2 by parameter(2, 3, normal(0.01))
                val p3 by parameter(2, 3, 4, zeros(), FLOAT64)
                val p4 by parameter(2, 3, 4, 5, initializer = zeros(), dtype = FLOAT32)
                val p by parameter(p2.shape, constant(1.0))
                val s0 by state(zeros(), INT64)
                val s1 by state(2, zeros())
                val s by state(p2.shape, zeros())
                function("all") {
                    listOf(scalar, image, mixed, like, p0, p1, p2, p3, p4, p, s0, s1, s)
                        .forEachIndexed { i, value ->
                            returns("r$i" to value)
                        }
                    updates(p0 to p0 * 2, s0 to s0 + 1)
                }
            }
        assertSame(kotlin) {
            val twice = Dim.of("batch").times(2L)
            val all =
                listOf(
                    input("scalar", FLOAT64, Shape.scalar()),
                    input("image", FLOAT32, Shape.of(batch, 28, 28, 1)),
                    input("mixed", FLOAT32, Shape.of(batch, Dim.of(3L), twice, Dim.of(4L))),
                    input("like", INT32, Shape.of(batch, Dim.of(3L), twice, Dim.of(4L))),
                    parameter("p0", FLOAT32, Shape.scalar(), zeros()),
                    parameter("p1", FLOAT32, Shape.of(2), zeros()),
                    parameter("p2", FLOAT32, Shape.of(2, 3), normal(0.01)),
                    parameter("p3", FLOAT64, Shape.of(2, 3, 4), zeros()),
                    parameter("p4", FLOAT32, Shape.of(2, 3, 4, 5), zeros()),
                    parameter("p", FLOAT32, Shape.of(2, 3), constant(1.0)),
                    state("s0", INT64, Shape.scalar(), zeros()),
                    state("s1", FLOAT32, Shape.of(2), zeros()),
                    state("s", FLOAT32, Shape.of(2, 3), zeros()),
                )
            val function = function("all")
            all.forEachIndexed { i, value -> function.returns("r$i", value) }
            function.updates(
                Updates.none().and(all[4], all[4].times(2.0)).and(all[10], all[10].plus(1.0))
            )
        }
    }

    @Test
    fun eachLayerWithParameters() {
        val kotlin =
            graph("layers") {
                val image by input(FLOAT32, batch, 8, 8, 2)
                val tokens by input(INT32, batch, 6)
                val training = Training()
                val linear by linear(12, 3, weight = normal(0.1), bias = zeros())
                val usual by linear(12, 3)
                val conv1 by conv1d(4, 6, 3)
                val conv2 by conv2d(2, 4, size = 3, Convolution.of().padding(1).groups(2))
                val conv3 by conv2d(4, 3, 1, weight = normal(0.1), bias = zeros())
                val conv4 by conv2d(3, 3, 3, bias = null)
                val conv5 by conv2d(3, 3, height = 1, width = 2)
                val conv6 by conv1d(6, 6, 1, weight = normal(0.1), bias = null)
                val batchNorm by batchNorm(4)
                val layerNorm by layerNorm(12)
                val embedding by embedding(10, 12)
                val heads by multiHeadAttention(12, heads = 2)
                val additive by additiveAttention(12, 4, hidden = 5)
                val words = layerNorm(heads(embedding(tokens)))
                val map = batchNorm(conv2(image).relu(), training)
                val sequence = map.reshape(-1, 64, 4)
                function("f") {
                    returns(
                        "words" to linear(words) + usual(words),
                        "sequence" to conv6(conv1(sequence)),
                        "map" to conv5(conv4(conv3(map))),
                    )
                    returns("attended" to additive(words, sequence, sequence))
                    updates(training.updates)
                }
            }
        assertSame(kotlin) {
            val g = this
            val image = g.input("image", FLOAT32, Shape.of(batch, 8, 8, 2))
            val tokens = g.input("tokens", INT32, Shape.of(batch, 6))
            val training = Training()
            val linear = Linear.of(g, "linear", 12, 3, normal(0.1), zeros())
            val usual = Linear.of(g, "usual", 12, 3)
            val conv1 = Conv1d.of(g, "conv1", 4, 6, 3)
            val conv2 = Conv2d.of(g, "conv2", 2, 4, 3, Convolution.of().padding(1).groups(2))
            val conv3 = Conv2d.of(g, "conv3", 4, 3, 1, Convolution.of(), normal(0.1), zeros())
            val conv4 = Conv2d.withoutBias(g, "conv4", 3, 3, 3, Convolution.of())
            val conv5 = Conv2d.of(g, "conv5", 3, 3, intArrayOf(1, 2), Convolution.of())
            val conv6 = Conv1d.withoutBias(g, "conv6", 6, 6, 1, Convolution.of(), normal(0.1))
            val batchNorm = BatchNorm.of(g, "batchNorm", 4)
            val layerNorm = LayerNorm.of(g, "layerNorm", 12)
            val embedding = Embedding.of(g, "embedding", 10, 12)
            val heads = MultiHeadAttention.of(g, "heads", 12, 2)
            val additive = AdditiveAttention.of(g, "additive", 12, 4, 5)
            val words = layerNorm.invoke(heads.invoke(embedding.invoke(tokens)))
            val map = batchNorm.invoke(conv2.invoke(image).relu(), training)
            val sequence = map.reshape(-1, 64, 4)
            function("f")
                .returns("words", linear.invoke(words).plus(usual.invoke(words)))
                .returns("sequence", conv6.invoke(conv1.invoke(sequence)))
                .returns("map", conv5.invoke(conv4.invoke(conv3.invoke(map))))
                .returns("attended", additive.invoke(words, sequence, sequence))
                .updates(training.updates())
        }
    }

    /** A layer of one's own. */
    private class Encoder(g: GraphBuilder, override val path: String) : Layer, Block {
        private val hidden by g.linear(4, 4)
        private val inner by g.layer {
            Sequential.of(it, 2) { path -> Linear.of(this, path, 4, 4) }
        }
        private val scale by g.parameter(4, zeros())
        private val average by g.state(4, zeros())

        override fun invoke(x: Expr): Expr = inner(hidden(x)) * scale + average
    }

    @Test
    fun whatALayerDeclaresIsBelowItsPath() {
        val kotlin =
            graph("nested") {
                val x by input(FLOAT32, batch, 4)
                val first by layer { Encoder(this, it) }
                val second by layer { Encoder(this, it) }
                function("f") { returns("y" to second(first(x))) }
            }
        assertEquals(
            listOf("first", "second").flatMap { path ->
                listOf(
                        "hidden.weight",
                        "hidden.bias",
                        "inner.0.weight",
                        "inner.0.bias",
                        "inner.1.weight",
                        "inner.1.bias",
                    )
                    .map { name -> "$path.$name" } + listOf("$path.scale", "$path.average")
            },
            kotlin.parameters.map { it.name },
        )
    }

    @Test
    fun anythingIsDeclaredWhereItsPropertyIs() {
        val kotlin =
            graph("unread") {
                val unread by parameter(2, zeros())
                val one = constant(FLOAT32, 1.0)
                function("f") { returns("y" to one) }
            }
        assertEquals(listOf("unread"), kotlin.parameters.map { it.name })
    }
}
