package dev.covector.runtime;

/** The element type of a tensor. There is no promotion between them: mixing two is an error with a cast hint. */
public enum DType {
    /** IEEE 754 binary32, a Java {@code float}. */
    FLOAT32("f32", 4),
    /** IEEE 754 binary64, a Java {@code double}. */
    FLOAT64("f64", 8),
    /** Two's complement 32 bits, a Java {@code int}; arithmetic wraps. */
    INT32("i32", 4),
    /** Two's complement 64 bits, a Java {@code long}; arithmetic wraps. */
    INT64("i64", 8),
    /** A Java {@code boolean}. */
    BOOL("bool", 1);

    private final String text;
    private final int bytes;

    DType(String text, int bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /** Bytes of one element in a Java array. */
    public int bytes() {
        return bytes;
    }

    /** True for {@link #FLOAT32} and {@link #FLOAT64}, the types that have derivatives. */
    public boolean isFloating() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /** True for {@link #INT32} and {@link #INT64}. */
    public boolean isInteger() {
        return this == INT32 || this == INT64;
    }

    /** True for all but {@link #BOOL}. */
    public boolean isNumeric() {
        return this != BOOL;
    }

    /** The short name of the text form, such as {@code f32}. */
    @Override
    public String toString() {
        return text;
    }
}
