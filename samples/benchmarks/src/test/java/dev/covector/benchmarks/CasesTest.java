package dev.covector.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.compiler.Compiler;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Benchmarks measure what they say: the graph of each case computes what its loop does. */
final class CasesTest {
    @ParameterizedTest
    @MethodSource("names")
    void theGraphGivesWhatTheLoopDoes(String name) {
        Case made = Cases.make(name);
        made.check(prepare(made).run());
    }

    static List<String> names() {
        return Cases.names();
    }

    @Test
    void aDifferenceIsFound() {
        float[] out = new float[3];
        Case wrong = Case.of(in -> in.get(0).times(2), () -> out[1] = 4.001f, out, 1e-6,
                Tensor.of(new float[]{0, 2, 0}, 3));
        Exception e = assertThrows(IllegalStateException.class, () -> wrong.check(prepare(wrong).run()));
        assertEquals("result: element 1 is 4.0, that of the loop 4.000999927520752; they may differ by "
                + 1e-6 * 4.001f, e.getMessage());
    }

    @Test
    void notANumberIsADifference() {
        float[] out = {1};
        Case wrong = Case.of(in -> in.get(0).log(), () -> {}, out, 1, Tensor.of(new float[]{-1}, 1));
        Exception e = assertThrows(IllegalStateException.class, () -> wrong.check(prepare(wrong).run()));
        assertEquals("result: element 0 is NaN, that of the loop 1.0; they may differ by 1.0",
                e.getMessage());
    }

    private static PreparedCall prepare(Case made) {
        // The flavours give the same bits, and this one needs no warm-up.
        return made.prepare(Compiler::compile,
                SessionOptions.defaults().workers(Workers.shared()).flavour(Flavour.SCALAR));
    }
}
