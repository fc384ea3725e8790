package dev.covector.samples.vision;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Where things are in images. */
public final class Vision {
    private Vision() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(
                new BoundingBoxesSample());
    }
}
