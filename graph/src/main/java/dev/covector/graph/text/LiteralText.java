package dev.covector.graph.text;

import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Constants as text, exactly; all NaNs are one, as they are for {@link Literal#equals}. */
final class LiteralText {
    /** Up to so many elements are a list; beyond, nobody reads them, and bytes are shorter. */
    private static final int LIST_LIMIT = 16;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private LiteralText() {}

    static String print(Literal literal) {
        Tensor tensor = literal.tensor();
        if (literal.isScalar()) {
            return element(tensor, 0);
        }
        if (tensor.size() > LIST_LIMIT) {
            return "base64 " + Base64.getEncoder().encodeToString(bytes(tensor));
        }
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < tensor.size(); i++) {
            elements.add(element(tensor, i));
        }
        return "[" + String.join(",", elements) + "]";
    }

    /** Java's own printing of floats is the shortest that parses to the same bits. */
    private static String element(Tensor tensor, int i) {
        return switch (tensor.array()) {
            case float[] a -> words(a[i], Float.toString(a[i]));
            case double[] a -> words(a[i], Double.toString(a[i]));
            case int[] a -> Integer.toString(a[i]);
            case long[] a -> Long.toString(a[i]);
            case boolean[] a -> Boolean.toString(a[i]);
            default -> throw new AssertionError(tensor.describe());
        };
    }

    private static String words(double value, String number) {
        return Double.isNaN(value) ? "nan" : Double.isInfinite(value) ? value < 0 ? "-inf" : "inf" : number;
    }

    private static byte[] bytes(Tensor tensor) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(tensor.size(), tensor.dtype().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.size(); i++) {
            switch (tensor.array()) {
                case float[] a -> buffer.putInt(Float.floatToIntBits(a[i]));
                case double[] a -> buffer.putLong(Double.doubleToLongBits(a[i]));
                case int[] a -> buffer.putInt(a[i]);
                case long[] a -> buffer.putLong(a[i]);
                case boolean[] a -> buffer.put((byte) (a[i] ? 1 : 0));
                default -> throw new AssertionError(tensor.describe());
            }
        }
        return buffer.array();
    }

    /** Passes over what {@link #print} prints: the elements can't be read before their type is known. */
    static void skip(Cursor in) {
        if (in.at('[')) {
            in.list(in::word);
        } else if (in.word().equals("base64")) {
            in.base64();
        }
    }

    /** Reads what {@link #print} prints, as a constant of a type of fixed extents. */
    static Literal read(Cursor in, Type type) {
        int[] shape = type.shape().evaluate(name -> {
            throw in.error("expected a constant of fixed extents, found " + type);
        });
        long size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        if (in.at('[')) {
            List<Integer> starts = new ArrayList<>();
            List<String> elements = new ArrayList<>();
            in.list(() -> {
                starts.add(in.position());
                elements.add(in.word());
            });
            if (elements.size() != size) {
                throw in.error("expected " + size + " elements for " + type + ", found " + elements.size());
            }
            return parse(in, type.dtype(), shape, elements, starts);
        }
        int start = in.position();
        String word = in.word();
        if (word.equals("base64")) {
            in.skipToBase64();
            start = in.position();
            return decode(in, start, in.base64(), type.dtype(), shape, size);
        }
        if (shape.length > 0) {
            throw in.errorAt(start,
                    "expected the elements of " + type + ", such as [1,2] or base64 …, found \""
                            + word + "\"");
        }
        return parse(in, type.dtype(), shape, List.of(word), List.of(start));
    }

    private static Literal parse(Cursor in, DType dtype, int[] shape, List<String> words,
            List<Integer> starts) {
        Object array = Tensor.newArray(dtype, words.size());
        for (int i = 0; i < words.size(); i++) {
            try {
                String word = words.get(i);
                switch (array) {
                    case float[] a -> a[i] = isDecimal(word) ? Float.parseFloat(word) : (float) special(word);
                    case double[] a -> a[i] = isDecimal(word) ? Double.parseDouble(word) : special(word);
                    case int[] a -> a[i] = Integer.parseInt(whole(word));
                    case long[] a -> a[i] = Long.parseLong(whole(word));
                    case boolean[] a -> a[i] = bool(word);
                    default -> throw new AssertionError(dtype);
                }
            } catch (NumberFormatException e) {
                throw in.errorAt(starts.get(i), "expected a number of " + dtype + ", found \"" + words.get(i)
                        + "\"");
            }
        }
        return Literal.of(Tensor.view(array, 0, shape));
    }

    private static boolean isDecimal(String word) {
        return DECIMAL.matcher(word).matches();
    }

    /** Java's own parsing takes the digits of all scripts. */
    private static String whole(String word) {
        if (!isDecimal(word)) {
            throw new NumberFormatException(word);
        }
        return word;
    }

    private static double special(String word) {
        return switch (word) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> throw new NumberFormatException(word);
        };
    }

    private static boolean bool(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new NumberFormatException(word);
        };
    }

    private static Literal decode(Cursor in, int start, String word, DType dtype, int[] shape, long size) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(word);
        } catch (IllegalArgumentException e) {
            throw in.errorAt(start, "expected base64, found \"" + word + "\"");
        }
        if (bytes.length != size * dtype.bytes()) {
            throw in.errorAt(start, "expected " + size * dtype.bytes() + " bytes in base64, found "
                    + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Object array = Tensor.newArray(dtype, (int) size);
        switch (array) {
            case float[] a -> buffer.asFloatBuffer().get(a);
            case double[] a -> buffer.asDoubleBuffer().get(a);
            case int[] a -> buffer.asIntBuffer().get(a);
            case long[] a -> buffer.asLongBuffer().get(a);
            case boolean[] a -> {
                for (int i = 0; i < a.length; i++) {
                    a[i] = buffer.get(i) != 0;
                }
            }
            default -> throw new AssertionError(dtype);
        }
        return Literal.of(Tensor.view(array, 0, shape));
    }
}
