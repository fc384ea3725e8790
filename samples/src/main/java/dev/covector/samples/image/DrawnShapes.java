package dev.covector.samples.image;

import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.runtime.Tensor;
import java.util.SplittableRandom;

/**
 * Ten classes of 28 x 28 grey images drawn by code, so that a sample needs no download: {@link Shape}s of
 * random place, size, tilt, stroke, ink and noise. Equal seeds give equal bits on every machine, because only
 * 64-bit random words and correctly rounded arithmetic are used.
 */
final class DrawnShapes {
    static final int SIDE = 28;
    private static final double SIN45 = 0.7071067811865476;
    private static final double SIN60 = 0.8660254037844386;

    /** The classes; an ordinal is a label. */
    enum Shape {
        DISC, RING, SQUARE, FRAME, TRIANGLE, CROSS, PLUS, HORIZONTAL, VERTICAL, DIAGONAL;

        /**
         * A point's distance from the shape's edge, in pixels, negative inside.
         *
         * @param u rightwards from the centre
         * @param v downwards from the centre
         * @param r half the shape's extent
         * @param s half the stroke's width
         */
        private double distance(double u, double v, double r, double s) {
            return switch (this) {
                case DISC -> Math.sqrt(u * u + v * v) - r;
                case RING -> Math.abs(Math.sqrt(u * u + v * v) - r) - s;
                case SQUARE -> box(u, v) - r;
                case FRAME -> Math.abs(box(u, v) - r) - s;
                case TRIANGLE -> Math.max(v, SIN60 * Math.abs(u) - v / 2) - r / 2;
                case CROSS -> within(u, v, r, Math.min(Math.abs(u - v), Math.abs(u + v)) * SIN45 - s);
                case PLUS -> within(u, v, r, Math.min(Math.abs(u), Math.abs(v)) - s);
                case HORIZONTAL -> within(u, v, r, stripes(v, s));
                case VERTICAL -> within(u, v, r, stripes(u, s));
                case DIAGONAL -> within(u, v, r, stripes((u + v) * SIN45, s));
            };
        }

        private static double box(double u, double v) {
            return Math.max(Math.abs(u), Math.abs(v));
        }

        private static double within(double u, double v, double r, double distance) {
            return Math.max(distance, box(u, v) - r);
        }

        /** Stripes as wide as the gaps between them, one of them through 0. */
        private static double stripes(double across, double s) {
            double period = 4 * s;
            double phase = across / period;
            return Math.abs(phase - Math.rint(phase)) * period - s;
        }
    }

    private static final Shape[] SHAPES = Shape.values();

    private final SplittableRandom random;

    private DrawnShapes(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Draws two sets in which all classes are equally frequent, up to a remainder of the counts by ten. */
    static ImageData draw(long seed, int train, int test) {
        DrawnShapes shapes = new DrawnShapes(seed);
        return new ImageData(shapes.set(train), shapes.set(test));
    }

    private ImageSet set(int count) {
        float[] pixels = new float[count * SIDE * SIDE];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % SHAPES.length;
            image(SHAPES[labels[i]], pixels, i * SIDE * SIDE);
        }
        return new ImageSet(Tensor.of(pixels, count, SIDE, SIDE, 1), Tensor.of(labels, count));
    }

    private void image(Shape shape, float[] pixels, int offset) {
        double r = uniform(6, 9);
        double s = uniform(0.8, 1.6);
        double middle = (SIDE - 1) / 2.0;
        double x = middle + uniform(-2, 2);
        double y = middle + uniform(-2, 2);
        double slope = uniform(-0.15, 0.15);
        double cos = 1 / Math.sqrt(1 + slope * slope);
        double sin = slope * cos;
        double paper = uniform(0, 0.1);
        double ink = uniform(0.4, 0.9) - paper;
        double noise = uniform(0.05, 0.25);
        long bits = 0;
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                double u = cos * (column - x) + sin * (row - y);
                double v = cos * (row - y) - sin * (column - x);
                double covered = clamp(0.5 - shape.distance(u, v, r, s));
                // Four pixels share a random word. SIDE is a multiple of four.
                bits = column % 4 == 0 ? random.nextLong() : bits >> 16;
                double grain = (short) bits * 0x1p-15;
                pixels[offset + row * SIDE + column] = (float) clamp(paper + ink * covered + noise * grain);
            }
        }
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }

    /** From the 53 high bits of a word; the library's own bounded methods may differ between releases. */
    private double uniform(double from, double to) {
        return from + (to - from) * ((random.nextLong() >>> 11) * 0x1p-53);
    }
}
