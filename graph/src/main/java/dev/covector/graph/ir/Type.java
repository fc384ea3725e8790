package dev.covector.graph.ir;

import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/** What is known of a value when the graph is built. */
public record Type(DType dtype, Shape shape) {
    /** Such as {@code f32[batch,784]}. */
    @Override
    public String toString() {
        return dtype.toString() + shape;
    }
}
