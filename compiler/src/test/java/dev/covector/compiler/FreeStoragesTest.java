package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import org.junit.jupiter.api.Test;

final class FreeStoragesTest {
    private final FreeStorages storages = new FreeStorages();

    private int take(long length, int from, int until) {
        return storages.take(DType.FLOAT32, Dim.of(length), from, until);
    }

    @Test
    void theShortestFreeArrayThatIsLongEnoughIsTaken() {
        assertEquals(0, take(100, 0, 1));
        assertEquals(1, take(80, 0, 1));
        assertEquals(2, take(50, 0, 1));
        assertEquals(1, take(60, 2, 3));
        assertEquals(0, take(60, 2, 3));
    }

    @Test
    void theLongestGrowsIfNoneIsLongEnough() {
        assertEquals(0, take(100, 0, 1));
        assertEquals(1, take(80, 0, 1));
        assertEquals(0, take(120, 2, 3));
        assertEquals(2, storages.storages().size());
    }

    /** A gradient of a bias that is kept to the end would keep the memory of one of a weight. */
    @Test
    void aSmallValueLeavesALargeArrayToOthers() {
        assertEquals(0, take(65536, 0, 1));
        assertEquals(1, take(256, 2, 100));
        assertEquals(0, take(65536, 3, 4));
    }

    @Test
    void whatIsStillNeededIsNotTaken() {
        assertEquals(0, take(100, 0, 2));
        assertEquals(1, take(100, 2, 3));
        assertEquals(0, take(100, 3, 4));
    }
}
