package dev.covector.runtime.kernel;

import dev.covector.runtime.Flavour;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The code of a function, and which of its nests have changed to vector code. Functions that are the same code share
 * one of these, so that what one of them has warmed is warm for all.
 */
public final class FunctionCode {
    private final Code scalar;
    private final @Nullable DeferredCode vector;
    private final int nests;
    private final NestCode @Nullable [] warming;

    /**
     * Code of so many nests.
     *
     * @param nests  how many
     * @param scalar the code without the Vector API
     * @param vector makes the code with it, which gives the same bits; is asked once, when that is first wanted, and
     *               perhaps by another thread
     */
    public FunctionCode(int nests, Code scalar, @Nullable Supplier<Code> vector) {
        this.scalar = scalar;
        this.nests = nests;
        if (vector == null) {
            this.vector = null;
            this.warming = null;
        } else {
            DeferredCode deferred = new DeferredCode(vector);
            this.vector = deferred;
            this.warming = nests(nest -> NestCode.warming(nest, scalar, deferred));
        }
    }

    /** The code without the Vector API. */
    public Code scalar() {
        return scalar;
    }

    /** How many nests the code has. */
    public int nests() {
        return nests;
    }

    /** Whether there is code with it. */
    public boolean hasVector() {
        return vector != null;
    }

    /** The nests by their number, as a session runs them that asks for this flavour. */
    public NestCode[] nests(Flavour flavour) {
        if (flavour == Flavour.AUTO && warming != null) {
            return warming.clone();
        }
        Code code = flavour == Flavour.VECTOR && vector != null ? vector.get() : scalar;
        return nests(nest -> NestCode.fixed(nest, code));
    }

    private NestCode[] nests(IntFunction<NestCode> maker) {
        NestCode[] made = new NestCode[nests];
        Arrays.setAll(made, maker);
        return made;
    }
}
