package dev.covector.runtime.kernel;

/** What the compiler generates for one function: its nests, by number. */
public interface Code {
    /**
     * Runs nest {@code nest} for the indices [from, to) of its outermost loop.
     *
     * @param scratch of the calling thread
     */
    void run(int nest, Frame frame, Scratch scratch, int from, int to);
}
