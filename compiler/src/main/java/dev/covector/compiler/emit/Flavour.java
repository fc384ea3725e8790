package dev.covector.compiler.emit;

/**
 * What code is emitted for; the results are the same bits in all of them.
 *
 * @param vector whether the Vector API may be used
 * @param bits   how wide its vectors are: 128, 256 or 512; of no meaning to scalar code
 */
public record Flavour(boolean vector, int bits) {
    /** Code for any JVM, shaped so that C2 vectorises what it can. */
    public static final Flavour SCALAR = new Flavour(false, 0);

    public Flavour {
        if (vector && bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, got " + bits);
        }
    }

    /** Code for the Vector API with vectors of {@code bits}. */
    public static Flavour vector(int bits) {
        return new Flavour(true, bits);
    }

    @Override
    public String toString() {
        return vector ? "vector" + bits : "scalar";
    }
}
