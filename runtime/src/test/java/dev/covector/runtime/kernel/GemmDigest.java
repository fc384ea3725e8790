package dev.covector.runtime.kernel;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Prints which tile this JVM runs, and a digest of many results' bits; started by {@link GemmWidthsTest}. */
final class GemmDigest {
    private static final int[][] SHAPES =
            {{1, 25, 70, 33}, {1, 13, 33, 401}, {2, 37, 31, 784}, {1, 100, 300, 64}, {1, 1, 200, 100},
                {1, 100, 5, 401}, {1, 50, 10, 784}, {1, 6, 160, 25}, {2, 18, 96, 600}, {2, 16, 64, 64}};

    private GemmDigest() {}

    public static void main(String[] args) throws InterruptedException {
        boolean vector = FloatGemm.awaitHot(60, TimeUnit.SECONDS) && DoubleGemm.awaitHot(60, TimeUnit.SECONDS)
                && FloatTileVector.NARROW.await(60, TimeUnit.SECONDS)
                && DoubleTileVector.NARROW.await(60, TimeUnit.SECONDS)
                && FloatTileVector.ROWS.await(60, TimeUnit.SECONDS)
                && DoubleTileVector.ROWS.await(60, TimeUnit.SECONDS)
                && FloatTileVector.NARROW_ROWS.await(60, TimeUnit.SECONDS)
                && FloatTileVector.PLACES.await(60, TimeUnit.SECONDS)
                && FloatTileVector.IN_PLACE.await(60, TimeUnit.SECONDS)
                && FloatTileVector.LOW.await(60, TimeUnit.SECONDS)
                && FloatTileVector.PAIR.await(60, TimeUnit.SECONDS)
                && FloatTileVector.LANES.await(60, TimeUnit.SECONDS)
                && DoubleTileVector.NARROW_ROWS.await(60, TimeUnit.SECONDS);
        System.out.println(vector ? "vectors of " + bits() + " bits" : "scalar");
        // Before that tile is there, the one that is shared does its work.
        System.out.println(digest());
        if (vector && !FloatThirds.VECTOR.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the tile for few columns is not hot");
        }
        System.out.println(digest());
    }

    private static int bits() {
        return FloatTileVector.SPECIES.vectorBitSize();
    }

    static String digest() {
        int hash = 1;
        Scratch s = new Scratch();
        for (int[] shape : SHAPES) {
            FloatProblem problem = new FloatProblem(shape[0], shape[1], shape[2], shape[3]);
            hash = 31 * hash + Arrays.hashCode(problem.leavingA().run(s, true));
            hash = 31 * hash + Arrays.hashCode(problem.leavingB().run(s, true));
            hash = 31 * hash + Arrays.hashCode(problem.leavingAll().run(s, true));
            hash = 31 * hash + Arrays.hashCode(problem.byLanes().run(s, true));
            hash = 31 * hash + Arrays.hashCode(problem.leavingOut().run(s, true));
            hash = 31 * hash + Arrays.hashCode(problem.leavingSteps().run(s, true));
            for (boolean rows : new boolean[]{false, true}) {
                float[] floats = problem.packing(rows).run(s, true);
                double[] doubles =
                        new DoubleProblem(shape[0], shape[1], shape[2], shape[3]).packing(rows).run(s, true);
                hash = 31 * (31 * hash + Arrays.hashCode(floats)) + Arrays.hashCode(doubles);
            }
        }
        return "digest " + Integer.toHexString(hash);
    }
}
