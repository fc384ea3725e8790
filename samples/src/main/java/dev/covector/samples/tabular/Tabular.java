package dev.covector.samples.tabular;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Networks that learn from tables. */
public final class Tabular {
    private Tabular() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(new OverfittingSample(), new WeightDecaySample(), new HousePricesSample());
    }
}
