package dev.covector.samples.basics;

import java.util.SplittableRandom;

/** Standard normal numbers that are the same on all machines. */
final class Normal {
    private Normal() {}

    /** Box and Muller's method, with {@link StrictMath} and raw words so that all machines agree. */
    static double next(SplittableRandom random) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(((random.nextLong() >>> 11) + 1) * 0x1p-53));
        return radius * StrictMath.cos(2 * Math.PI * ((random.nextLong() >>> 11) * 0x1p-53));
    }
}
