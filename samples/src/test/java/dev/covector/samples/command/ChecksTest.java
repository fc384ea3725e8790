package dev.covector.samples.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.runtime.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ChecksTest {
    @Test
    void eachIsALineThatTellsWhatIsWrong() {
        Tensor pair = Tensor.of(new float[]{1, 2.5f}, 2);
        assertLine("x = 0.060466, expected 0.06 within 0.001: ok", true,
                checks -> checks.near("x", 0.0604661, 0.06, 1e-3));
        assertLine("x = 6, expected 8: not reached", false, checks -> checks.near("x", 6, 8, 0));
        assertLine("x = NaN, expected 8 within 1e+10: not reached", false,
                checks -> checks.near("x", Double.NaN, 8, 1e10));
        assertLine("loss = 100, expected at most 12346: ok", true,
                checks -> checks.atMost("loss", 100, 12345.67));
        assertLine("loss = NaN, expected at most 1e-05: not reached", false,
                checks -> checks.atMost("loss", Double.NaN, 1e-5));
        assertLine("y: f32[2] {1.0, 2.5}: ok", true, checks -> checks.equal("y", pair, 1, 2.5));
        assertLine("y: f32[2] {1.0, 2.5}: ok", true, checks -> checks.near("y", pair, 0.2, 1.1, 2.4));
        assertLine("y: f32[2] {1.0, 2.5}, expected [1.0, 2.0]: not reached", false,
                checks -> checks.near("y", pair, 0.1, 1, 2));
        assertLine("y: f32[2] {1.0, 2.5}, expected [1.0]: not reached", false,
                checks -> checks.equal("y", pair, 1));
        assertLine("it is so: ok", true, checks -> checks.holds("it is so", true));
    }

    @Test
    void oneThatFailsDecides() {
        Checks checks = new Checks(new PrintWriter(new StringWriter()));
        assertEquals(true, checks.passed());
        checks.holds("first", false);
        checks.holds("second", true);
        assertEquals(false, checks.passed());
    }

    private static void assertLine(String line, boolean passed, Consumer<Checks> check) {
        StringWriter out = new StringWriter();
        Checks checks = new Checks(new PrintWriter(out));
        check.accept(checks);
        assertEquals(line, out.toString().strip());
        assertEquals(passed, checks.passed(), line);
    }
}
