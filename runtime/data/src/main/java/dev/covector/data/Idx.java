package dev.covector.data;

import static dev.covector.data.DataException.expected;

import dev.covector.runtime.Tensor;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX files of MNIST and its relatives, such as Fashion-MNIST and KMNIST: a big-endian magic number (two zero
 * bytes, the element type, the rank), a 32-bit extent for each axis, then the elements. Format: the MNIST page of LeCun,
 * Cortes and Burges, "the IDX file format".
 *
 * <p>Whether a file is compressed is decided by its first bytes; its name may end in {@code .gz} or not.
 *
 * <pre>{@code
 * ImageData data = Idx.read(Path.of("fashion-mnist"));
 * DataLoader loader = DataLoader.of(256, data.train().images(), data.train().labels()).shuffle();
 * }</pre>
 */
public final class Idx {
    /** How many classes MNIST has, and those that stand in for it. */
    public static final int CLASSES = 10;

    private static final int UNSIGNED_BYTE = 0x08;
    /** The largest array that every JVM can make. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private Idx() {}

    /**
     * Reads {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and their {@code t10k-} counterparts, each
     * as it is or with {@code .gz} behind its name. Pixels are divided by 255; labels are below {@value #CLASSES}.
     *
     * @throws DataException if the directory or a file is missing, damaged, or does not fit the others
     */
    public static ImageData read(Path directory) {
        if (!Files.isDirectory(directory)) {
            String found = Files.exists(directory) ? "a file" : "nothing there";
            throw expected(directory, "a directory with IDX files", found);
        }
        ImageSet train = readSet(directory, "train");
        ImageSet test = readSet(directory, "t10k");
        if (test.height() != train.height() || test.width() != train.width()) {
            throw expected(resolve(directory, "t10k-images-idx3-ubyte"),
                    "images of " + train.height() + " x " + train.width() + " pixels, as in the training set",
                    test.height() + " x " + test.width());
        }
        return new ImageData(train, test);
    }

    private static ImageSet readSet(Path directory, String half) {
        Path imageFile = resolve(directory, half + "-images-idx3-ubyte");
        Path labelFile = resolve(directory, half + "-labels-idx1-ubyte");
        Bytes images = readBytes(imageFile, "images", 3);
        Bytes labels = readBytes(labelFile, "labels", 1);
        int count = images.extents[0];
        if (labels.extents[0] != count) {
            throw expected(labelFile, count + " labels, one for each image of " + imageFile.getFileName(),
                    labels.extents[0]);
        }
        return new ImageSet(Tensor.of(pixels(images), count, images.extents[1], images.extents[2], 1),
                Tensor.of(labels(labelFile, labels), count));
    }

    private static float[] pixels(Bytes bytes) {
        float[] pixels = new float[bytes.length()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = bytes.at(i) / 255f;
        }
        return pixels;
    }

    private static int[] labels(Path file, Bytes bytes) {
        int[] labels = new int[bytes.length()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = bytes.at(i);
            if (labels[i] >= CLASSES) {
                throw expected(file, "labels from 0 to " + (CLASSES - 1),
                        labels[i] + " at index " + i);
            }
        }
        return labels;
    }

    private static Path resolve(Path directory, String name) {
        Path plain = directory.resolve(name);
        Path zipped = directory.resolve(name + ".gz");
        if (Files.exists(plain)) {
            return plain;
        }
        if (Files.exists(zipped)) {
            return zipped;
        }
        throw expected(plain, "this file or " + zipped.getFileName(), "neither");
    }

    /** The elements of an IDX file: {@code content} from {@code offset} to its end. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
    private record Bytes(int[] extents, byte[] content, int offset) {
        int length() {
            return content.length - offset;
        }

        int at(int i) {
            return Byte.toUnsignedInt(content[offset + i]);
        }
    }

    private static Bytes readBytes(Path file, String what, int rank) {
        byte[] raw = readFile(file);
        boolean zipped = raw.length >= 2 && raw[0] == (byte) 0x1f && raw[1] == (byte) 0x8b;
        if (!zipped) {
            int[] extents = header(file, raw, what, rank);
            Bytes bytes = new Bytes(extents, raw, headerLength(rank));
            checkLength(file, extents, bytes.length(), "");
            return bytes;
        }
        try (Gunzip in = new Gunzip(raw)) {
            int[] extents = header(file, in.readNBytes(headerLength(rank)), what, rank);
            // Grows with what is really there, whatever the header says; one byte more shows an overlong
            // file.
            byte[] content = in.readNBytes(Math.toIntExact(elements(extents)) + 1);
            checkLength(file, extents, content.length, " or more");
            if (in.trailing() > 0) {
                throw expected(file, "nothing after the gzip stream", in.trailing() + " bytes");
            }
            return new Bytes(extents, content, 0);
        } catch (EOFException e) {
            throw expected(file, "a whole gzip stream", "one that is cut short");
        } catch (ZipException e) {
            throw expected(file, "a sound gzip stream", "a damaged one (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw expected(file, "a sound gzip stream", e);
        }
    }

    private static byte[] readFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw expected(file, "a file", "a directory or a special file");
        }
        try {
            long size = Files.size(file);
            if (size > MAX_ARRAY) {
                throw expected(file, "at most " + MAX_ARRAY + " bytes", size);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw expected(file, "a readable file", e);
        }
    }

    private static int headerLength(int rank) {
        return 4 + 4 * rank;
    }

    /** Checks the magic number and returns the extents, whose product is at least 1 and fits an array. */
    private static int[] header(Path file, byte[] start, String what, int rank) {
        int magic = UNSIGNED_BYTE << 8 | rank;
        String format = "an IDX file of " + what + " (starting with " + hex(magic) + ")";
        if (start.length < 4) {
            throw expected(file, format, "only " + start.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(start);
        int found = buffer.getInt();
        if (found != magic) {
            throw expected(file, format, hex(found));
        }
        if (start.length < headerLength(rank)) {
            throw expected(file, "a header of " + headerLength(rank) + " bytes", "only " + start.length);
        }
        int[] extents = new int[rank];
        for (int i = 0; i < rank; i++) {
            extents[i] = buffer.getInt();
        }
        // The extents are unsigned and so may be negative here; one at a time, so that no product overflows.
        long elements = 1;
        for (int extent : extents) {
            elements *= Integer.toUnsignedLong(extent);
            if (elements == 0 || elements >= MAX_ARRAY) {
                throw expected(file, "from 1 to " + (MAX_ARRAY - 1) + " bytes of " + what,
                        "a header that says " + times(extents));
            }
        }
        return extents;
    }

    private static long elements(int[] extents) {
        long elements = 1;
        for (int extent : extents) {
            elements *= extent;
        }
        return elements;
    }

    private static void checkLength(Path file, int[] extents, int found, String ifMore) {
        long expected = elements(extents);
        if (found != expected) {
            String product = extents.length == 1 ? "" : times(extents) + " = ";
            throw expected(file, product + expected + " bytes after the header",
                    found + (found > expected ? ifMore : ""));
        }
    }

    private static String times(int[] extents) {
        StringBuilder text = new StringBuilder();
        for (int extent : extents) {
            text.append(text.isEmpty() ? "" : " x ").append(Integer.toUnsignedString(extent));
        }
        return text.toString();
    }

    private static String hex(int value) {
        return "0x" + HexFormat.of().toHexDigits(value);
    }

    /** {@link GZIPInputStream} silently ignores what follows the stream; this one can tell. */
    private static final class Gunzip extends GZIPInputStream {
        private static final int TRAILER = 8;

        /** With a buffer that holds the whole file, what the inflater has left over is all there is. */
        Gunzip(byte[] file) throws IOException {
            super(new ByteArrayInputStream(file), file.length);
        }

        /** After the end of the stream: the number of bytes behind it. */
        int trailing() {
            return inf.getRemaining() - TRAILER;
        }
    }
}
