package dev.covector.compiler.loop;

import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.FloatTranspose;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Prints nests, a line a statement:
 *
 * <pre>
 * k0_softmax(from, to):
 *     for i in from..to:
 *         for j in 0..256 lanes:
 *             v0 = x[i*256 + j]
 *             v1 max= v0
 *         for k in 0..256 lanes:
 *             v2 = x[i*256 + k]
 *             v3 = v2 - v1
 *             v4 = exp(v3)
 *             y[i*256 + k] = v4
 * </pre>
 */
public final class LoopPrinter {
    /** Lines after which a nest begins on a new page; room is left for all lines of the last one. */
    private static final int PAGE = 40_000;

    private final List<String> pages = new ArrayList<>();
    private StringBuilder text = new StringBuilder();
    private final Map<Stmt, Integer> lines = new IdentityHashMap<>();
    private Map<Value, String> names = new IdentityHashMap<>();
    private int line = 1;

    private LoopPrinter() {}

    /** Prints nests that share nothing. */
    public static Listing print(List<Nest> nests, List<List<String>> headers) {
        return print(Methods.apart(nests), headers);
    }

    /**
     * Prints nests one after the other; those that run the method of an earlier one in a line, with what they have in the
     * place of its buffers and numbers:
     *
     * <pre>
     * k7_relu(from, to): k3_relu with relu_12 for relu_5, x_11 for x_4
     * </pre>
     *
     * @param headers lines of comment above each nest, without the comment sign: why its ops are fused, its
     *                buffers
     */
    public static Listing print(Methods methods, List<List<String>> headers) {
        LoopPrinter printer = new LoopPrinter();
        List<Nest> nests = methods.nests();
        List<Integer> page = new ArrayList<>();
        for (int n = 0; n < nests.size(); n++) {
            if (printer.line > PAGE) {
                printer.turn();
            } else if (n > 0) {
                printer.line(0, "");
            }
            for (String header : headers.isEmpty() ? List.<String>of() : headers.get(n)) {
                printer.line(0, "# " + header);
            }
            int model = methods.model(n);
            if (model == n) {
                page.add(printer.pages.size());
                printer.nest(nests.get(n));
            } else {
                printer.line(0, nests.get(n).name() + "(from, to): " + nests.get(model).name()
                        + difference(Objects.requireNonNull(methods.forms().get(n)),
                                Objects.requireNonNull(methods.forms().get(model))));
            }
        }
        printer.turn();
        return new Listing(printer.pages, page, printer.lines);
    }

    /** Ends a page. */
    private void turn() {
        pages.add(text.toString());
        text = new StringBuilder();
        line = 1;
    }

    private static String difference(NestForm form, NestForm model) {
        List<String> names = form.names();
        List<String> others = model.names();
        List<String> pairs = new ArrayList<>();
        for (int place = 0; place < names.size(); place++) {
            if (!names.get(place).equals(others.get(place))) {
                pairs.add(names.get(place) + " for " + others.get(place));
            }
        }
        return pairs.isEmpty() ? "" : " with " + String.join(", ", pairs);
    }

    private void nest(Nest nest) {
        names = new IdentityHashMap<>();
        line(0, nest.name() + "(from, to):");
        body(1, nest.body());
    }

    private void body(int depth, List<Stmt> body) {
        for (Stmt stmt : body) {
            lines.put(stmt, line);
            switch (stmt) {
                case Stmt.Loop loop -> loop(depth, loop);
                case Stmt.Let let -> line(depth, define(let.value()) + " = " + definition(let.value()));
                case Stmt.Store store -> line(depth, access(store.target()) + " = " + name(store.value()));
                case Stmt.Split split ->
                        line(depth, list(split.axes(), ", ") + " = digits(" + split.source() + "; "
                                + list(split.extents(), ", ") + ")");
                case Stmt.Sort sort ->
                        line(depth, "sort " + sort.pairs() + "[0.." + sort.pairs().length() + "]");
                case Stmt.Transpose transpose -> line(depth,
                        access(transpose.target()) + " by " + transpose.step() + " = transpose of "
                                + FloatTranspose.COLUMNS + " runs " + access(transpose.source()) + " by "
                                + transpose.apart() + " for " + transpose.from() + ".." + transpose.to());
            }
        }
    }

    private void loop(int depth, Stmt.Loop loop) {
        line(depth, "for " + loop.axis() + " in " + loop.lower() + ".." + loop.upper()
                + (loop.order() == Stmt.Order.LANES ? " lanes:" : ":"));
        body(depth + 1, loop.body());
        for (Accumulator accumulator : loop.accumulators()) {
            String sign = switch (accumulator.kind()) {
                case SUM -> "+";
                case PROD -> "*";
                case ANY -> "|";
                case ALL -> "&";
                case MAX, MIN, ARGMAX, ARGMIN -> accumulator.kind().toString();
            };
            line(depth + 1, result(accumulator.result()) + " " + sign + "= " + name(accumulator.operand()));
        }
    }

    private String define(Value value) {
        String name = "v" + names.size();
        names.put(value, name);
        return name;
    }

    /** The name of a loop's result, which its body may have used before. */
    private String result(Value.Accumulated value) {
        String name = names.get(value);
        return name != null ? name : define(value);
    }

    private String name(Value value) {
        String name = names.get(value);
        return name != null ? name : definition(value);
    }

    private String definition(Value value) {
        return switch (value) {
            case Value.Constant c -> constant(c);
            case Value.Literal literal -> literal.text();
            case Value.Extent extent -> extent.dim().toString();
            case Value.Index index -> index.dtype() + "(" + position(index.counter()) + ")";
            case Value.Load load -> access(load.access());
            case Value.Unary unary -> unary(unary);
            case Value.Binary binary -> binary(binary);
            case Value.Fma fma -> "fma(" + name(fma.a()) + ", " + name(fma.b()) + ", " + name(fma.c()) + ")";
            case Value.Compare compare -> name(compare.a()) + " " + sign(compare) + " " + name(compare.b());
            case Value.Select select -> name(select.condition()) + " ? " + name(select.a()) + " : "
                    + name(select.b());
            case Value.Fallback fallback -> "|" + name(fallback.x()) + "| <= " + fallback.limit() + " ? "
                    + name(fallback.usual()) + " : "
                    + fallback.function().name().toLowerCase(Locale.ROOT) + "(" + name(fallback.x()) + ")";
            case Value.Cast cast -> cast.dtype() + "(" + name(cast.x()) + ")";
            case Value.Checked checked -> "checked(" + name(checked.index()) + ", " + checked.extent() + ")";
            case Value.Accumulated accumulated -> result(accumulated);
        };
    }

    private static String constant(Value.Constant constant) {
        double value = constant.value();
        return switch (constant.dtype()) {
            case BOOL -> value != 0 ? "true" : "false";
            case INT32, INT64 -> Long.toString((long) value);
            case FLOAT32 -> Float.toString((float) value);
            case FLOAT64 -> Double.toString(value);
        };
    }

    private String unary(Value.Unary unary) {
        String x = name(unary.x());
        return switch (unary.op()) {
            case NEG -> "-" + x;
            case NOT -> "!" + x;
            default -> unary.op().name().toLowerCase(Locale.ROOT) + "(" + x + ")";
        };
    }

    private String binary(Value.Binary binary) {
        String a = name(binary.a());
        String b = name(binary.b());
        return switch (binary.op()) {
            case ADD -> a + " + " + b;
            case SUB -> a + " - " + b;
            case MUL -> a + " * " + b;
            case DIV -> a + " / " + b;
            case REM -> a + " % " + b;
            case AND -> a + " & " + b;
            case OR -> a + " | " + b;
            case XOR -> a + " ^ " + b;
            case SHL -> a + " << " + b;
            case SHR -> a + " >> " + b;
            case USHR -> a + " >>> " + b;
            case MAX, MIN, POW, ATAN2 ->
                    binary.op().name().toLowerCase(Locale.ROOT) + "(" + a + ", " + b + ")";
        };
    }

    private static String sign(Value.Compare compare) {
        return switch (compare.kind()) {
            case EQ -> "==";
            case NE -> "!=";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
        };
    }

    private String access(Access access) {
        return access.array() + "[" + index(access) + "]";
    }

    private String index(Access access) {
        StringBuilder sum = new StringBuilder();
        for (Access.Term term : access.terms()) {
            if (term.stride().isExactly(0)) {
                continue;
            }
            boolean less = term.stride().isConstant() && term.stride().value() < 0;
            Dim factor = less ? term.stride().times(-1) : term.stride();
            sum.append(less ? " - " : sum.isEmpty() ? "" : " + ").append(position(term.position()));
            if (!factor.isExactly(1)) {
                String stride = factor.toString();
                boolean simple = factor.isConstant() || factor.isName();
                sum.append("*").append(simple ? stride : "(" + stride + ")");
            }
        }
        if (sum.isEmpty() || !access.offset().isExactly(0)) {
            sum.append(sum.isEmpty() ? "" : " + ").append(access.offset());
        }
        return sum.toString();
    }

    private String position(Position position) {
        return switch (position) {
            case Axis axis -> axis.toString();
            case Bound.Param param -> param.toString();
            case Value value -> name(value);
        };
    }

    private static String list(List<?> items, String separator) {
        return String.join(separator, items.stream().map(Object::toString).toList());
    }

    private void line(int depth, String content) {
        if (!content.isEmpty()) {
            text.append("    ".repeat(depth)).append(content);
        }
        text.append('\n');
        line++;
    }
}
