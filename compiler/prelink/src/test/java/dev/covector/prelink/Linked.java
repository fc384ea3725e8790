package dev.covector.prelink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Functions and records of all kinds, for {@link PrelinkTest}: a line for each that they do. */
final class Linked implements Callable<String> {
    record Point(int x, long y) {}

    record All(boolean z, byte b, short s, char c, float f, double d, @Nullable Object o, int... more) {}

    record Wide(boolean z, byte b, short s, char c, float f, double d, @Nullable Object o) {}

    record Nothing() {}

    private interface Greeting {
        String greet(String name);

        default Greeting twice() {
            return name -> greet(greet(name));
        }

        static Greeting polite() {
            return name -> "Dear " + name;
        }
    }

    private final List<String> log = new ArrayList<>();
    private int count = 40;

    private void note(@Nullable Object value) {
        log.add(String.valueOf(value));
    }

    private int next() {
        return ++count;
    }

    @Override
    public String call() throws Exception {
        capturing(3, 4L, 0.5f, 0.25, true, 'c', "text");
        references();
        conversions();
        interfaces();
        records();
        for (Object value : Arrays.asList("text", "long text", 7, new Point(1, 2), new Point(0, 2), null,
                'c')) {
            note(kind(value));
        }
        return String.join("\n", log);
    }

    private static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text when text.length() > 4 -> "much text";
            case String text -> text;
            case Integer number -> "the number " + number;
            case Point(int x, long y) when x == 1 -> "a point of " + y;
            case Record other -> "the record " + other;
            default -> "something";
        };
    }

    private void capturing(int i, long l, float f, double d, boolean z, char c, String s) throws Exception {
        note(((Callable<String>) () -> i + " " + l + " " + f + " " + d + " " + z + " " + c + " " + s).call());
        note(((Supplier<Object>) () -> this.count + i).get());
        IntFunction<IntFunction<Object>> curried = a -> b -> a + b + l;
        note(curried.apply(1).apply(2));
        Runnable two = () -> note(s);
        two.run();
    }

    private void references() {
        Supplier<List<String>> make = ArrayList::new;
        note(make.get());
        IntFunction<int[]> array = int[]::new;
        note(array.apply(3).length);
        Supplier<Integer> bound = this::next;
        note(bound.get() + bound.get());
        Function<String, Integer> unbound = String::length;
        note(unbound.apply("four"));
        BiFunction<Object, Object, Boolean> equal = Object::equals;
        note(equal.apply("a", "a"));
        note(Stream.of("b", "a", "c").sorted(Comparator.reverseOrder()).toList());
        Function<String, Point> constructor = name -> new Point(name.length(), 2);
        note(constructor.andThen(Point::y).apply("x"));
        Map<String, Integer> counts = new HashMap<>();
        List.of("a", "b", "a").forEach(key -> counts.merge(key, 1, Integer::sum));
        note(counts.get("a"));
    }

    private void conversions() {
        ToLongFunction<Integer> widened = x -> x;
        note(widened.applyAsLong(7));
        DoubleSupplier real = () -> 3;
        note(real.getAsDouble());
        Function<Integer, Long> boxes = Integer::longValue;
        note(boxes.apply(5));
        LongBinaryOperator sum = Long::sum;
        note(sum.applyAsLong(1L << 40, 2));
        IntUnaryOperator negate = Math::negateExact;
        note(negate.applyAsInt(5));
        List<Object> added = new ArrayList<>();
        Stream.of(1, 2).forEach(added::add);
        note(added);
        ToLongFunction<Integer> unboxed = Linked::half;
        note(unboxed.applyAsLong(9));
    }

    private static int half(int x) {
        return x / 2;
    }

    private void interfaces() {
        note(Greeting.polite().twice().greet("you"));
        Predicate<String> empty = String::isEmpty;
        note(empty.negate().or(empty).test(""));
        Supplier<String> once = once();
        note(once == once());
    }

    private static Supplier<String> once() {
        return () -> "the same object each time";
    }

    private void records() {
        All all = new All(true, (byte) 1, (short) 2, 'c', 0.5f, Double.NaN, null);
        All same = new All(true, (byte) 1, (short) 2, 'c', 0.5f, Double.NaN, null, all.more());
        note(all.equals(same) + " " + all.equals(new All(true, (byte) 1, (short) 2, 'c', 0.5f, 1, "o")));
        note(all.toString().replaceAll("@.*", ""));
        note(new Wide(false, (byte) 1, (short) 2, 'c', 0.5f, 1, "o").hashCode());
        note(new Point(1, 2).equals(new Point(1, 3)) + " " + new Point(1, 2).equals((Object) "other"));
        note(new Point(3, 1L << 40).hashCode() + " " + new Point(3, 4));
        note(new Nothing() + " " + new Nothing().hashCode() + " " + new Nothing().equals(new Nothing()));
        note(Arrays.asList(0.0f == -0.0f, new All(true, (byte) 0, (short) 0, 'c', 0.0f, 0, "").equals(
                new All(true, (byte) 0, (short) 0, 'c', -0.0f, 0, ""))));
    }
}
