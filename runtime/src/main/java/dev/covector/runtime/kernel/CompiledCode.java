package dev.covector.runtime.kernel;

import dev.covector.runtime.CompiledGraph;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What was compiled ahead of time: the data of a program, and the classes of its functions. The compiler writes a
 * subclass for each graph; it is what names the classes, so that nothing is looked for, and nothing is defined at run time.
 */
public abstract class CompiledCode {
    private @Nullable CompiledGraph graph;

    /** For the subclass. */
    protected CompiledCode() {}

    /**
     * The graph, read when it is first asked for.
     *
     * @throws IllegalStateException if the data is missing, or was written by another version of Covector
     */
    public final synchronized CompiledGraph graph() {
        CompiledGraph known = graph;
        if (known == null) {
            known = CompiledGraph.of(read());
            graph = known;
        }
        return known;
    }

    private Program read() {
        String what = getClass().getName();
        int bits = VectorSupport.bits();
        Module vectors = VectorSupport.module();
        if (vectors != null) {
            readsVectors(vectors);
        }
        try (InputStream stream = open()) {
            if (stream == null) {
                throw new IllegalStateException(
                        "the data of " + what + " is missing: it is a file beside the class");
            }
            return ProgramFormat.read(stream, what, (function, nests) -> code(function, nests, bits));
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private FunctionCode code(int function, int nests, int bits) {
        Code vector = bits == 0 ? null : vector(function, bits);
        return new FunctionCode(nests, scalar(function), vector == null ? null : () -> vector);
    }

    /** The program's data, or null if it is not there. Only a class of its own module may open it. */
    protected abstract @Nullable InputStream open();

    /** Lets the module of this class, where it is one with a name, read that of the Vector API: only it can do so. */
    protected abstract void readsVectors(Module vectors);

    /** The code of a function without the Vector API. */
    protected abstract Code scalar(int function);

    /** The code of a function for vectors of so many bits, or null if it has none. */
    protected abstract @Nullable Code vector(int function, int bits);
}
