package dev.covector.graph;

/**
 * What {@link Expr#topK} finds.
 *
 * @param values  the greatest elements, the greatest first
 * @param indices where each of them is along the axis; int32
 */
public record TopK(Expr values, Expr indices) {}
