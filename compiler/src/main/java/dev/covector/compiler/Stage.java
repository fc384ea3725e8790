package dev.covector.compiler;

/** What a compilation passes through, in this order; those from {@link #FUSE} on once for each function. */
enum Stage {
    SIMPLIFY, DIFFERENTIATE, SIMPLIFY_AGAIN, SPECIALISE, FUSE, LOWER, PLAN, PRINT
}
