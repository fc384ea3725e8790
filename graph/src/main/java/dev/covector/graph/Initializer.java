package dev.covector.graph;

import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/**
 * Says what a parameter is before its first update, as an expression. Random numbers that it draws are keyed by the
 * parameter's path, so that another layer more or less does not change them.
 */
@FunctionalInterface
public interface Initializer {
    /**
     * The initial value: of this dtype and shape, and a function of nothing but constants and random numbers.
     *
     * @param g the builder whose {@code parameter} method was called
     */
    Expr create(GraphBuilder g, DType dtype, Shape shape);
}
