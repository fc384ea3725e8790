package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.SourceLine;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Profile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What there is to say about a compilation, in plain words: where the time goes, what was not fused and why, what is computed
 * again, which buffers there are at the peak, and what might help.
 *
 * <pre>{@code
 * System.out.println(PlainWords.of(Compiler.explain(graph)).dims(Map.of("batch", 64)).text());
 * }</pre>
 *
 * <p>Times are estimated from flops and bytes, or, with a profile, as measured.
 */
public final class PlainWords {
    private static final int MOST = 5;

    /** What is said about one thing. */
    record Section(String function, String title, List<String> lines) {}

    private final Explanation explanation;
    private final Map<String, Integer> dims;
    private final MeasuredTimes times;

    private PlainWords(Explanation explanation, Map<String, Integer> dims, MeasuredTimes times) {
        this.explanation = explanation;
        this.dims = dims;
        this.times = times;
    }

    /** Of a compilation, with 32 for each named dimension. */
    public static PlainWords of(Explanation explanation) {
        return new PlainWords(explanation, Map.of(), MeasuredTimes.none());
    }

    /** With these extents for named dimensions. */
    public PlainWords dims(Map<String, Integer> extents) {
        return new PlainWords(explanation, new TreeMap<>(extents), times);
    }

    /** With the times that a profile of this graph's session has measured so far. */
    public PlainWords profile(Profile profile) {
        return measured(MeasuredTimes.of(profile));
    }

    PlainWords measured(MeasuredTimes measured) {
        return new PlainWords(explanation, dims, measured);
    }

    /** All functions, but for the one that gives parameters their first values. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Explanation.Function function : functions()) {
            text.append(text.isEmpty() ? "" : "\n").append(text(function.name()));
        }
        return text.toString();
    }

    /**
     * One function.
     *
     * @throws IllegalArgumentException if the graph has no function of that name
     */
    public String text(String function) {
        Explanation.Function of = explanation.function(function);
        StringBuilder text = new StringBuilder("function ").append(function);
        String assumptions = new Estimate(dims).assumptions(of);
        text.append(assumptions.isEmpty() ? "" : ", with " + assumptions).append('\n');
        for (Section section : sections(of)) {
            text.append('\n').append(section.title()).append('\n');
            section.lines().forEach(line -> text.append("  - ").append(line).append('\n'));
        }
        return text.toString();
    }

    /** For the page: an array of {function, title, lines, note}. */
    String json() {
        JsonWriter json = new JsonWriter();
        List<Section> all = new ArrayList<>();
        explanation.functions().forEach(function -> all.addAll(sections(function)));
        json.array(all, section -> json.object(() -> {
            json.member("function", section.function()).member("title", section.title());
            json.texts("lines", section.lines(), line -> line);
            json.member("note",
                    new Estimate(dims).assumptions(explanation.function(section.function())));
        }));
        return json.toString();
    }

    private List<Explanation.Function> functions() {
        return explanation.functions().subList(0, explanation.functions().size() - 1);
    }

    private List<Section> sections(Explanation.Function function) {
        Estimate estimate = new Estimate(dims);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(function.name(), timeTitle(function), time(function, estimate)));
        sections.add(new Section(function.name(), "What was not fused", notFused(function, estimate)));
        sections.add(new Section(function.name(), "What is computed again", again(function, estimate)));
        sections.add(new Section(function.name(), "What memory is for", memory(function, estimate)));
        sections.add(new Section(function.name(), "What might help", Hints.of(function, estimate)));
        sections.removeIf(section -> section.lines().isEmpty());
        return sections;
    }

    // ---- time

    private String timeTitle(Explanation.Function function) {
        return times.has(function) ? "Where the time goes, as measured"
                : "Where the time goes, as estimated from flops and bytes";
    }

    private double weight(Explanation.Function function, Explanation.Kernel kernel, Estimate estimate) {
        return times.has(function) ? times.of(function, kernel).map(Profile.Kernel::nanos).orElse(0L)
                : estimate.time(kernel);
    }

    private List<String> time(Explanation.Function function, Estimate estimate) {
        List<String> lines = new ArrayList<>();
        times.call(function).ifPresent(nanos -> lines.add("a call takes " + Words.nanos(nanos)));
        if (function.execution() != Explanation.Execution.LAUNCHES) {
            lines.add("it is so small that one method does all" + (function.execution()
                    == Explanation.Execution.STRAIGHT_LINE ? ", without loops" : "")
                    + ": a call costs little more than calling it");
        }
        double total = function.kernels().stream().mapToDouble(k -> weight(function, k, estimate)).sum();
        List<Explanation.Kernel> dearest = new ArrayList<>(function.kernels());
        dearest.sort(Comparator.comparingDouble(k -> -weight(function, k, estimate)));
        for (Explanation.Kernel kernel : dearest.subList(0, Math.min(MOST, dearest.size()))) {
            double share = weight(function, kernel, estimate) / total;
            if (share >= 0.01) {
                lines.add(Words.percent(share) + " in " + kernel.name() + ", for "
                        + Words.places(kernel.ops()) + ": " + bound(function, kernel, estimate));
            }
        }
        if (dearest.size() > MOST) {
            lines.add(byKind(function, estimate, total));
            double rest = dearest.stream().skip(MOST).mapToDouble(k -> weight(function, k, estimate)).sum();
            lines.add(Words.percent(rest / total) + " in " + (dearest.size() - MOST) + " other kernels");
        }
        return lines;
    }

    private String byKind(Explanation.Function function, Estimate estimate, double total) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Explanation.Kernel kernel : function.kernels()) {
            String kind = switch (kernel.kind()) {
                case TILE -> "contractions";
                case LOOP -> "elementwise ops and reductions";
                case ALONE -> "copies, sorts, scatters and cumulative sums";
            };
            shares.merge(kind, weight(function, kernel, estimate) / total, Double::sum);
        }
        return shares.entrySet().stream().sorted(Comparator.comparingDouble(entry -> -entry.getValue()))
                .map(entry -> Words.percent(entry.getValue()) + " in " + entry.getKey())
                .collect(Collectors.joining(", ", "all in all ", ""));
    }

    private String bound(Explanation.Function function, Explanation.Kernel kernel, Estimate estimate) {
        String amounts = Words.flops(estimate.value(kernel.flops())) + " with "
                + Words.bytes(estimate.value(kernel.bytes())) + ", so "
                + (estimate.isBoundByMemory(kernel) ? "memory binds" : "arithmetic binds");
        return times.of(function, kernel)
                .map(row -> amounts + "; " + Words.percent(row.shareOf(times.limits()))
                        + " of what the machine can do")
                .orElse(amounts);
    }

    // ---- fusion

    /** What refusals have in common. */
    private static final class Refused {
        int count;
        double bytes;
        double most;
        List<Node> nodes = new ArrayList<>();
        String example = "";
    }

    private static List<String> notFused(Explanation.Function function, Estimate estimate) {
        Map<String, Refused> reasons = new LinkedHashMap<>();
        for (Explanation.Kernel kernel : function.kernels()) {
            for (Explanation.Decision decision : kernel.decisions()) {
                decision.refusal().ifPresent(refusal -> {
                    Refused refused =
                            reasons.computeIfAbsent(generalised(refusal, kernel), key -> new Refused());
                    double bytes = estimate.value(Words.bytesOf(decision.operand()));
                    refused.count++;
                    refused.bytes += bytes;
                    refused.nodes.add(decision.reader());
                    if (bytes > refused.most) {
                        refused.most = bytes;
                        refused.example = Explanation.label(decision.operand()) + " (" + Words.bytes(bytes)
                                + ") into " + kernel.name();
                    }
                });
            }
        }
        List<String> lines = new ArrayList<>();
        reasons.entrySet().stream().sorted(Comparator.comparingDouble(entry -> -entry.getValue().bytes))
                .forEach(entry -> {
                    Refused of = entry.getValue();
                    lines.add(entry.getKey() + ": " + Words.times(of.count) + ", for "
                            + Words.places(of.nodes) + (of.example.isEmpty() ? "" : "; the largest is "
                                    + of.example));
                });
        return lines;
    }

    /** The reason without the name of a node, so that equal ones are counted together. */
    private static String generalised(String refusal, Explanation.Kernel kernel) {
        String general = refusal;
        for (Node node : kernel.ops()) {
            general = general.replace("the reduction " + Explanation.label(node) + " ", "a reduction ");
        }
        return general.replaceAll("the reduction \\S+ ", "a reduction ");
    }

    // ---- what is computed where it is read

    private static List<String> again(Explanation.Function function, Estimate estimate) {
        Map<Node, List<String>> readers = new LinkedHashMap<>();
        for (Explanation.Kernel kernel : function.kernels()) {
            for (Node node : kernel.inlined()) {
                if (Words.isArithmetic(node)) {
                    readers.computeIfAbsent(node, key -> new ArrayList<>()).add(kernel.name());
                }
            }
        }
        List<String> lines = new ArrayList<>();
        readers.entrySet().stream().filter(entry -> entry.getValue().size() > 1)
                .sorted(Comparator.comparingDouble(entry -> -entry.getValue().size()
                        * estimate.value(Words.bytesOf(entry.getKey()))))
                .limit(MOST)
                .forEach(entry -> lines.add(Explanation.label(entry.getKey()) + Words.at(entry.getKey())
                        + " is computed by each of " + entry.getValue().size()
                        + " kernels, which is cheaper than to keep and read "
                        + Words.bytes(estimate.value(Words.bytesOf(entry.getKey()))) + ": "
                        + Words.some(entry.getValue(), 3)));
        return lines;
    }

    // ---- memory

    private static List<String> memory(Explanation.Function function, Estimate estimate) {
        double allocated = function.arrays().stream()
                .mapToDouble(array -> array.bytes().stream().mapToDouble(estimate::value).max().orElse(0))
                .sum();
        if (allocated == 0) {
            return List.of();
        }
        List<Explanation.Buffer> own = function.buffers().stream()
                .filter(buffer -> buffer.place() == Explanation.Buffer.Place.ARRAY).toList();
        int peak = 0;
        double most = -1;
        for (int launch = 0; launch < Math.max(1, function.launches()); launch++) {
            double live = inUse(live(own, launch), estimate);
            if (live > most) {
                most = live;
                peak = launch;
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("a call allocates " + Words.bytes(allocated) + " in " + function.arrays().size()
                + " arrays, besides inputs and parameters; at the peak, launch " + peak + " of "
                + function.launches() + ", " + Words.bytes(most) + " of it are in use");
        List<Explanation.Buffer> atPeak = new ArrayList<>(live(own, peak));
        atPeak.sort(Comparator.comparingDouble(buffer -> -estimate.value(buffer.bytes())));
        for (Explanation.Buffer buffer : atPeak.subList(0, Math.min(MOST, atPeak.size()))) {
            double bytes = estimate.value(buffer.bytes());
            if (bytes / most >= 0.02) {
                lines.add(Words.percent(bytes / most) + " of the peak is " + Explanation.label(buffer.node())
                        + Words.at(buffer.node()) + ", " + buffer.node().type() + ", "
                        + Words.bytes(bytes) + ", from launch " + buffer.first() + " to "
                        + (buffer.last() >= function.launches() ? "the end" : buffer.last()));
            }
        }
        return lines;
    }

    /** Of arrays: a kernel may write over what it reads, so that two buffers are one array for a launch. */
    private static double inUse(List<Explanation.Buffer> live, Estimate estimate) {
        Map<Integer, Double> arrays = new TreeMap<>();
        live.forEach(buffer -> arrays.merge(buffer.index(), estimate.value(buffer.bytes()), Math::max));
        return arrays.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static List<Explanation.Buffer> live(List<Explanation.Buffer> buffers, int launch) {
        return buffers.stream().filter(b -> b.first() <= launch && launch <= b.last()).toList();
    }

    /** Formatting of what is told. */
    static final class Words {
        private static final String[] UNITS = {"", "k", "M", "G", "T"};

        private Words() {}

        static String bytes(double bytes) {
            return scaled(bytes, "B");
        }

        static String flops(double flops) {
            return flops == 0 ? "no flops" : scaled(flops, "flop");
        }

        private static String scaled(double number, String unit) {
            int i = 0;
            double left = number;
            while (left >= 999.5 && i < UNITS.length - 1) {
                left /= 1000;
                i++;
            }
            String format = left >= 99.5 || i == 0 ? "%.0f" : left >= 9.95 ? "%.1f" : "%.2f";
            return String.format(Locale.ROOT, format, left) + " " + UNITS[i] + unit;
        }

        static String nanos(double nanos) {
            return nanos >= 1e6 ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
                    : String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }

        static String percent(double share) {
            return share < 0.01 ? "less than 1 %" : Math.round(100 * share) + " %";
        }

        static String times(int count) {
            return count == 1 ? "once" : count + " times";
        }

        /** The user's lines that nodes are of, each once. */
        static String places(List<Node> nodes) {
            List<String> places = new ArrayList<>();
            for (Node node : nodes) {
                SourceLine line = node.line();
                if (line != null && !places.contains(line.toString())) {
                    places.add(line.toString());
                }
            }
            return places.isEmpty() ? "no known line" : some(places, 3);
        }

        static String at(Node node) {
            return node.line() == null ? "" : " (" + node.line() + ")";
        }

        static String some(List<String> all, int most) {
            return all.size() <= most ? String.join(", ", all)
                    : String.join(", ", all.subList(0, most)) + " and " + (all.size() - most) + " more";
        }

        static Dim bytesOf(Node node) {
            return node.type().shape().size().times(node.type().dtype().bytes());
        }

        /** Whether an element is computed rather than found elsewhere. */
        static boolean isArithmetic(Node node) {
            return switch (node.op()) {
                case Op.Unary op -> true;
                case Op.Binary op -> true;
                case Op.Compare op -> true;
                case Op.Select op -> true;
                default -> false;
            };
        }
    }
}
