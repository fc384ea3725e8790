package dev.covector.graph;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Einstein summation. Each axis has a label: a letter, or its distance from the end of the axes that {@code ...} stands
 * for. What is left of the work are sums, general contractions and one transposition; a letter twice in one operand
 * is its diagonal.
 */
final class Einsum {
    /** An operand, or the product of some, and the labels of its axes. */
    private record Term(Expr value, List<Integer> labels) {}

    private final String spec;
    private final List<Expr> operands;
    private final GraphBuilder builder;

    private Einsum(String spec, List<Expr> operands) {
        this.spec = spec;
        this.operands = operands;
        this.builder = operands.get(0).builder();
    }

    static Expr of(String spec, Expr... operands) {
        if (operands.length == 0) {
            UserCode code = UserCode.here();
            throw new GraphException(
                    code.method() + ": \"" + spec + "\" is of no operand\n  at " + code.line());
        }
        return new Einsum(spec, List.of(operands)).make();
    }

    private Expr make() {
        operands.forEach(builder::checkOwn);
        String[] sides = spec.replace(" ", "").split("->", -1);
        if (sides.length > 2) {
            throw error("has more than one ->", "");
        }
        String[] inputs = sides[0].split(",", -1);
        if (inputs.length != operands.size()) {
            throw error(
                    "names " + inputs.length + (inputs.length == 1 ? " operand" : " operands") + ", given: "
                            + operands.size(),
                    "commas separate the operands' axes");
        }
        List<Term> terms = new ArrayList<>();
        int hidden = 0;
        for (int i = 0; i < inputs.length; i++) {
            Expr operand = operands.get(i);
            List<Integer> labels = labels(inputs[i], operand.rank() - letters(inputs[i]));
            if (labels.size() != operand.rank()) {
                throw error(
                        "names " + labels.size() + " axes in \"" + inputs[i] + "\", but operand " + (i + 1)
                                + " has the shape " + operand.shape(),
                        inputs[i].contains("...") ? "" : "... stands for all further axes");
            }
            hidden = Math.max(hidden, (int) labels.stream().filter(label -> label < 0).count());
            terms.add(new Term(operand, labels));
        }
        List<Integer> output = sides.length == 2 ? output(sides[1], hidden, terms) : implicit(terms);
        terms.replaceAll(this::diagonal);
        return product(broadcast(terms), output);
    }

    // ---- the text

    private int letters(String axes) {
        return axes.length() - (axes.contains("...") ? 3 : 0);
    }

    /** The labels of one operand or of the result, where {@code ...} is {@code hidden} axes. */
    private List<Integer> labels(String axes, int hidden) {
        List<Integer> labels = new ArrayList<>();
        int dots = axes.indexOf("...");
        for (int i = 0; i < axes.length(); i++) {
            char c = axes.charAt(i);
            if (i == dots) {
                for (int axis = -hidden; axis < 0; axis++) {
                    labels.add(axis);
                }
                i += 2;
            } else if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
                labels.add((int) c);
            } else {
                throw error("has '" + c + "' in \"" + axes + "\"",
                        "an axis is a letter, further axes are ... once, operands are separated by commas");
            }
        }
        return labels;
    }

    private List<Integer> output(String axes, int hidden, List<Term> terms) {
        if (hidden > 0 && !axes.contains("...")) {
            throw error("has ... on the left only",
                    "the result has them as well: write ... on the right, too");
        }
        List<Integer> output = labels(axes, hidden);
        for (int label : output) {
            if (terms.stream().noneMatch(term -> term.labels().contains(label))) {
                throw error("has '" + (char) label + "' on the right only", "");
            }
            if (output.indexOf(label) != output.lastIndexOf(label)) {
                throw error("has '" + (char) label + "' twice on the right", "");
            }
        }
        return output;
    }

    /** NumPy's rule where there is no arrow: what {@code ...} stands for, then what there is once, by the alphabet. */
    private static List<Integer> implicit(List<Term> terms) {
        List<Integer> all = terms.stream().flatMap(term -> term.labels().stream()).toList();
        Set<Integer> once = new TreeSet<>();
        all.stream().filter(label -> label < 0 || all.indexOf(label) == all.lastIndexOf(label))
                .forEach(once::add);
        return List.copyOf(once);
    }

    // ---- the operands

    /** Without a second axis of the same label: what is off the diagonal becomes 0 and is summed up. */
    private Term diagonal(Term term) {
        List<Integer> labels = new ArrayList<>(term.labels());
        Expr value = term.value();
        for (int second = labels.size() - 1; second > 0; second--) {
            int first = labels.indexOf(labels.get(second));
            if (first < second) {
                checkSame(labels.get(second), value.shape().dim(first), value.shape().dim(second));
                Expr here = builder.iota(DType.INT32, value.shape(), first);
                Expr there = builder.iota(DType.INT32, value.shape(), second);
                value = here.eq(there).where(value, builder.full(value.dtype(), Shape.scalar(), 0))
                        .sum(second);
                labels.subList(second, second + 1).clear();
            }
        }
        return new Term(value, labels);
    }

    /** Without those axes of {@code ...} along which an operand is repeated: the others have them. */
    private List<Term> broadcast(List<Term> terms) {
        List<Term> broadcast = new ArrayList<>();
        for (Term term : terms) {
            List<Integer> labels = new ArrayList<>();
            List<Dim> dims = new ArrayList<>();
            for (int axis = 0; axis < term.labels().size(); axis++) {
                int label = term.labels().get(axis);
                Dim dim = term.value().shape().dim(axis);
                Dim common = dim;
                for (Term other : terms) {
                    int at = other.labels().indexOf(label);
                    Dim more = at < 0 ? common : other.value().shape().dim(at);
                    if (label < 0 && common.isExactly(1)) {
                        common = more;
                    } else if (label >= 0 || !more.isExactly(1)) {
                        checkSame(label, common, more);
                    }
                }
                if (dim.equals(common)) {
                    labels.add(label);
                    dims.add(dim);
                }
            }
            broadcast.add(new Term(term.value().reshape(Shape.of(dims)), labels));
        }
        return broadcast;
    }

    private void checkSame(int label, Dim a, Dim b) {
        if (!a.equals(b)) {
            throw error("takes one extent for " + (label < 0 ? "an axis of ..." : "'" + (char) label + "'")
                    + ", but the operands have " + a + " and " + b,
                    a.isConstant() && b.isConstant() ? ""
                            : "a named dimension only goes with itself: give both the same Dim");
        }
    }

    // ---- the product

    private Expr product(List<Term> terms, List<Integer> output) {
        Term product = summed(terms.get(0), needed(terms, 1, output));
        for (int i = 1; i < terms.size(); i++) {
            Set<Integer> later = needed(terms, i + 1, output);
            Set<Integer> either = new LinkedHashSet<>(later);
            either.addAll(product.labels());
            product = times(product, summed(terms.get(i), either), later);
        }
        List<Integer> labels = product.labels();
        return labels.equals(output) ? product.value()
                : product.value().transpose(output.stream().mapToInt(labels::indexOf).toArray());
    }

    private static Set<Integer> needed(List<Term> terms, int from, List<Integer> output) {
        Set<Integer> needed = new LinkedHashSet<>(output);
        terms.subList(from, terms.size()).forEach(term -> needed.addAll(term.labels()));
        return needed;
    }

    private static Term summed(Term term, Set<Integer> needed) {
        List<Integer> left = term.labels().stream().filter(needed::contains).toList();
        if (left.size() == term.labels().size()) {
            return term;
        }
        int[] axes = term.labels().stream().filter(label -> !needed.contains(label))
                .mapToInt(term.labels()::indexOf).toArray();
        return new Term(term.value().sum(axes), left);
    }

    /** Common axes are contracted unless they are needed later. */
    private static Term times(Term a, Term b, Set<Integer> later) {
        List<Integer> common = a.labels().stream().filter(b.labels()::contains).toList();
        List<Integer> batch = common.stream().filter(later::contains).toList();
        List<Integer> contract = common.stream().filter(label -> !later.contains(label)).toList();
        List<Integer> labels = new ArrayList<>(batch);
        a.labels().stream().filter(label -> !common.contains(label)).forEach(labels::add);
        b.labels().stream().filter(label -> !common.contains(label)).forEach(labels::add);
        return new Term(a.value().dot(b.value(), axes(a, batch), axes(b, batch), axes(a, contract),
                axes(b, contract)), labels);
    }

    private static List<Integer> axes(Term term, List<Integer> labels) {
        return labels.stream().map(term.labels()::indexOf).toList();
    }

    private GraphException error(String problem, String hint) {
        return builder.error("\"" + spec + "\" " + problem, operands, hint);
    }
}
