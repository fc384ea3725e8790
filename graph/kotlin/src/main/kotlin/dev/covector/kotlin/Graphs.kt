package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.FunctionBuilder
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder

/**
 * Builds a graph: [declare] declares inputs, parameters, layers and functions.
 *
 * ```kotlin
 * val batch = Dim.of("batch")
 * val line = graph("line") {
 *     val x by input(FLOAT32, batch, 2)
 *     val w by parameter(2, zeros())
 *     function("predict") { returns("y" to x.matmul(w)) }
 * }
 * ```
 *
 * @param name of letters, digits, `_` and `.`
 * @throws dev.covector.graph.GraphException where [declare] makes a mistake, which the message
 *   describes with its line
 */
public fun graph(name: String, declare: @CovectorDsl GraphBuilder.() -> Unit): Graph {
    val builder = Graph.builder(name)
    builder.declare()
    return builder.build()
}

/**
 * Declares a function, and what it [returns] and [updates][FunctionBuilder.updates].
 *
 * ```kotlin
 * function("train") {
 *     returns("loss" to loss)
 *     updates(Sgd.of(0.1).minimize(loss))
 * }
 * ```
 *
 * @throws dev.covector.graph.GraphException if there is a function of that name
 */
public fun GraphBuilder.function(name: String, declare: @CovectorDsl FunctionBuilder.() -> Unit) {
    function(name).declare()
}

/**
 * A call returns these values, by name and in this order.
 *
 * @throws dev.covector.graph.GraphException if there is a result of one of these names
 */
public fun FunctionBuilder.returns(vararg results: Pair<String, Expr>) {
    for ((name, value) in results) {
        returns(name, value)
    }
}

/**
 * A call changes these parameters to these values, all at once, when it ends.
 *
 * ```kotlin
 * function("train") {
 *     updates(w to w - 0.1 * loss.gradient(w), b to b - 0.1 * loss.gradient(b))
 * }
 * ```
 *
 * @throws dev.covector.graph.GraphException if a target is not a parameter, is updated twice, or is
 *   of another type than its new value
 */
public fun FunctionBuilder.updates(vararg changes: Pair<Expr, Expr>) {
    for ((parameter, value) in changes) {
        updates(parameter, value)
    }
}
