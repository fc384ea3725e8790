package dev.covector.compiler.loop;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.List;
import java.util.Locale;

/**
 * The element of an array at {@code offset + sum(stride · position)}.
 *
 * @param terms at most one per position
 */
public record Access(Array array, Dim offset, List<Term> terms) {
    public Access {
        terms = List.copyOf(terms);
    }

    /** Where elements live. */
    public sealed interface Array {
        /** The type of the elements. */
        DType dtype();

        /**
         * A buffer of the frame: {@code frame.buffers[index]} from {@code frame.offsets[index]}.
         *
         * @param atStart whether that is known to be 0: of what a call doesn't bring
         */
        record Slot(int index, DType dtype, String name, boolean atStart) implements Array {
            /** A buffer that may begin anywhere in its array. */
            public Slot(int index, DType dtype, String name) {
                this(index, dtype, name, false);
            }

            @Override
            public String toString() {
                return name;
            }
        }

        /** An array of the calling thread, for the operands and the result of a contraction's tile. */
        record Packed(Role role, DType dtype) implements Array {
            @Override
            public String toString() {
                return role.name().toLowerCase(Locale.ROOT);
            }
        }

        /**
         * An array of the calling thread for one row of {@code length} elements to be sorted: in the upper half of each
         * long what to sort by, in the lower half an index.
         */
        record Pairs(Dim length) implements Array {
            @Override
            public DType dtype() {
                return DType.INT64;
            }

            @Override
            public String toString() {
                return "pairs";
            }
        }

        /**
         * Random integers: no array, but as if all elements of a stream were in one.
         *
         * @param number which stream of the call
         */
        record Stream(long number, DType dtype) implements Array {
            @Override
            public String toString() {
                return "stream(" + number + ")";
            }
        }
    }

    /**
     * The arrays of a contraction: packed operands, the tile, which is wide where the right operand is in place, and where rows
     * and steps of operands are that are not packed.
     */
    public enum Role {
        A, B, TILE, WIDE, STARTS, PLACES
    }

    /** One summand of an index. */
    public record Term(Dim stride, Position position) {}

    /** The stride along {@code position}; 0 if it does not occur. */
    public Dim stride(Position position) {
        for (Term term : terms) {
            if (term.position() == position) {
                return term.stride();
            }
        }
        return Dim.of(0);
    }

    /** Whether a part of the index is computed, so that it is not affine. */
    public boolean isIndirect() {
        return terms.stream().anyMatch(term -> term.position() instanceof Value);
    }
}
