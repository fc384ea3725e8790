package dev.covector.benchmarks;

/** Says on the error stream what is measured now. */
public final class Progress {
    private final int count;
    private int number;

    /** Of so many measurements. */
    public Progress(int count) {
        this.count = count;
    }

    /** The next one begins. */
    public void begins(String name) {
        number++;
        System.err.println("[" + number + "/" + count + "] " + name);
    }
}
