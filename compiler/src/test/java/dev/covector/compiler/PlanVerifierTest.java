package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A right plan passes; each way of spoiling it is found, and told in words. */
final class PlanVerifierTest {
    private static final Graph GRAPH = GraphText.parse("""
            graph g
              %0 = input x : f32[n,8]
              %1 = parameter w : f32[8]
              %2 = constant 0.0 : f32[]
              %3 = broadcast %2 axes=[] : f32[8]
              %4 = reduce_sum %0 axes=[0] : f32[8]
              %5 = reduce_sum %4 axes=[0] : f32[]
              %6 = broadcast %5 axes=[] : f32[8]
              %7 = mul %1 %6 : f32[8]
              %8 = sub %1 %4 : f32[8]
              parameter %1 initial=%3 trainable
              function f(%0) -> y=%5, z=%7 update %1=%8
            """);
    private static final Graph SPECIALISED = Specialise.specialise(GRAPH);
    private static final Plan PLAN =
            Planner.plan(SPECIALISED.functions().getFirst(), SPECIALISED.parameters(), done -> {});

    /** What the rows below spoil. */
    @Test
    void theRightPlan() {
        assertDoesNotThrow(() -> PlanVerifier.verify(PLAN, SPECIALISED.parameters()));
        StringBuilder text = new StringBuilder();
        for (Plan.Step step : PLAN.steps()) {
            text.append(step.launch()).append(": ").append(step.reads()).append(" to ")
                    .append(step.writes()).append('\n');
        }
        PLAN.buffers().forEach(buffer -> text.append(buffer).append('\n'));
        assertEquals("""
                0: [0] to [1]
                1: [1, 3] to [2, 4]
                2: [2, 3] to [5, 6]
                Input[input=0]
                Own[storage=0]
                Own[storage=1]
                Held[parameter=0]
                Own[storage=2]
                Own[storage=0]
                Own[storage=3]
                """, text.toString());
        assertEquals(List.of(new Program.Commit(4, 0)), PLAN.commits());
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                row("kernel k1_sum_sub of launch 0 reads slot 1 (partial_sum) before it is computed",
                        step(1, s -> changed(s, 0, s.reads()))),
                row("kernel k0_partial_sum of launch 0 writes slot 1 (partial_sum), as another kernel does",
                        p -> with(p, Stream.concat(p.steps().stream(), p.steps().stream().limit(1)).toList(),
                                p.buffers(), p.commits())),
                row("slot 5 (mul) overwrites slot 2 (reduce_sum), which is still needed",
                        buffer(5, new Program.Buffer.Own(1))),
                row("the array of slot 4 (sub) does not fit it", buffer(4, new Program.Buffer.Own(3))),
                row("kernel k2_sum_mul of launch 1 writes to the array of slot 5 (mul) while another kernel does",
                        step(2, s -> changed(s, 1, List.of(3))).andThen(
                                buffer(5, new Program.Buffer.Own(2)))),
                row("kernel k1_sum_sub of launch 1 reads slot 3 (w) while k2_sum_mul writes to its array",
                        step(2, s -> changed(s, 1, List.of())).andThen(
                                buffer(5, new Program.Buffer.Held(0)))),
                row("slot 3 (w) is read in launch 2, after its update in launch 1",
                        buffer(4, new Program.Buffer.Held(0)).andThen(commits())),
                row("writes slot 6 (reduce_sum) to a parameter that it is not the value of",
                        buffer(6, new Program.Buffer.Held(0)).andThen(commits())),
                row("never updates the parameter w", commits()),
                row("copies to the parameter w twice",
                        commits(new Program.Commit(4, 0), new Program.Commit(4, 0))),
                row("copies slot 6 (reduce_sum) to a parameter that it is not the value of",
                        commits(new Program.Commit(6, 0))),
                row("the result \"z\" shares its array with another", buffer(6, new Program.Buffer.Own(0))),
                row("the result \"y\" is not in an array of the call's own",
                        buffer(6, new Program.Buffer.Input(0))));
    }

    private static Arguments row(String message, Function<Plan, Plan> spoil) {
        return Arguments.of(message, spoil);
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void refuses(String message, Function<Plan, Plan> spoil) {
        Plan spoilt = spoil.apply(PLAN);
        InternalCompilerException e = assertThrows(InternalCompilerException.class,
                () -> PlanVerifier.verify(spoilt, SPECIALISED.parameters()));
        assertEquals("the plan of \"f\": " + message, e.getMessage());
    }

    private static Function<Plan, Plan> step(int number, UnaryOperator<Plan.Step> change) {
        return p -> {
            List<Plan.Step> steps = new ArrayList<>(p.steps());
            steps.set(number, change.apply(steps.get(number)));
            return with(p, steps, p.buffers(), p.commits());
        };
    }

    private static Function<Plan, Plan> buffer(int slot, Program.Buffer buffer) {
        return p -> {
            List<Program.Buffer> buffers = new ArrayList<>(p.buffers());
            buffers.set(slot, buffer);
            return with(p, p.steps(), buffers, p.commits());
        };
    }

    private static Function<Plan, Plan> commits(Program.Commit... commits) {
        return p -> with(p, p.steps(), p.buffers(), List.of(commits));
    }

    private static Plan.Step changed(Plan.Step s, int launch, List<Integer> reads) {
        return new Plan.Step(s.name(), s.kernel(), launch, s.task(), s.nests(), reads, s.writes(), s.work(),
                s.cost());
    }

    private static Plan with(Plan p, List<Plan.Step> steps, List<Program.Buffer> buffers,
            List<Program.Commit> commits) {
        return new Plan(p.function(), steps, p.launches(), p.nests(), p.slots(), buffers, p.storages(),
                p.dims(), commits, p.reals(), p.integers(), p.checks(), p.straight(), false);
    }
}
