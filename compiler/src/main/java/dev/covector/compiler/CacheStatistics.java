package dev.covector.compiler;

/**
 * What the compiler's cache has done since the start of the JVM.
 *
 * @param hits   compilations of graphs equal to one compiled before, which got its code
 * @param misses compilations that went through the passes
 * @param graphs how many graphs are remembered now
 */
public record CacheStatistics(long hits, long misses, int graphs) {}
