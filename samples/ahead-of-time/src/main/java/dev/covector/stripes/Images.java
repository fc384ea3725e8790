package dev.covector.stripes;

import java.util.SplittableRandom;

/**
 * Noisy images of stripes.
 *
 * @param pixels 784 of each image
 * @param kinds  of each image: 0 if its stripes are horizontal, 1 if vertical, 2 if diagonal
 */
record Images(float[] pixels, int[] kinds) {
    /** The images that follow from a seed. */
    static Images draw(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pixels = new float[count * 28 * 28];
        int[] kinds = new int[count];
        for (int i = 0; i < count; i++) {
            kinds[i] = random.nextInt(3);
            int width = random.nextInt(2, 6);
            int start = random.nextInt(28);
            for (int row = 0; row < 28; row++) {
                for (int column = 0; column < 28; column++) {
                    int across = new int[]{row, column, row + column}[kinds[i]];
                    pixels[(i * 28 + row) * 28 + column] = (start + across) / width % 2 + random.nextFloat();
                }
            }
        }
        return new Images(pixels, kinds);
    }
}
