package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Window;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/** Windows by how many there are to be: PyTorch's, of which place i of m in n is floor(i·n/m) up to ceil((i+1)·n/m). */
final class AdaptivePooling {
    private AdaptivePooling() {}

    /** @param pool what becomes of windows */
    static Expr of(Expr x, BiFunction<Expr, Window, Expr> pool, int height, int width) {
        Spatial.check(x, 2);
        // The last axis first: then the first of equal elements is the first in row-major order.
        return along(along(x, pool, 2, width), pool, 1, height);
    }

    private static Expr along(Expr x, BiFunction<Expr, Window, Expr> pool, int axis, int places) {
        Dim dim = x.shape().dim(axis);
        if (!dim.isConstant() || dim.isExactly(0)) {
            throw x.builder().error("takes fixed extents of 1 or more, axis " + axis + " of " + x.shape()
                    + " has " + dim, List.of(x), "how large the windows are depends on them");
        }
        int extent = Math.toIntExact(dim.value());
        if (extent % places == 0) {
            return pool.apply(x, window(axis, extent / places));
        }
        List<Expr> parts = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            int start = place * extent / places;
            int end = Math.ceilDiv((place + 1) * extent, places);
            parts.add(pool.apply(x.slice(axis, start, end), window(axis, end - start)));
        }
        return Expr.concat(axis, parts);
    }

    private static Window window(int axis, int size) {
        int[] sizes = new int[2];
        Arrays.fill(sizes, 1);
        sizes[axis - 1] = size;
        return Window.of(sizes);
    }
}
