package dev.covector.data;

import static dev.covector.data.DataLoaderTest.assertWrong;
import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SplitTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "6 | 3 | [2, 3, 4, 5] [0, 1]; [0, 1, 4, 5] [2, 3]; [0, 1, 2, 3] [4, 5]",
        "5 | 3 | [2, 3, 4] [0, 1]; [0, 1, 4] [2, 3]; [0, 1, 2, 3] [4]",
        "2 | 2 | [1] [0]; [0] [1]"
    })
    void foldsAreRunsOfExamples(int count, int k, String expected) {
        assertEquals(expected,
                String.join("; ", Split.kFold(count, k).stream().map(SplitTest::text).toList()));
    }

    private static String text(Split split) {
        return Arrays.toString(split.train()) + " " + Arrays.toString(split.validation());
    }

    @Test
    void shuffledFoldsValidateWithEachExampleOnce() {
        List<Split> folds = Split.kFold(103, 5, 42);
        assertArrayEquals(IntStream.range(0, 103).toArray(),
                folds.stream().flatMapToInt(fold -> Arrays.stream(fold.validation())).sorted().toArray());
        folds.forEach(fold -> assertWhole(103, fold));
        assertEquals(List.of(21, 21, 21, 20, 20),
                folds.stream().map(fold -> fold.validation().length).toList());
        assertEquals(text(folds.get(3)), text(Split.kFold(103, 5, 42).get(3)));
        assertFalse(text(folds.get(3)).equals(text(Split.kFold(103, 5, 43).get(3))));
    }

    @ParameterizedTest
    @CsvSource({"10, 0.2, 2", "10, 0, 0", "10, 1, 10", "0, 0.5, 0", "7, 0.5, 4"})
    void aFractionIsHeldOut(int count, double fraction, int heldOut) {
        Split split = Split.random(count, fraction, 1);
        assertEquals(heldOut, split.validation().length);
        assertWhole(count, split);
        assertEquals(text(split), text(Split.random(count, fraction, 1)));
    }

    private static void assertWhole(int count, Split split) {
        assertArrayEquals(IntStream.range(0, count).toArray(), IntStream
                .concat(Arrays.stream(split.train()), Arrays.stream(split.validation())).sorted().toArray());
    }

    @Test
    void takesTheRowsOfTensors() {
        Split split = new Split(new int[]{2, 0}, new int[]{1});
        Tensor x = Tensor.view(new float[]{9, 0, 1, 10, 11, 20, 21}, 1, 3, 2);
        assertEquals("f32[2,2] {20.0, 21.0, 0.0, 1.0}", split.train(x).toString());
        assertEquals("f32[1,2] {10.0, 11.0}", split.validation(x).toString());
        assertEquals("bool[1] {true}",
                split.validation(Tensor.of(new boolean[]{false, true, false}, 3)).toString());
    }

    @Test
    void mistakesAreTold() {
        assertWrong("can't make 1 folds of 5 examples; from 2 folds to as many as examples",
                () -> Split.kFold(5, 1));
        assertWrong("can't make 6 folds of 5 examples; from 2 folds to as many as examples",
                () -> Split.kFold(5, 6, 1));
        assertWrong("can't split -1 examples", () -> Split.kFold(-1, 2));
        assertWrong("the fraction to validate with is from 0 to 1, got 20.0", () -> Split.random(100, 20, 1));
        assertWrong("the fraction to validate with is from 0 to 1, got NaN",
                () -> Split.random(100, Double.NaN, 1));
        assertWrong("Index 2 out of bounds for length 2",
                () -> new Split(new int[]{2}, new int[]{0}).train(Tensor.of(new int[]{1, 2}, 2)));
        Split three = Split.random(3, 0.5, 1);
        assertWrong("3 examples were split, got f32[4,2]", () -> three.train(Tensor.zeros(FLOAT32, 4, 2)));
        assertWrong("3 examples were split, got f32[2]", () -> three.validation(Tensor.zeros(FLOAT32, 2)));
        assertWrong("3 examples were split, got f32[]", () -> three.train(Tensor.scalar(1f)));
    }
}
