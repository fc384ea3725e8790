package dev.covector.samples;

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
        assertEquals(0, Arrays.hashCode(data.train().pixels()), "training pixels");
        assertEquals(0, Arrays.hashCode(data.test().pixels()), "test pixels");
        assertNotEquals(Arrays.hashCode(data.train().pixels()),
                Arrays.hashCode(DrawnShapes.draw(43, 100, 20).train().pixels()), "pixels of another seed");
    }

    @Test
    void theClassesAreEquallyFrequent() {
        ImageData data = DrawnShapes.draw(1, 200, 50);
        assertArrayEquals(new int[]{20, 20, 20, 20, 20, 20, 20, 20, 20, 20}, IdxTest.labelCounts(data.train()));
        assertArrayEquals(new int[]{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, IdxTest.labelCounts(data.test()));
        assertEquals(ImageSet.CLASSES, DrawnShapes.Shape.values().length);
    }

    /** Every image has ink, and paper around it at the edge; all values are within 0..1. */
    @Test
    void everyImageShowsAShape() {
        ImageSet set = DrawnShapes.draw(2, 500, 1).train();
        for (int i = 0; i < set.count(); i++) {
            float[] image = Arrays.copyOfRange(set.pixels(), i * set.size(), (i + 1) * set.size());
            double border = 0;
            double all = 0;
            for (int p = 0; p < image.length; p++) {
                assertTrue(image[p] >= 0 && image[p] <= 1, "pixel " + p + " of image " + i + ": " + image[p]);
                all += image[p] / image.length;
                border += p < DrawnShapes.SIDE ? image[p] / DrawnShapes.SIDE : 0;
            }
            assertTrue(all > border + 0.005, "image " + i + ": mean " + all + ", first row " + border);
        }
    }
}
