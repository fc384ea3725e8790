package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StoragesTest {
    private static Storages.Wanted value(String length, int from, int until) {
        Dim dim = Character.isDigit(length.charAt(0)) ? Dim.of(Integer.parseInt(length)) : Dim.of(length);
        return new Storages.Wanted(DType.FLOAT32, dim, from, until);
    }

    static Stream<Arguments> plans() {
        return Stream.of(
                Arguments.of("one after the other share", List.of(0, 0), List.of(
                        value("100", 0, 1), value("100", 2, 3))),
                Arguments.of("needed in the same launch", List.of(0, 1), List.of(
                        value("100", 0, 2), value("100", 2, 3))),
                Arguments.of("a new value within an old one's time", List.of(0, 1), List.of(
                        value("100", 0, 9), value("50", 3, 4))),
                Arguments.of("an old value around a new one's time", List.of(1, 0), List.of(
                        value("50", 0, 9), value("100", 3, 4))),
                Arguments.of("the longest first, so that nothing grows", List.of(0, 1, 0), List.of(
                        value("100", 0, 1), value("80", 0, 1), value("120", 2, 3))),
                Arguments.of("the shortest that is free", List.of(0, 1, 1), List.of(
                        value("100", 0, 1), value("80", 0, 1), value("60", 2, 3))),
                Arguments.of("a small value leaves a large array to others", List.of(0, 1, 0), List.of(
                        value("65536", 0, 1), value("256", 2, 100), value("65536", 3, 4))),
                Arguments.of("names count as 64", List.of(1, 0, 1), List.of(
                        value("n", 0, 1), value("65", 0, 1), value("63", 2, 3))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void valuesShareArrays(String what, List<Integer> expected, List<Storages.Wanted> values) {
        Storages storages = Storages.of(values);
        assertEquals(expected, IntStream.range(0, values.size()).mapToObj(storages::of).toList(), what);
    }

    @Test
    void typesDoNotMix() {
        Storages storages = Storages.of(List.of(value("100", 0, 1),
                new Storages.Wanted(DType.INT32, Dim.of(100), 2, 3)));
        assertEquals(List.of(DType.FLOAT32, DType.INT32),
                storages.all().stream().map(storage -> storage.dtype()).toList());
    }

    /** Of random lives, none overlaps another in the same array. */
    @Test
    void noArrayIsNeededTwiceInALaunch() {
        java.util.Random random = new java.util.Random(1);
        for (int round = 0; round < 200; round++) {
            List<Storages.Wanted> values = IntStream.range(0, 30).mapToObj(i -> {
                int from = random.nextInt(20);
                return value(String.valueOf(1 + random.nextInt(9)), from, from + random.nextInt(5));
            }).toList();
            Storages storages = Storages.of(values);
            int[][] used = new int[storages.all().size()][30];
            for (int i = 0; i < values.size(); i++) {
                for (int launch = values.get(i).from(); launch <= values.get(i).until(); launch++) {
                    used[storages.of(i)][launch]++;
                }
            }
            assertEquals(0, Arrays.stream(used).flatMapToInt(Arrays::stream).filter(n -> n > 1).count(),
                    () -> "two at once of " + values);
        }
    }
}
