package dev.covector.samples.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.data.Idx;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DrawnShapesTest {
    /** The same on every machine; it changes only when the drawing is meant to change. */
    @Test
    void aSeedAlwaysGivesTheSameBits() {
        ImageData data = DrawnShapes.draw(42, 100, 20);
        assertEquals(-890124434, Arrays.hashCode(data.train().images().toFloats()), "training pixels");
        assertEquals(2100332235, Arrays.hashCode(data.test().images().toFloats()), "test pixels");
        assertNotEquals(Arrays.hashCode(data.train().images().toFloats()),
                Arrays.hashCode(DrawnShapes.draw(43, 100, 20).train().images().toFloats()),
                "pixels of another seed");
    }

    @Test
    void theClassesAreEquallyFrequent() {
        ImageData data = DrawnShapes.draw(1, 200, 50);
        assertArrayEquals(new int[]{20, 20, 20, 20, 20, 20, 20, 20, 20, 20},
                labelCounts(data.train()));
        assertArrayEquals(new int[]{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, labelCounts(data.test()));
        assertEquals(Idx.CLASSES, DrawnShapes.Shape.values().length);
    }

    private static int[] labelCounts(ImageSet set) {
        int[] counts = new int[Idx.CLASSES];
        for (int label : set.labels().toInts()) {
            counts[label]++;
        }
        return counts;
    }

    @Test
    void everyShapeIsInkOnPaper() {
        ImageSet set = DrawnShapes.draw(2, 500, 10).train();
        double[] border = new double[Idx.CLASSES];
        double[] middle = new double[Idx.CLASSES];
        float[] pixels = set.images().toFloats();
        int[] labels = set.labels().toInts();
        for (int p = 0; p < pixels.length; p++) {
            float pixel = pixels[p];
            assertTrue(pixel >= 0 && pixel <= 1, "pixel " + p + " is " + pixel);
            int row = p % set.size() / set.width();
            int label = labels[p / set.size()];
            border[label] += row == 0 ? pixel : 0;
            middle[label] += row == set.height() / 2 ? pixel : 0;
        }
        for (int label = 0; label < Idx.CLASSES; label++) {
            double ratio = middle[label] / border[label];
            assertTrue(ratio > 1.5,
                    "class " + label + ": the middle row is only " + ratio + " times as bright as the first");
        }
    }
}
