package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.NestForm;
import dev.covector.runtime.Dim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How large the methods of nests become. The same on all machines, since what is in one nest decides the order of sums.
 * To know it a nest is emitted, in several flavours, and not written: once for all nests of a form.
 */
public final class NestSizes {
    /** A nest of so many definitions and stores is below the limit, whatever they are. */
    private static final int SURELY_FITS = 40;
    /** The narrower vectors are, the more of them a loop has. */
    private static final List<Flavour> LARGEST_FLAVOURS = List.of(Flavour.vector(128), Flavour.SCALAR);
    /** But a whole tile is written out only if it is few vectors. */
    private static final List<Flavour> TILE_FLAVOURS =
            List.of(Flavour.vector(128), Flavour.vector(256), Flavour.vector(512), Flavour.SCALAR);

    private final Map<NestForm, Integer> known = new HashMap<>();

    /**
     * About how many bytes the method of a nest takes in a flavour in which it reaches {@link Emitter#METHOD_LIMIT}; less than
     * that if it does in none.
     */
    public int of(Nest nest) {
        Uses uses = new Uses(nest, Flavour.SCALAR);
        if (uses.size(nest.body()) <= SURELY_FITS) {
            return 0;
        }
        return known.computeIfAbsent(NestForm.of(nest), form -> size(nest.shared(form), uses));
    }

    /** Of a method that several nests share: what it looks up takes more bytes than a number that is in the code. */
    private static int size(Nest shared, Uses uses) {
        List<Dim> dims = List.copyOf(uses.dims);
        int size = 0;
        for (Flavour flavour : uses.params.contains(Bound.Param.M0) || uses.params.contains(Bound.Param.N0)
                ? TILE_FLAVOURS : LARGEST_FLAVOURS) {
            // Scalar code has each step once or twice, vector code mostly twice or more.
            boolean isKnown = size >= Emitter.METHOD_LIMIT
                    || !flavour.vector() && 2 * size < Emitter.METHOD_LIMIT;
            if (!isKnown) {
                CodeSize code = new CodeSize();
                NestEmitter.emit(code, shared, flavour.vector() ? new Uses(shared, flavour) : uses, dims,
                        Map.of(), flavour);
                size = Math.max(size, code.bytes());
            }
        }
        return size;
    }
}
