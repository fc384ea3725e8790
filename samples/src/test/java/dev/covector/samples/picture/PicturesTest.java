package dev.covector.samples.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Of what must be exact; that charts show something, the samples' test says. */
final class PicturesTest {
    @Test
    void imagesAreEnlargedInRows() {
        BufferedImage picture = new ImageGrid(1, 2, 1, 10, 2)
                .add("", new float[]{0, 1}).add("", new float[]{0.5f, 2}).add("", new float[]{-1, 0}).draw();
        assertEquals("58x38", picture.getWidth() + "x" + picture.getHeight());
        assertEquals(List.of("000000", "ffffff", "808080", "ffffff", "000000", "000000", "ffffff"),
                List.of(at(picture, 7, 7), at(picture, 17, 7), at(picture, 33, 7), at(picture, 43, 7),
                        at(picture, 7, 23), at(picture, 17, 23), at(picture, 43, 23)),
                "two images, and one below the first");
    }

    @Test
    void channelsAreRedGreenAndBlue() {
        BufferedImage picture = new ImageGrid(1, 1, 3, 10, 1).add("", new float[]{1, 0.2f, 0}).draw();
        assertEquals("ff3300", at(picture, 7, 7));
    }

    @Test
    void panelsStandInRows() {
        ImageGrid dark = new ImageGrid(1, 1, 1, 20, 1).add("", new float[]{0});
        ImageGrid light = new ImageGrid(1, 1, 1, 20, 1).add("", new float[]{1});
        BufferedImage picture = new Panels(2, List.of(dark, light, dark)).draw();
        assertEquals("64x64", picture.getWidth() + "x" + picture.getHeight());
        assertEquals(List.of("000000", "ffffff", "000000", "ffffff"),
                List.of(at(picture, 16, 16), at(picture, 48, 16), at(picture, 16, 48), at(picture, 48, 48)));
    }

    @Test
    void theFirstRowOfAHeatMapIsAtTheTopAndTheGreatestDark() {
        assumeTrue(hasFonts(), "AWT finds no font");
        BufferedImage picture = new HeatMap("map", "row", List.of("first", "second"), "column",
                List.of("left", "right"), new double[]{0, 1, 0, 0}).draw();
        assertEquals(List.of("f7fbff", "08306b", "f7fbff", "f7fbff"),
                List.of(at(picture, 250, 200), at(picture, 600, 200), at(picture, 250, 450),
                        at(picture, 600, 450)));
    }

    @Test
    void whatIsNoImageIsRefused() {
        assertEquals("5 values are no image of 2 x 3 x 1", assertThrows(IllegalArgumentException.class,
                () -> new ImageGrid(2, 3, 1, 1, 1).add("", new float[5])).getMessage());
        assertEquals("5 values are not 2 rows of 2", assertThrows(IllegalArgumentException.class,
                () -> new HeatMap("", "", List.of("a", "b"), "", List.of("c", "d"), new double[5]))
                .getMessage());
    }

    /** AWT has no exception of its own for a machine without fonts. */
    private static boolean hasFonts() {
        System.setProperty("java.awt.headless", "true");
        try {
            return GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts().length > 0;
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    private static String at(BufferedImage picture, int x, int y) {
        return String.format(Locale.ROOT, "%06x", picture.getRGB(x, y) & 0xFFFFFF);
    }
}
