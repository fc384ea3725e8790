package dev.covector.runtime;

import dev.covector.runtime.kernel.MachineProbe;

/**
 * How fast a machine is at most, to judge kernels by: what a kernel attains is bounded by the one or by the other,
 * depending on how much it computes with each byte (the roofline model of Williams, Waterman and Patterson).
 *
 * @param flopsPerSecond floating-point operations of float32, all threads together; of float64 it is half
 * @param bytesPerSecond read from and written to main memory, all threads together; what stays in caches is faster
 */
public record MachineLimits(double flopsPerSecond, double bytesPerSecond) {
    /**
     * Limits from elsewhere, such as a data sheet.
     *
     * @throws IllegalArgumentException if they are not positive
     */
    public MachineLimits {
        if (!(flopsPerSecond > 0 && bytesPerSecond > 0)) {
            throw new IllegalArgumentException("limits must be positive, but are " + flopsPerSecond
                    + " flops/s and " + bytesPerSecond + " bytes/s");
        }
    }

    /**
     * Measures them, in about a second and 64 MB: multiplies and adds what is in registers, and copies arrays
     * too large for most caches. The machine should have nothing else to do meanwhile.
     */
    public static MachineLimits measure(Workers workers) {
        return new MachineLimits(MachineProbe.flopsPerSecond(workers), MachineProbe.bytesPerSecond(workers));
    }
}
