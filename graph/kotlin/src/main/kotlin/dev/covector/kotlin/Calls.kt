package dev.covector.kotlin

import dev.covector.runtime.PreparedCall
import dev.covector.runtime.Results
import dev.covector.runtime.Session
import dev.covector.runtime.Tensor
import kotlin.properties.ReadOnlyProperty
import kotlin.reflect.KProperty

/**
 * Calls a function, with its inputs by name. The results are the caller's to keep.
 *
 * ```kotlin
 * val loss = session("train", "x" to images, "label" to labels).scalar("loss")
 * ```
 *
 * @throws dev.covector.runtime.CallException if there is no such function or input, an input is
 *   missing, is of another dtype or shape, or the call itself fails
 */
public operator fun Session.invoke(function: String, vararg inputs: Pair<String, Tensor>): Results {
    val call = call(function)
    for ((name, data) in inputs) {
        call.input(name, data)
    }
    return call.run()
}

/**
 * Runs a prepared call, with its inputs by name; one that is not named keeps the data that it was
 * given before. Where not even a pair may be allocated, there is Java's `input` and `run`. **The
 * results are views that the next run overwrites.**
 *
 * ```kotlin
 * val train = session.prepare("train")
 * for ((images, labels) in batches) {
 *     val loss = train("x" to images, "label" to labels).scalar("loss")
 * }
 * ```
 *
 * @throws dev.covector.runtime.CallException as the call of a [Session] does
 */
public operator fun PreparedCall.invoke(vararg inputs: Pair<String, Tensor>): Results {
    for ((name, data) in inputs) {
        input(name, data)
    }
    return run()
}

/**
 * A result by name: `results["probability"]`. Of a prepared call it is a view that the next run
 * overwrites.
 *
 * @throws dev.covector.runtime.CallException if there is no such result
 */
public operator fun Results.get(name: String): Tensor = tensor(name)

/**
 * The result that is called as the property. That there is one is checked where the property is,
 * whether it is ever read or not.
 *
 * ```kotlin
 * val probability by session("predict", "x" to points)
 * ```
 *
 * @throws dev.covector.runtime.CallException if there is no such result
 */
public operator fun Results.provideDelegate(
    owner: Any?,
    property: KProperty<*>,
): ReadOnlyProperty<Any?, Tensor> {
    tensor(property.name)
    // Of a prepared call, what its last run returned.
    return ReadOnlyProperty { _, read -> tensor(read.name) }
}
