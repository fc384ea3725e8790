package dev.covector.kotlin

import kotlin.properties.PropertyDelegateProvider
import kotlin.properties.ReadOnlyProperty

/**
 * What is declared by a property, under the property's name: `val x by input(FLOAT32, batch, 784)`
 * declares the input `x`. It is declared where the property is, whether the property is read or
 * not.
 */
public typealias Named<T> = PropertyDelegateProvider<Any?, ReadOnlyProperty<Any?, T>>

internal fun <T> named(declare: (String) -> T): Named<T> = PropertyDelegateProvider { _, property ->
    val value = declare(property.name)
    ReadOnlyProperty { _, _ -> value }
}
