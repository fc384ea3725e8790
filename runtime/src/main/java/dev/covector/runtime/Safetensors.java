package dev.covector.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors in files of the <a href="https://github.com/huggingface/safetensors">safetensors format</a>, which PyTorch, JAX
 * and others read and write: 8 bytes with the length of a header, a header in JSON that says dtype, shape and place of each
 * tensor, and the elements, little-endian.
 *
 * <pre>{@code
 * Safetensors.write(Path.of("line.safetensors"), Map.of("w", w, "b", b));
 * Tensor w = Safetensors.read(Path.of("line.safetensors")).get("w");
 * }</pre>
 */
public final class Safetensors {
    private static final int BUFFER = 1 << 16;

    private Safetensors() {}

    /**
     * Writes tensors in the order of the map. The file appears under its name when it is complete: whatever happens
     * before leaves an older one as it was.
     *
     * @throws IOException if the file can't be written
     */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                write(channel, tensors);
                channel.force(true);
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * The tensors of a file, in the order of its header. Elements of type F16 and BF16 become float32, U8, I8 and I16
     * become int32, exactly.
     *
     * @throws SafetensorsException if the file is not well-formed (cut short, with tensors that overlap, …) or has
     *                              elements of another type
     * @throws IOException          if it can't be read
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SafetensorsHeader header = SafetensorsHeader.read(channel, file);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                tensors.put(entry.name(), new Reader(channel, file, header.dataStart(), entry).read());
            }
            return tensors;
        }
    }

    // ---- writing

    private static void write(FileChannel channel, Map<String, Tensor> tensors) throws IOException {
        byte[] header = SafetensorsHeader.text(tensors).getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        drain(channel, buffer);
        for (ByteBuffer rest = ByteBuffer.wrap(header); rest.hasRemaining();) {
            channel.write(rest);
        }
        for (Tensor tensor : tensors.values()) {
            int perBuffer = BUFFER / tensor.dtype().bytes();
            int end = tensor.offset() + tensor.size();
            for (int at = tensor.offset(); at < end; at += perBuffer) {
                put(buffer, tensor.array(), at, Math.min(end - at, perBuffer));
                drain(channel, buffer);
            }
        }
    }

    private static void put(ByteBuffer buffer, Object array, int from, int count) {
        switch (array) {
            case float[] a -> buffer.asFloatBuffer().put(a, from, count);
            case double[] a -> buffer.asDoubleBuffer().put(a, from, count);
            case int[] a -> buffer.asIntBuffer().put(a, from, count);
            case long[] a -> buffer.asLongBuffer().put(a, from, count);
            case boolean[] a -> {
                for (int i = 0; i < count; i++) {
                    buffer.put(i, (byte) (a[from + i] ? 1 : 0));
                }
            }
            default -> throw new AssertionError(array.getClass());
        }
        int bytes = count * switch (array) {
            case double[] a -> Double.BYTES;
            case long[] a -> Long.BYTES;
            case boolean[] a -> 1;
            default -> Float.BYTES;
        };
        buffer.position(bytes);
    }

    private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    // ---- reading

    /** The elements of one tensor. */
    private record Reader(FileChannel channel, Path file, long dataStart, SafetensorsHeader.Entry entry) {
        Tensor read() throws IOException {
            ElementType type = entry.type();
            Object array = Tensor.newArray(type.dtype(), entry.size());
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
            int perBuffer = BUFFER / type.bytes();
            for (int at = 0; at < entry.size(); at += perBuffer) {
                int count = Math.min(entry.size() - at, perBuffer);
                buffer.clear().limit(count * type.bytes());
                fill(buffer, dataStart + entry.from() + (long) at * type.bytes());
                if (!type.get(buffer.flip(), array, at, count)) {
                    throw new SafetensorsException(file + ": the tensor \"" + entry.name()
                            + "\" is of bools, and has bytes that are neither 0 nor 1");
                }
            }
            return Tensor.view(array, 0, entry.shape());
        }

        private void fill(ByteBuffer buffer, long position) throws IOException {
            long at = position;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
                at += read;
            }
        }
    }

    /** The element types of the format that a tensor can hold. */
    enum ElementType {
        F32(DType.FLOAT32, 4), F64(DType.FLOAT64, 8), I32(DType.INT32, 4), I64(DType.INT64, 8),
        BOOL(DType.BOOL, 1), F16(DType.FLOAT32, 2), BF16(DType.FLOAT32, 2), U8(DType.INT32, 1),
        I8(DType.INT32, 1), I16(DType.INT32, 2);

        private final DType dtype;
        private final int bytes;

        ElementType(DType dtype, int bytes) {
            this.dtype = dtype;
            this.bytes = bytes;
        }

        static ElementType of(DType dtype) {
            return switch (dtype) {
                case FLOAT32 -> F32;
                case FLOAT64 -> F64;
                case INT32 -> I32;
                case INT64 -> I64;
                case BOOL -> BOOL;
            };
        }

        DType dtype() {
            return dtype;
        }

        int bytes() {
            return bytes;
        }

        /** Moves elements into an array; false if there is one that the type does not have. */
        private boolean get(ByteBuffer in, Object array, int from, int count) {
            switch (this) {
                case F32 -> in.asFloatBuffer().get((float[]) array, from, count);
                case F64 -> in.asDoubleBuffer().get((double[]) array, from, count);
                case I32 -> in.asIntBuffer().get((int[]) array, from, count);
                case I64 -> in.asLongBuffer().get((long[]) array, from, count);
                case BOOL -> {
                    boolean[] bools = (boolean[]) array;
                    for (int i = 0; i < count; i++) {
                        byte value = in.get(i);
                        if (value != 0 && value != 1) {
                            return false;
                        }
                        bools[from + i] = value == 1;
                    }
                }
                case F16 -> {
                    float[] floats = (float[]) array;
                    for (int i = 0; i < count; i++) {
                        floats[from + i] = Float.float16ToFloat(in.getShort(2 * i));
                    }
                }
                case BF16 -> {
                    float[] floats = (float[]) array;
                    for (int i = 0; i < count; i++) {
                        floats[from + i] = Float.intBitsToFloat(in.getShort(2 * i) << 16);
                    }
                }
                case U8 -> {
                    int[] ints = (int[]) array;
                    for (int i = 0; i < count; i++) {
                        ints[from + i] = in.get(i) & 0xff;
                    }
                }
                case I8 -> {
                    int[] ints = (int[]) array;
                    for (int i = 0; i < count; i++) {
                        ints[from + i] = in.get(i);
                    }
                }
                case I16 -> {
                    int[] ints = (int[]) array;
                    for (int i = 0; i < count; i++) {
                        ints[from + i] = in.getShort(2 * i);
                    }
                }
            }
            return true;
        }
    }
}
