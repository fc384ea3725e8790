package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Window;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Convolutions and pools of values that have spatial axes of fixed extents, or of new inputs. */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomWindows extends RandomMovement {
    RandomWindows(long seed, boolean large) {
        super(seed, large);
    }

    final @Nullable Value conv() {
        Value x = image();
        int spatial = x.expr().rank() - 2;
        Dim channels = x.expr().shape().dim(-1);
        int groups = channels.isConstant() && channels.value() % 2 == 0 && chance(0.4) ? 2 : 1;
        int[] stride = numbers(spatial, 1, 3);
        int[] dilation = numbers(spatial, 1, chance(0.3) ? 2 : 1);
        int[] spread = numbers(spatial, 1, chance(0.25) ? 3 : 1);
        int[] low = numbers(spatial, chance(0.2) ? -1 : 0, 2);
        int[] high = numbers(spatial, chance(0.2) ? -1 : 0, 2);
        List<Dim> shape = new ArrayList<>();
        double taps = 1;
        for (int i = 0; i < spatial; i++) {
            long extent = x.expr().shape().dim(1 + i).value();
            long padded = low[i] + (extent - 1) * spread[i] + 1L + high[i];
            long most = padded < 1 ? 0 : Math.min(3, (padded - 1L) / dilation[i] + 1L);
            if (most < 1) {
                return null;
            }
            int size = 1 + random.nextInt((int) most);
            taps *= size;
            shape.add(Dim.of(size));
        }
        shape.add(groups == 1 ? channels : Dim.of(channels.value() / groups));
        int outputs = groups * (1 + random.nextInt(4));
        shape.add(Dim.of(outputs));
        boolean fixed = channels.isConstant() && x.floating();
        Value kernel = fixed && chance(0.6) ? parameter(Shape.of(shape))
                : given("kernel", Shape.of(shape), x.expr().dtype());
        if (kernel == null || !kernel.is(x.expr().dtype())) {
            return null;
        }
        Expr y = x.expr().conv(kernel.expr(), Convolution.of().stride(stride).dilation(dilation)
                .inputDilation(spread).padding(low, high).groups(groups));
        double products = taps * extent(kernel.expr().shape().dim(-2));
        if (elements(y.shape()) * products > (large ? 10 : 1) * MOST_PRODUCTS) {
            return null;
        }
        return add(y, x.bound() * kernel.bound() * products, x.places() + kernel.places());
    }

    final @Nullable Value pool() {
        Value x = image();
        int spatial = x.expr().rank() - 2;
        int[] size = IntStream.range(0, spatial)
                .map(i -> 1 + random.nextInt(Math.min(3, (int) x.expr().shape().dim(1 + i).value())))
                .toArray();
        Window window = Window.of(size);
        if (chance(0.6)) {
            window = window.stride(numbers(spatial, 1, 3));
        }
        if (chance(0.4)) {
            window = window.padding(IntStream.of(size).map(random::nextInt).toArray(),
                    IntStream.of(size).map(random::nextInt).toArray());
        }
        double count = IntStream.of(size).asDoubleStream().reduce(1, (a, b) -> a * b);
        return switch (random.nextInt(4)) {
            // Its derivative jumps where another element becomes the greatest.
            case 0, 1 -> jumping(x) ? add(x.expr().maxPool(window), x.bound(), x.places()) : null;
            case 2 -> add(x.expr().sumPool(window), x.bound() * count, x.places());
            default -> x.floating()
                    ? add(x.expr().averagePool(window.countPadding(chance(0.5))), x.bound(), INEXACT)
                    : null;
        };
    }

    /** A value whose axes between the first and the last are fixed and not 0; there is none of bools. */
    private Value image() {
        Value found = chance(0.6) ? anyOrNull(v -> !v.is(BOOL) && v.expr().rank() > 2
                && v.expr().shape().dims().subList(1, v.expr().rank() - 1).stream()
                        .allMatch(dim -> dim.isConstant() && dim.value() > 0))
                : null;
        if (found != null) {
            return found;
        }
        List<Dim> shape = new ArrayList<>(List.of(dim()));
        for (int i = chance(0.15) ? 1 : chance(0.1) ? 3 : 2; i > 0; i--) {
            shape.add(Dim.of(1 + random.nextInt(6)));
        }
        shape.add(chance(0.1) ? dim() : Dim.of(1 + random.nextInt(4)));
        DType dtype = any(DTYPES);
        return given("image", Shape.of(shape), dtype == BOOL ? DType.FLOAT32 : dtype);
    }

    private int[] numbers(int count, int from, int to) {
        return IntStream.range(0, count).map(i -> from + random.nextInt(to - from + 1)).toArray();
    }
}
