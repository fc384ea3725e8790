package dev.covector.runtime.kernel;

import java.util.Locale;

/** Which tiles this JVM and processor can run; decided once. */
final class GemmTiles {
    private GemmTiles() {}

    /** Whether the Vector API is there. Classes that name it must not be touched otherwise. */
    static boolean vector() {
        return VectorSupport.module() != null;
    }

    /** Whether the processor has 32 vector registers, and not 16, at this width. */
    static boolean manyRegisters(int bits) {
        return bits >= 512 || System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64");
    }
}
