package dev.covector.kotlin

/**
 * Marks the receivers of [graph] and [function], so that the members of an outer one can't be
 * called by accident inside of an inner one: a function is not declared within a function.
 */
@DslMarker
@Target(AnnotationTarget.TYPE, AnnotationTarget.CLASS)
public annotation class CovectorDsl
