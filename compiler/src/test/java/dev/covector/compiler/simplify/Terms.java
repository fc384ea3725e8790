package dev.covector.compiler.simplify;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Values as one nested expression each, such as {@code mul(x, to[n,3](2))}, for small graphs only. */
final class Terms {
    private Terms() {}

    static String of(Node node) {
        String in = node.inputs().stream().map(Terms::of).collect(Collectors.joining(", ", "(", ")"));
        return switch (node.op()) {
            case Op.Input input -> input.name();
            case Op.Parameter parameter -> parameter.name();
            case Op.Constant constant -> constant(constant);
            case Op.Extent extent -> "extent(" + extent.dim() + ")";
            case Op.Iota i -> "iota";
            case Op.Unary unary -> unary.kind() + in;
            case Op.Binary binary -> binary.kind() + in;
            case Op.Compare compare -> compare.kind() + in;
            case Op.Select s -> "select" + in;
            case Op.Cast cast -> cast.dtype() + in;
            case Op.Reshape reshape -> "view" + reshape.shape() + in;
            case Op.Broadcast broadcast -> "to" + broadcast.shape() + axes(broadcast) + in;
            case Op.Transpose transpose -> "transpose" + transpose.permutation() + in;
            case Op.CumSum c -> "cumsum" + in;
            case Op.Slice slice -> "slice[" + ranges(slice) + "]" + in;
            case Op.Reverse reverse -> "reverse" + reverse.axes() + in;
            case Op.Pad pad -> "pad" + pad.low() + pad.high() + in;
            case Op.Concat concat -> "concat[" + concat.axis() + "]" + in;
            case Op.Reduce reduce -> reduce.kind() + reduce.axes().toString().replace(" ", "") + in;
            case Op.Dot dot -> "dot" + dot.contractA() + dot.contractB() + in;
            case Op.ReduceWindow window -> "window_" + window.kind() + window.windows() + in;
            case Op.StopGradient stop -> "stop" + in;
            default -> node.op() + in;
        };
    }

    private static String ranges(Op.Slice slice) {
        List<String> ranges = new ArrayList<>();
        for (int axis = 0; axis < slice.starts().size(); axis++) {
            int step = slice.steps().get(axis);
            ranges.add(slice.starts().get(axis) + ":" + slice.limits().get(axis)
                    + (step == 1 ? "" : ":" + step));
        }
        return String.join(", ", ranges);
    }

    private static String constant(Op.Constant constant) {
        String text = constant.value().tensor().toString();
        return text.substring(text.indexOf('{') + 1, text.indexOf('}')).replace(".0", "");
    }

    /** Said only where they are not the last ones. */
    private static String axes(Op.Broadcast broadcast) {
        int added = broadcast.shape().rank() - broadcast.axes().size();
        return broadcast.axes().isEmpty() || broadcast.axes().get(0) == added ? "" : "@" + broadcast.axes();
    }
}
