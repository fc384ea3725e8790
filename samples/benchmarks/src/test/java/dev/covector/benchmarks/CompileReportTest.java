package dev.covector.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.StagedCompilation;
import dev.covector.compiler.StagedCompilation.Cost;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CompileReportTest {
    /** But for the large one, which takes a second. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            elementwise and maxima, 1,000 nodes |  998
            training step, 784-256-10           |  116
            training step, 50 layers of 64      | 2324
            """)
    void everyStageIsInTheReportAndHasWhatItsNameSays(String graph, int nodes) {
        List<Cost> costs = StagedCompilation.compile(Graphs.make(graph));
        assertEquals(CompileReport.STAGES, costs.stream().map(Cost::stage).toList());
        for (Cost cost : costs) {
            assertTrue(cost.nanos() > 0, cost::toString);
        }
        assertEquals(nodes, costs.getFirst().nodes());
    }
}
