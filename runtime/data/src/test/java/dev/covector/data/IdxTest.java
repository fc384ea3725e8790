package dev.covector.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IdxTest {
    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;

    @TempDir
    private Path directory = Path.of("");

    /** Two images of 2 x 3 with labels 7 and 0 to train with; one with label 9 to test. */
    private static Map<String, byte[]> sound() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put(TRAIN_IMAGES,
                idx(IMAGES, new int[]{2, 2, 3}, 0, 51, 102, 153, 204, 255, 6, 7, 8, 9, 10, 11));
        files.put(TRAIN_LABELS, idx(LABELS, new int[]{2}, 7, 0));
        files.put(TEST_IMAGES, idx(IMAGES, new int[]{1, 2, 3}, 255, 0, 255, 0, 255, 0));
        files.put(TEST_LABELS, idx(LABELS, new int[]{1}, 9));
        return files;
    }

    private static byte[] sound(String name) {
        return Objects.requireNonNull(sound().get(name));
    }

    @FunctionalInterface
    private interface Edit {
        void apply(Map<String, byte[]> files);
    }

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas have no state
    enum Packing {
        PLAIN(files -> {
        }), ZIPPED(files -> renameAll(files, ".gz", true)),
        /** The content decides, not the name. */
        ZIPPED_UNDER_PLAIN_NAMES(files -> renameAll(files, "", true)),
        PLAIN_UNDER_ZIPPED_NAMES(files -> renameAll(files, ".gz", false));

        private final Edit edit;

        Packing(Edit edit) {
            this.edit = edit;
        }

        private static void renameAll(Map<String, byte[]> files, String suffix, boolean zip) {
            Map<String, byte[]> before = Map.copyOf(files);
            files.clear();
            before.forEach((name, content) -> files.put(name + suffix, zip ? gzip(content) : content));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsThePixelsAndLabels(Packing packing) throws IOException {
        ImageData data = Idx.read(write(packing.edit));

        assertEquals("f32[2,2,3,1]", data.train().images().describe());
        assertEquals("f32[2,6]", data.train().flat().describe());
        assertEquals(2, data.train().count());
        assertEquals(2, data.train().height());
        assertEquals(3, data.train().width());
        assertArrayEquals(new int[]{7, 0}, data.train().labels().toInts());
        assertArrayEquals(new float[]{0, 0.2f, 0.4f, 0.6f, 0.8f, 1},
                data.train().images().rows(0, 1).toFloats(), 1e-7f);
        assertEquals(1, data.test().count());
        assertArrayEquals(new int[]{9}, data.test().labels().toInts());
        assertArrayEquals(new float[]{1, 0, 1, 0, 1, 0}, data.test().images().toFloats());
    }

    /** A fault, and the line that the user sees of it after the name of the file. */
    @SuppressWarnings("ImmutableEnumChecker") // the lambdas have no state
    enum Fault {
        MISSING(files -> files.remove(TRAIN_LABELS),
                TRAIN_LABELS, "expected this file or train-labels-idx1-ubyte.gz, found neither"),
        EMPTY(files -> files.put(TRAIN_IMAGES, new byte[0]),
                TRAIN_IMAGES, "expected an IDX file of"
                        + " images (starting with 0x00000803), found only 0 bytes"),
        NOT_IDX(files -> files.put(TRAIN_IMAGES, ascii("<html>404</html>")),
                TRAIN_IMAGES, "expected an IDX file of images (starting with 0x00000803),"
                        + " found 0x3c68746d"),
        FLOATS(files -> files.put(TRAIN_IMAGES, idx(0xd03, new int[]{1, 1, 1}, 0, 0, 0, 0)),
                TRAIN_IMAGES, "expected an IDX file of images (starting with 0x00000803),"
                        + " found 0x00000d03"),
        SWAPPED(files -> files.put(TRAIN_LABELS, sound(TRAIN_IMAGES)),
                TRAIN_LABELS, "expected an IDX file of labels (starting with 0x00000801),"
                        + " found 0x00000803"),
        HEADER_CUT(files -> files.put(TRAIN_IMAGES, Arrays.copyOf(sound(TRAIN_IMAGES), 15)),
                TRAIN_IMAGES, "expected a header of 16 bytes, found only 15"),
        BODY_CUT(files -> files.put(TRAIN_IMAGES, Arrays.copyOf(sound(TRAIN_IMAGES), 27)),
                TRAIN_IMAGES, "expected 2 x 2 x 3 = 12 bytes after the header, found 11"),
        TOO_LONG(files -> files.put(TEST_LABELS, Arrays.copyOf(sound(TEST_LABELS), 14)),
                TEST_LABELS, "expected 1 bytes after the header, found 6"),
        HUGE(files -> files.put(TRAIN_IMAGES, idx(IMAGES, new int[]{2_000_000_000, 1, 1}, 1)),
                TRAIN_IMAGES, "expected 2000000000 x 1 x 1 = 2000000000 bytes after the header,"
                        + " found 1"),
        HUGE_ZIPPED(files -> files.put(TRAIN_IMAGES, gzip(idx(IMAGES, new int[]{2_147_483_638, 1, 1}, 1))),
                TRAIN_IMAGES, "expected 2147483638 x 1 x 1 = 2147483638 bytes after the header,"
                        + " found 1"),
        OVERFLOW(files -> files.put(TRAIN_IMAGES, idx(IMAGES, new int[]{1 << 16, 1 << 16, 1 << 16})),
                TRAIN_IMAGES, "expected from 1 to 2147483638 bytes of images,"
                        + " found a header that says 65536 x 65536 x 65536"),
        NEGATIVE(files -> files.put(TRAIN_IMAGES, idx(IMAGES, new int[]{-1, 1, 1}, 0)),
                TRAIN_IMAGES, "expected from 1 to 2147483638 bytes of images,"
                        + " found a header that says 4294967295 x 1 x 1"),
        NO_IMAGES(files -> files.put(TRAIN_IMAGES, idx(IMAGES, new int[]{0, 28, 28})),
                TRAIN_IMAGES, "expected from 1 to 2147483638 bytes of images,"
                        + " found a header that says 0 x 28 x 28"),
        COUNTS_DIFFER(files -> files.put(TRAIN_LABELS, idx(LABELS, new int[]{3}, 7, 0, 1)),
                TRAIN_LABELS, "expected 2 labels, one for each image of train-images-idx3-ubyte,"
                        + " found 3"),
        LABEL_TOO_LARGE(files -> files.put(TRAIN_LABELS, idx(LABELS, new int[]{2}, 7, 10)),
                TRAIN_LABELS, "expected labels from 0 to 9, found 10 at index 1"),
        SIZES_DIFFER(files -> files.put(TEST_IMAGES, idx(IMAGES, new int[]{1, 3, 2}, 1, 2, 3, 4, 5, 6)),
                TEST_IMAGES, "expected images of 2 x 3 pixels, as in the training set, found 3 x 2"),
        GZIP_CUT(files -> files.put(TRAIN_IMAGES, Arrays.copyOf(gzip(sound(TRAIN_IMAGES)), 30)),
                TRAIN_IMAGES, "expected a whole gzip stream, found one that is cut short"),
        GZIP_DAMAGED(files -> files.put(TRAIN_IMAGES, changed(gzip(sound(TRAIN_IMAGES)), -8)),
                TRAIN_IMAGES, "expected a sound gzip stream, found a damaged one"
                        + " (Corrupt GZIP trailer)"),
        GZIP_TOO_LONG(files -> files.put(TRAIN_IMAGES, gzip(Arrays.copyOf(sound(TRAIN_IMAGES), 99))),
                TRAIN_IMAGES, "expected 2 x 2 x 3 = 12 bytes after the header, found 13 or more"),
        GZIP_FOLLOWED(
                files -> files.put(TRAIN_IMAGES, concat(gzip(sound(TRAIN_IMAGES)), ascii("junk"))),
                TRAIN_IMAGES, "expected nothing after the gzip stream, found 4 bytes");

        private final Edit edit;
        private final String file;
        private final String message;

        Fault(Edit edit, String file, String message) {
            this.edit = edit;
            this.file = file;
            this.message = message;
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsAFaultInOneLine(Fault fault) throws IOException {
        Path data = write(fault.edit);
        DataException e = assertThrows(DataException.class, () -> Idx.read(data));
        assertEquals(data.resolve(fault.file) + ": " + fault.message, e.getMessage());
    }

    @Test
    void tellsThatTheDirectoryIsNone() throws IOException {
        Path nothing = directory.resolve("nothing");
        Path file = Files.createFile(directory.resolve("file"));
        Path nested = Files.createDirectories(directory.resolve("nested"));
        Files.createDirectory(nested.resolve(TRAIN_IMAGES));
        Files.createFile(nested.resolve(TRAIN_LABELS));

        assertEquals(nothing + ": expected a directory with IDX files, found nothing there",
                faultOf(nothing));
        assertEquals(file + ": expected a directory with IDX files, found a file", faultOf(file));
        assertEquals(nested.resolve(TRAIN_IMAGES) + ": expected a file, found a directory or a special file",
                faultOf(nested));
    }

    @Test
    void readsFashionMnist() {
        String found = System.getenv("COVECTOR_DATA");
        assumeTrue(found != null, "COVECTOR_DATA doesn't name a directory with fashion-mnist/ in it");
        ImageData data = Idx.read(Path.of(String.valueOf(found), "fashion-mnist"));

        assertEquals(28, data.train().height());
        assertEquals(28, data.train().width());
        assertArrayEquals(filled(6_000), labelCounts(data.train()));
        assertArrayEquals(filled(1_000), labelCounts(data.test()));
    }

    @Test
    void tellsWhatAnImageSetHas() {
        Tensor images = Tensor.zeros(DType.FLOAT32, 2, 4, 3, 1);
        Tensor labels = Tensor.zeros(DType.INT32, 2);
        assertEquals(12, new ImageSet(images, labels).size());
        for (Tensor[] wrong : new Tensor[][]{{images.reshape(2, 12), labels}, {images, labels.reshape(2, 1)},
            {images, labels.rows(0, 1)}, {images, Tensor.zeros(DType.INT64, 2)},
            {Tensor.zeros(DType.FLOAT64, 2, 4, 3, 1), labels}}) {
            DataLoaderTest.assertWrong(
                    "an ImageSet has images f32[count,height,width,channels] and labels i32[count],"
                            + " got " + wrong[0].describe() + " and " + wrong[1].describe(),
                    () -> new ImageSet(wrong[0], wrong[1]));
        }
    }

    private static int[] filled(int count) {
        int[] counts = new int[Idx.CLASSES];
        Arrays.fill(counts, count);
        return counts;
    }

    private static int[] labelCounts(ImageSet set) {
        int[] counts = new int[Idx.CLASSES];
        for (int label : set.labels().toInts()) {
            counts[label]++;
        }
        return counts;
    }

    private static String faultOf(Path data) {
        return String.valueOf(assertThrows(DataException.class, () -> Idx.read(data)).getMessage());
    }

    private Path write(Edit edit) throws IOException {
        Map<String, byte[]> files = sound();
        edit.apply(files);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return directory;
    }

    private static byte[] idx(int magic, int[] extents, int... elements) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int extent : extents) {
                out.writeInt(extent);
            }
            for (int element : elements) {
                out.writeByte(element);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** With the byte at {@code index}, counted from the end if negative, made another. */
    private static byte[] changed(byte[] bytes, int index) {
        bytes[Math.floorMod(index, bytes.length)] ^= 1;
        return bytes;
    }
}
