package dev.covector.samples.attention;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Networks that attend. */
public final class Attention {
    private Attention() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(new KernelRegressionSample(), new AttentionScoresSample());
    }
}
