package interop

import dev.covector.compiler.Compiler
import dev.covector.compiler.CompilerOptions
import dev.covector.data.DataLoader
import dev.covector.data.Split
import dev.covector.data.Table
import dev.covector.data.Transforms
import dev.covector.graph.Convolution
import dev.covector.graph.CustomGradient
import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder
import dev.covector.graph.GraphException
import dev.covector.graph.Slice
import dev.covector.graph.Updates
import dev.covector.graph.Window
import dev.covector.graph.ir.Op
import dev.covector.graph.ir.SourceLine
import dev.covector.graph.nn.Block
import dev.covector.graph.nn.Conv2d
import dev.covector.graph.nn.Initializers
import dev.covector.graph.nn.Linear
import dev.covector.graph.nn.Optimizer
import dev.covector.graph.nn.Residual
import dev.covector.graph.nn.Schedule
import dev.covector.graph.nn.Sequential
import dev.covector.graph.nn.Sgd
import dev.covector.graph.nn.Training
import dev.covector.graph.text.GraphText
import dev.covector.runtime.CallException
import dev.covector.runtime.DType
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.Dim
import dev.covector.runtime.Results
import dev.covector.runtime.Shape
import dev.covector.runtime.Tensor
import dev.covector.runtime.Workers
import java.io.StringReader
import java.util.concurrent.atomic.AtomicInteger
import java.util.random.RandomGenerator

/** Java's classes as Kotlin's own: without the library for Kotlin, a backtick, `!!` or a warning. */
private val batch: Dim = Dim.of("batch")

/** What a graph of one function gives. */
private fun run(declare: GraphBuilder.() -> Map<String, Expr>): Results {
    val g = Graph.builder("g")
    val function = g.function("f")
    g.declare().forEach { (name, value) -> function.returns(name, value) }
    return Compiler.compile(g.build()).newSession(1).call("f").run()
}

private fun Results.text(): String = names().joinToString { "$it=${tensor(it).toDoubles().contentToString()}" }

/** Operators: each is a method of Java's with the name that Kotlin looks for. */
fun operators(): String = run {
    val x = constant(Tensor.of(floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f), 2, 3))
    var y = x + x - x * x / x % x
    y += 1.0
    val negated = -(y * 2.0 - 1.0) / 2.0 % 5.0
    mapOf(
        "negated" to negated,
        "row" to x[1],
        "element" to x[-1, 0],
        "part" to x[Slice.from(1), Slice.range(0, 3).step(2)],
        "not" to (!(x isGreaterThan 3.0)).cast(FLOAT32),
    )
}.text()

/** Comparisons are methods, as they give a tensor and not a Boolean. */
private infix fun Expr.isGreaterThan(value: Double): Expr = gt(value)

fun dims(): String {
    val n = batch + 1 + batch * 2 - Dim.of(3)
    val shape = Shape.of(batch, 2, 3)
    return "$n ${n.floorDiv(2)} ${n.evaluate { 5L }} ${Dim.of(4).isExactly(4)} ${shape.evaluate { 7L }.toList()} " +
        "${Shape.of(2, 3)} ${Shape.of(listOf(batch, Dim.of(3)))} ${Shape.scalar()} ${Shape.of(batch)}"
}

/** Literals choose the overload that is meant: Java's `int...`, lists of boxed numbers, one or several axes. */
fun literals(): String = run {
    val x = iota(INT32, Shape.of(2, 3), 1).cast(FLOAT32)
    val (left, right) = x.split(1, intArrayOf(1, 2))
    mapOf(
        "reshape" to x.reshape(3, 2)[0],
        "flat" to x.reshape(-1),
        "sum" to x.sum(),
        "columns" to x.sum(0),
        "all" to x.sum(0, 1),
        "transpose" to x.transpose(1, 0)[2],
        "dot" to x.dot(x, listOf(), listOf(), listOf(1), listOf(1)),
        "stack" to Expr.stack(0, left.sum(), right.sum()),
        "concat" to Expr.concat(0, listOf(left.reshape(2), right.reshape(4))),
        "top" to x.topK(1, 1).values,
        "einsum" to Expr.einsum("ij,ij->", x, x),
        "pool" to x.reshape(1, 2, 3, 1).maxPool(Window.of(2, 2)),
        "full" to full(FLOAT32, Shape.scalar(), 2.5),
    )
}.text()

/** A class of Kotlin's that is a layer, and one that is an optimizer. */
class Swish : Block {
    override fun invoke(x: Expr): Expr = x * x.sigmoid()
}

class Descent(private val rate: Double) : Optimizer {
    override fun step(parameters: List<Expr>, gradients: List<Expr>): Updates =
        parameters.zip(gradients).fold(Updates.none()) { updates, (w, dw) -> updates.and(w, w - dw * rate) }
}

/** Lambdas come last, and each is a Java interface of one method. */
fun lambdas(): String {
    val g = Graph.builder("lambdas")
    val x = g.input("x", FLOAT32, Shape.of(batch, 2))
    val w = g.parameter("w", FLOAT32, Shape.of(2)) { b, dtype, shape -> b.full(dtype, shape, 0.5) }
    val blocks = Sequential.of("layers", 2) { path -> Linear.of(g, path, 2, 2) }
    val residual = Residual.of { it.relu() }
    val chain = Sequential.of(blocks, residual, Swish(), Block { it * w })
    val exp = x.customGradient({ it.exp() }) { dy, _, y -> dy * y * 3.0 }
    val product = CustomGradient.of(listOf(x + 2.0, w), { (a, b) -> a * b }) { dy, (a, b), _ ->
        listOf(dy * b, (dy * a).sum(0))
    }
    val decay = Schedule { step -> step.cast(FLOAT32) * 0.1 }
    val training = Training()
    val mean = g.state("mean", FLOAT32, Shape.scalar(), Initializers.zeros())
    training.update(mean) { it * 0.9 + 0.1 }
    val loss = chain(x).square().mean()
    g.function("train").returns("loss", loss).updates(Descent(0.1).minimize(loss).and(training.updates()))
    g.function("decayed").updates(Sgd.of(decay).minimize(loss, w))
    g.function("gradient").returns("exp", exp.sum().gradient(x)).returns("product", product.sum().gradient(w))
    val graph = g.build()

    val session = Compiler.compile(graph, CompilerOptions.defaults()).newSession(1)
    val parameters = session.parameters()
    parameters["w"] = Tensor.of(floatArrayOf(1f, -1f), 2)
    val points = Tensor.of(floatArrayOf(0f, 0f), 1, 2)
    session.profile().use { profile ->
        session.call("train").input("x", points).run()
        session.call("decayed").input("x", points).run()
        check(profile.functions().map { it.name } == listOf("train", "decayed")) { profile.table() }
    }
    val trainable: List<String> = graph.parameters().filter { it.trainable }.map { it.name() }
    return "$trainable ${parameters["mean"].item()} ${session.call("gradient").input("x", points).run().text()}"
}

/** What may be null is nullable, and nothing else. */
fun nullness(): String {
    val g = Graph.builder("nullness")
    val x = g.input("x", FLOAT32, Shape.of(1, 4, 4, 1))
    val conv = Conv2d.withoutBias(g, "conv", 1, 2, 3, Convolution.of())
    val bias: Expr? = conv.bias()
    g.function("f").returns("y", conv(x).named("y"))
    val graph = GraphText.parse(GraphText.annotated(g.build()))
    val nodes = graph.function("f").nodes()
    val line: SourceLine? = nodes.last().line()
    val name: String? = nodes.last().name()
    val quotient: Dim? = (batch * 2).dividedExactlyBy(Dim.of(3))
    val words: List<String?> = Table.readCsv(StringReader("word,n\na,1\n,2\n")).text("word")
    val op = when (val op = nodes.first().op()) {
        is Op.Input -> "input ${op.name}"
        is Op.Parameter -> "parameter ${op.name}"
        else -> "other"
    }
    return "$bias ${line?.file} $name $quotient $words $op ${bytes(FLOAT32)}"
}

private fun bytes(dtype: DType): Int = when (dtype) {
    DType.FLOAT32, INT32 -> 4
    DType.FLOAT64, DType.INT64 -> 8
    DType.BOOL -> 1
}

/** What is iterated, indexed, read as a property, and closed. */
fun data(): String {
    val loader = DataLoader.of(2, Tensor.of(FloatArray(10) { it.toFloat() }, 5, 2), Tensor.of(IntArray(5) { it }, 5))
        .dropLast().map { batch -> batch.with(1, Tensor.of(intArrayOf(7, 7), 2)) }
    val sizes = loader.epoch(0).use { batches -> batches.map { batch -> "${batch[0].describe()} ${batch[1].getLong(0)}" } }
    val counted = AtomicInteger()
    loader.forEach(1) { batch -> counted.addAndGet(batch.size()) }
    val split = Split.random(10, 0.2, 1)
    val crop = Transforms.randomCrop(Tensor.zeros(FLOAT32, 1, 4, 4, 1), 2, 2, 0) { RandomGenerator.of("L64X128MixRandom") }
    val filled = Table.readCsv(StringReader("a,b\n1,2\n,4\n")).fillna(mapOf("a" to 3.0)).numbers("a").toList()
    Workers.of(2).use { workers -> workers.run(10, 1) { _, from, to -> counted.addAndGet(to - from) } }
    return "$sizes $counted ${split.train.size} ${split.validation.size} ${crop.describe()} $filled"
}

/** Checked exceptions need no declaration, and what is wrong is told as in Java. */
fun errors(): String {
    val g = Graph.builder("errors")
    val x = g.input("x", FLOAT32, Shape.of(batch, 2))
    val wrong = try {
        x + g.input("y", INT32, Shape.of(batch, 2))
        "nothing"
    } catch (e: GraphException) {
        e.message.orEmpty().lines().first()
    }
    g.function("f").returns("y", x)
    val called = try {
        Compiler.compile(g.build()).newSession(1).call("f").run()
        "nothing"
    } catch (e: CallException) {
        e.message.orEmpty()
    }
    return "$wrong; $called"
}
