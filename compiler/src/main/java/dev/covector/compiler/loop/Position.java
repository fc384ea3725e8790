package dev.covector.compiler.loop;

/** What an index is made of: a loop's counter, a parameter of the nest, or a computed integer. */
public sealed interface Position permits Axis, Bound.Param, Value {}
