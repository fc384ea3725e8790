package dev.covector.samples.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DrawnShapesTest {
    /** The same on every machine; it changes only when the drawing is meant to change. */
    @Test
    void aSeedAlwaysGivesTheSameBits() {
        ImageData data = DrawnShapes.draw(42, 100, 20);
        assertEquals(-890124434, Arrays.hashCode(data.train().pixels()), "training pixels");
        assertEquals(2100332235, Arrays.hashCode(data.test().pixels()), "test pixels");
        assertNotEquals(Arrays.hashCode(data.train().pixels()),
                Arrays.hashCode(DrawnShapes.draw(43, 100, 20).train().pixels()), "pixels of another seed");
    }

    @Test
    void theClassesAreEquallyFrequent() {
        ImageData data = DrawnShapes.draw(1, 200, 50);
        assertArrayEquals(new int[]{20, 20, 20, 20, 20, 20, 20, 20, 20, 20},
                IdxTest.labelCounts(data.train()));
        assertArrayEquals(new int[]{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, IdxTest.labelCounts(data.test()));
        assertEquals(ImageSet.CLASSES, DrawnShapes.Shape.values().length);
    }

    @Test
    void everyShapeIsInkOnPaper() {
        ImageSet set = DrawnShapes.draw(2, 500, 10).train();
        double[] border = new double[ImageSet.CLASSES];
        double[] middle = new double[ImageSet.CLASSES];
        for (int p = 0; p < set.pixels().length; p++) {
            float pixel = set.pixels()[p];
            assertTrue(pixel >= 0 && pixel <= 1, "pixel " + p + " is " + pixel);
            int row = p % set.size() / set.columns();
            int label = set.labels()[p / set.size()];
            border[label] += row == 0 ? pixel : 0;
            middle[label] += row == set.rows() / 2 ? pixel : 0;
        }
        for (int label = 0; label < ImageSet.CLASSES; label++) {
            double ratio = middle[label] / border[label];
            assertTrue(ratio > 1.5,
                    "class " + label + ": the middle row is only " + ratio + " times as bright as the first");
        }
    }
}
