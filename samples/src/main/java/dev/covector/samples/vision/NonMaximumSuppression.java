package dev.covector.samples.vision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Of boxes that are about the same, the one that the network is surest of. */
final class NonMaximumSuppression {
    private NonMaximumSuppression() {}

    /**
     * Keeps the box of greatest confidence, drops those that overlap it by more than {@code threshold}, and so on with
     * those left.
     *
     * @param iou of each box with each, row by row
     * @return the indices of the boxes kept, the surest first
     */
    static List<Integer> keep(float[] confidence, float[] iou, float threshold) {
        int boxes = confidence.length;
        List<Integer> kept = new ArrayList<>();
        IntStream.range(0, boxes).boxed().sorted(Comparator.comparingDouble(box -> -confidence[box]))
                .forEach(box -> {
                    if (kept.stream().allMatch(other -> iou[other * boxes + box] <= threshold)) {
                        kept.add(box);
                    }
                });
        return kept;
    }
}
