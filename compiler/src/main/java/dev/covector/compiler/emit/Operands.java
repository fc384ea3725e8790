package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What values are computed from. */
final class Operands {
    private Operands() {}

    /** The numbers that {@code value} is computed from; what an index is made of is not among them. */
    static List<Value> of(Value value) {
        return switch (value) {
            case Value.Constant c -> List.of();
            case Value.Literal l -> List.of();
            case Value.Extent e -> List.of();
            case Value.Index i -> List.of();
            case Value.Load l -> List.of();
            case Value.Accumulated a -> List.of();
            case Value.Unary unary -> List.of(unary.x());
            case Value.Binary binary -> List.of(binary.a(), binary.b());
            case Value.Fma fma -> List.of(fma.a(), fma.b(), fma.c());
            case Value.Compare compare -> List.of(compare.a(), compare.b());
            case Value.Select select -> List.of(select.condition(), select.a(), select.b());
            case Value.Fallback fallback -> List.of(fallback.usual(), fallback.x());
            case Value.Cast cast -> List.of(cast.x());
            case Value.Checked checked -> List.of(checked.index());
        };
    }

    /** The index that {@code value} is read or drawn at, if it is. */
    static @Nullable Access access(Value value) {
        return switch (value) {
            case Value.Load load -> load.access();
            default -> null;
        };
    }

    /** Whether the value needs no definition. */
    static boolean isLeaf(Value value) {
        return value instanceof Value.Constant || value instanceof Value.Literal
                || value instanceof Value.Extent
                || value instanceof Value.Index;
    }
}
