package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Access.Term;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Accumulator.Kind;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Stmt.Loop;
import dev.covector.compiler.loop.Stmt.Order;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.List;

/** A nest as fusion makes it: three loops over each row. */
final class Softmax {
    private Softmax() {}

    static Stmt rows(DType dtype, Access.Array x, Access.Array y, Dim columns) {
        Axis row = new Axis("row");
        Axis j = new Axis("j");
        Axis k = new Axis("k");
        Axis l = new Axis("l");
        Value first = new Value.Load(dtype, at(x, columns, row, j));
        Accumulator max = Accumulator.of(Kind.MAX, first);
        Value second = new Value.Load(dtype, at(x, columns, row, k));
        Value difference = new Value.Binary(dtype, BinaryOp.SUB, second, max.result());
        Value exp = new Value.Unary(dtype, Value.UnaryOp.EXP, difference);
        Accumulator sum = Accumulator.of(Kind.SUM, exp);
        Value inverse = new Value.Binary(dtype, BinaryOp.DIV, new Value.Constant(dtype, 1), sum.result());
        Value third = new Value.Load(dtype, at(y, columns, row, l));
        Value quotient = new Value.Binary(dtype, BinaryOp.MUL, third, inverse);
        Bound width = Bound.of(columns);
        return new Loop(row, Bound.Param.FROM, Bound.Param.TO, Order.SEQUENTIAL, List.of(), List.of(
                new Loop(j, Bound.of(0), width, Order.LANES, List.of(max), List.of(new Let(first))),
                new Loop(k, Bound.of(0), width, Order.LANES, List.of(sum), List.of(new Let(second),
                        new Let(difference), new Let(exp), new Stmt.Store(at(y, columns, row, k), exp))),
                new Let(inverse),
                new Loop(l, Bound.of(0), width, Order.LANES, List.of(),
                        List.of(new Let(third), new Let(quotient),
                                new Stmt.Store(at(y, columns, row, l), quotient)))));
    }

    private static Access at(Access.Array array, Dim columns, Axis row, Axis column) {
        return new Access(array, Dim.of(0),
                List.of(new Term(columns, row), new Term(Dim.of(1), column)));
    }
}
