package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;

/** Whether vectors can be used in this JVM, and how wide they are. */
public final class VectorSupport {
    private static final int BITS = GemmTiles.vector() ? Species.bits() : 0;

    private VectorSupport() {}

    /** 512, 256 or 128; 0 without the module jdk.incubator.vector. */
    public static int bits() {
        return BITS;
    }

    /** Names the Vector API, so must not be touched without it. */
    private static final class Species {
        static int bits() {
            int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
            return preferred >= 512 ? 512 : preferred >= 256 ? 256 : 128;
        }
    }
}
