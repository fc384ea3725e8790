package dev.covector.graph;

/**
 * A mistake in the graph that the user writes. The message names the op, the operands with their shapes, the user's
 * source lines, and the likely fix:
 *
 * <pre>
 * matmul: the contracting dimensions differ: 784 (axis 1 of the first) and 128 (axis 0 of the second)
 *   at Mlp.java:31: matmul(x: f32[batch,784], hidden.weight: f32[128,256])
 *   x was made at Mlp.java:28
 *   hidden.weight was made at Mlp.java:30
 *   hint: transpose or reshape one of them
 * </pre>
 */
public final class GraphException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    GraphException(String message) {
        super(message);
    }
}
