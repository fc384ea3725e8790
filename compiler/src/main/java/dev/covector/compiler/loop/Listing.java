package dev.covector.compiler.loop;

import java.util.Map;

/**
 * The printed nests of a function, which line tables and stack traces point into.
 *
 * @param line the line of each statement, from 1; by identity, and without an order of its own
 */
public record Listing(String text, Map<Stmt, Integer> line) {}
