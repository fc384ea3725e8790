package dev.covector.samples.vision;

import java.util.Arrays;

/** Which box each anchor is to find. */
final class AnchorAssignment {
    private AnchorAssignment() {}

    /**
     * Gives an anchor the box that it overlaps most, if by {@code threshold} at least; before that, each box gets an
     * anchor for sure: the pair that overlaps most of all, then that of those left, and so on.
     *
     * @param iou of each anchor with each box, row by row
     * @return the index of a box for each anchor, or -1
     */
    static int[] assign(float[] iou, int boxes, float threshold) {
        int anchors = iou.length / boxes;
        int[] assigned = new int[anchors];
        for (int anchor = 0; anchor < anchors; anchor++) {
            int best = 0;
            for (int box = 1; box < boxes; box++) {
                best = iou[anchor * boxes + box] > iou[anchor * boxes + best] ? box : best;
            }
            assigned[anchor] = iou[anchor * boxes + best] >= threshold ? best : -1;
        }
        float[] left = iou.clone();
        for (int round = 0; round < Math.min(boxes, anchors); round++) {
            int best = 0;
            for (int pair = 1; pair < left.length; pair++) {
                best = left[pair] > left[best] ? pair : best;
            }
            int anchor = best / boxes;
            int box = best % boxes;
            assigned[anchor] = box;
            Arrays.fill(left, anchor * boxes, (anchor + 1) * boxes, -1);
            for (int other = 0; other < anchors; other++) {
                left[other * boxes + box] = -1;
            }
        }
        return assigned;
    }
}
