package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Operations of the Vector API on vectors of one width in bits. Operands are given as what pushes them, and
 * the result is left on the stack. A vector of bools is a mask for the vectors of some other type.
 */
final class VectorOps {
    private static final String API = "jdk/incubator/vector/";
    private static final String VECTOR = "L" + API + "Vector;";
    private static final String MASK_CLASS = API + "VectorMask";
    private static final String MASK = "L" + MASK_CLASS + ";";
    private static final String SPECIES_CLASS = API + "VectorSpecies";
    private static final String SPECIES = "L" + SPECIES_CLASS + ";";
    private static final String OPERATORS = API + "VectorOperators";

    private final Assembler asm;
    private final String species;

    VectorOps(Assembler asm, int bits) {
        this.asm = asm;
        this.species = "SPECIES_" + bits;
    }

    /** The integers as wide as {@code dtype}. */
    static DType integer(DType dtype) {
        return dtype.bytes() == 8 ? DType.INT64 : DType.INT32;
    }

    /** The class of vectors, or, of bools, of masks. */
    static String type(DType dtype) {
        return dtype == DType.BOOL ? MASK_CLASS : owner(dtype);
    }

    /** Descriptors of the methods that are called most, by what they are called with. */
    private record Descriptors(String broadcast, String load, String maskedLoad, String store,
            String maskedStore, String unary, String binary, String fma, String blend) {
        static final Map<DType, Descriptors> OF = new EnumMap<>(DType.class);

        static {
            for (DType dtype : DType.values()) {
                if (dtype != DType.BOOL) {
                    String array = array(dtype);
                    String vector = descriptor(dtype);
                    OF.put(dtype, new Descriptors(
                            "(" + SPECIES + Assembler.type(dtype).getDescriptor() + ")" + vector,
                            "(" + SPECIES + array + "I)" + vector,
                            "(" + SPECIES + array + "I" + MASK + ")" + vector,
                            "(" + array + "I)V", "(" + array + "I" + MASK + ")V", "()" + vector,
                            "(" + VECTOR + ")" + vector, "(" + VECTOR + VECTOR + ")" + vector,
                            "(" + VECTOR + MASK + ")" + vector));
                }
            }
        }

        static Descriptors of(DType dtype) {
            Descriptors of = OF.get(dtype);
            if (of == null) {
                throw new IllegalStateException("bools are masks");
            }
            return of;
        }
    }

    private static String owner(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> API + "FloatVector";
            case FLOAT64 -> API + "DoubleVector";
            case INT32 -> API + "IntVector";
            case INT64 -> API + "LongVector";
            case BOOL -> throw new IllegalStateException("bools are masks");
        };
    }

    private static String descriptor(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> "L" + API + "FloatVector;";
            case FLOAT64 -> "L" + API + "DoubleVector;";
            case INT32 -> "L" + API + "IntVector;";
            case INT64 -> "L" + API + "LongVector;";
            case BOOL -> throw new IllegalStateException("bools are masks");
        };
    }

    private static String array(DType dtype) {
        return "[" + Assembler.type(dtype).getDescriptor();
    }

    private void species(DType dtype) {
        asm.staticField(owner(dtype), species, SPECIES);
    }

    private void operator(String name, String kind) {
        asm.staticField(OPERATORS, name, "L" + OPERATORS + "$" + kind + ";");
    }

    /** A vector of one number. */
    void broadcast(DType dtype, Runnable number) {
        species(dtype);
        number.run();
        asm.callStatic(owner(dtype), "broadcast", Descriptors.of(dtype).broadcast());
    }

    /** A mask for vectors of {@code lanes}, of one bool. */
    void broadcastMask(DType lanes, Runnable bool) {
        species(lanes);
        bool.run();
        asm.callInterface(SPECIES_CLASS, "maskAll", "(Z)" + MASK);
    }

    /** i, i + 1, … as numbers of {@code dtype}. */
    void indices(DType dtype, Runnable first) {
        DType integer = integer(dtype);
        convert(integer, dtype, () -> {
            broadcast(integer, () -> {
                first.run();
                ScalarOps.cast(asm, DType.INT32, integer);
            });
            asm.constant(1);
            asm.callVirtual(owner(integer), "addIndex", "(I)" + descriptor(integer));
        });
    }

    /** The mask, for vectors of {@code lanes}, of the first lanes. */
    void firstLanes(DType lanes, Runnable count) {
        species(lanes);
        asm.constant(0);
        count.run();
        asm.callInterface(SPECIES_CLASS, "indexInRange", "(II)" + MASK);
    }

    /** Reads from an array and index; with a mask (if not null), lanes outside of it are 0. */
    void load(DType dtype, Runnable element, boolean masked, Runnable mask) {
        species(dtype);
        element.run();
        mask.run();
        Descriptors of = Descriptors.of(dtype);
        asm.callStatic(owner(dtype), "fromArray", masked ? of.maskedLoad() : of.load());
    }

    /** Writes to an array and index, under a mask if {@code masked}. */
    void store(DType dtype, Runnable vector, Runnable element, boolean masked, Runnable mask) {
        vector.run();
        element.run();
        mask.run();
        Descriptors of = Descriptors.of(dtype);
        asm.callVirtual(owner(dtype), "intoArray", masked ? of.maskedStore() : of.store());
    }

    /** Reads bools, as a mask for vectors of {@code lanes}. */
    void loadMask(DType lanes, Runnable element) {
        species(lanes);
        element.run();
        asm.callStatic(MASK_CLASS, "fromArray", "(" + SPECIES + "[ZI)" + MASK);
    }

    void storeMask(Runnable mask, Runnable element) {
        mask.run();
        element.run();
        asm.callVirtual(MASK_CLASS, "intoArray", "([ZI)V");
    }

    /** A method of one operand of the vectors of {@code dtype}. */
    void method(String name, DType dtype, Runnable x) {
        x.run();
        asm.callVirtual(owner(dtype), name, Descriptors.of(dtype).unary());
    }

    /** The bits of {@code from} taken for numbers of {@code to}. */
    void reinterpret(DType from, DType to, Runnable x) {
        x.run();
        asm.callVirtual(owner(from), switch (to) {
            case FLOAT32 -> "reinterpretAsFloats";
            case FLOAT64 -> "reinterpretAsDoubles";
            case INT32 -> "reinterpretAsInts";
            case INT64 -> "reinterpretAsLongs";
            case BOOL -> throw new IllegalStateException("the bits of a bool");
        }, "()" + descriptor(to));
    }

    void binary(BinaryOp op, DType dtype, Runnable a, Runnable b) {
        a.run();
        String operator = switch (op) {
            case XOR -> "XOR";
            case SHL -> "LSHL";
            case SHR -> "ASHR";
            case USHR -> "LSHR";
            default -> null;
        };
        if (operator == null) {
            b.run();
            asm.callVirtual(owner(dtype), op.name().toLowerCase(Locale.ROOT),
                    Descriptors.of(dtype).binary());
        } else {
            operator(operator, op == BinaryOp.XOR ? "Associative" : "Binary");
            b.run();
            asm.callVirtual(owner(dtype), "lanewise",
                    "(L" + OPERATORS + "$Binary;" + VECTOR + ")" + descriptor(dtype));
        }
    }

    /** A shift by the same number of bits everywhere, for which there is an instruction of its own. */
    void shift(BinaryOp op, DType dtype, Runnable a, int by) {
        a.run();
        operator(op == BinaryOp.SHL ? "LSHL" : op == BinaryOp.SHR ? "ASHR" : "LSHR", "Binary");
        if (dtype == DType.INT64) {
            asm.constant((long) by);
        } else {
            asm.constant(by);
        }
        asm.callVirtual(owner(dtype), "lanewise", "(L" + OPERATORS + "$Binary;"
                + Assembler.type(dtype).getDescriptor() + ")" + descriptor(dtype));
    }

    void fma(DType dtype, Runnable a, Runnable b, Runnable c) {
        a.run();
        b.run();
        c.run();
        asm.callVirtual(owner(dtype), "fma", Descriptors.of(dtype).fma());
    }

    /** A mask for vectors of {@code dtype}. */
    void compare(CompareKind kind, DType dtype, Runnable a, Runnable b) {
        a.run();
        operator(kind.name(), "Comparison");
        b.run();
        asm.callVirtual(owner(dtype), "compare", "(L" + OPERATORS + "$Comparison;" + VECTOR + ")" + MASK);
    }

    /** {@code mask ? a : b}. */
    void select(DType dtype, Runnable mask, Runnable a, Runnable b) {
        b.run();
        a.run();
        mask.run();
        asm.callVirtual(owner(dtype), "blend", Descriptors.of(dtype).blend());
    }

    /** {@code and}, {@code or} or {@code eq} of two masks. */
    void masks(String method, Runnable a, Runnable b) {
        a.run();
        b.run();
        asm.callVirtual(MASK_CLASS, method, "(" + MASK + ")" + MASK);
    }

    /** The negation of the mask on the stack. */
    void not() {
        asm.callVirtual(MASK_CLASS, "not", "()" + MASK);
    }

    /** Whether any lane of the mask on the stack is set. */
    void anyTrue() {
        asm.callVirtual(MASK_CLASS, "anyTrue", "()Z");
    }

    /** Makes the mask on the stack one for vectors of {@code lanes}. */
    void castMask(DType lanes) {
        species(lanes);
        asm.callVirtual(MASK_CLASS, "cast", "(" + SPECIES + ")" + MASK);
    }

    /** Java's conversion between int32 and float32. */
    void convert(DType from, DType to, Runnable x) {
        x.run();
        if (from != to) {
            operator(letter(from) + "2" + letter(to), "Conversion");
            asm.constant(0);
            asm.callVirtual(owner(from), "convert", "(L" + OPERATORS + "$Conversion;I)" + VECTOR);
            asm.castReference(owner(to));
        }
    }

    private static String letter(DType dtype) {
        return Assembler.type(dtype).getDescriptor().replace('J', 'L');
    }

    /** {@code anyTrue} or {@code allTrue} of a mask. */
    void test(String method, Runnable mask) {
        mask.run();
        asm.callVirtual(MASK_CLASS, method, "()Z");
    }

    /** All lanes put together by an associative operation, in an order that is the machine's. */
    void reduce(String operator, DType dtype, Runnable x) {
        x.run();
        operator(operator, "Associative");
        asm.callVirtual(owner(dtype), "reduceLanes",
                "(L" + OPERATORS + "$Associative;)" + Assembler.type(dtype).getDescriptor());
    }
}
