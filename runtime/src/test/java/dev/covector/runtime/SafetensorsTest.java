package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class SafetensorsTest {
    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("some.safetensors");
    }

    /** A file with this header and these bytes of data. */
    private Path file(String header, int... data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
        out.write(text);
        for (int b : data) {
            out.write(b);
        }
        return Files.write(file(), out.toByteArray());
    }

    private static Map<String, Tensor> some() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("floats",
                Tensor.of(new float[]{1.5f, Float.NaN, -0f, Float.NEGATIVE_INFINITY, 1e-45f, 7}, 2, 3));
        tensors.put("a \"name\" with \\ and \u00e9\uD83D\uDE00\n",
                Tensor.of(new double[]{Math.PI, -1e-320}, 2));
        tensors.put("ints", Tensor.view(new int[]{9, 1, Integer.MIN_VALUE, -3, 8}, 1, 3));
        tensors.put("longs", Tensor.of(new long[]{Long.MAX_VALUE}, 1, 1));
        tensors.put("bools", Tensor.of(new boolean[]{true, false, true}, 3));
        tensors.put("none", Tensor.zeros(DType.FLOAT32, 3, 0));
        tensors.put("scalar", Tensor.scalar(4f));
        return tensors;
    }

    @Test
    void whatIsWrittenComesBack() throws IOException {
        Safetensors.write(file(), some());
        Map<String, Tensor> back = Safetensors.read(file());
        assertEquals(List.copyOf(some().keySet()), List.copyOf(back.keySet()));
        some().forEach((name, tensor) -> assertEquals(tensor.toString(),
                Objects.requireNonNull(back.get(name)).toString()));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file()), left.toList(), "no temporary file stays");
        }
        assertEquals(0, (8 + ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN)
                .getLong(0)) % 8, "the data are aligned");
    }

    @Test
    void moreElementsThanABufferHas() throws IOException {
        float[] many = new float[100_003];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        Safetensors.write(file(), Map.of("many", Tensor.of(many, many.length)));
        assertArrayEquals(many, Objects.requireNonNull(Safetensors.read(file()).get("many")).toFloats());
    }

    @Test
    void anOlderFileStaysWhereTheNewOneFails() throws IOException {
        Safetensors.write(file(), Map.of("x", Tensor.scalar(1f)));
        Map<String, Tensor> bad = new LinkedHashMap<>();
        bad.put("x", Tensor.scalar(2f));
        bad.put("y", null);
        assertThrows(NullPointerException.class, () -> Safetensors.write(file(), bad));
        assertEquals(1, Objects.requireNonNull(Safetensors.read(file()).get("x")).item());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file()), left.toList());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "F16  | 0,60,0,-68,1,0,0,124 | f32[4] {1.0, -1.0, 5.9604645E-8, Infinity}",
        "BF16 | 128,63,0,-64         | f32[2] {1.0, -2.0}",
        "U8   | 0,255,7              | i32[3] {0, 255, 7}",
        "I8   | 0,255,7              | i32[3] {0, -1, 7}",
        "I16  | 1,0,255,255          | i32[2] {1, -1}",
        "BOOL | 1,0                  | bool[2] {true, false}",
        "I64  | 2,0,0,0,0,0,0,128    | i64[1] {-9223372036854775806}",
        "F64  | 0,0,0,0,0,0,240,63   | f64[1] {1.0}"})
    void typesOfOthersAreConverted(String type, String bytes, String expected) throws IOException {
        int[] data = Arrays.stream(bytes.trim().split(",")).mapToInt(Integer::parseInt).toArray();
        int count = expected.charAt(expected.indexOf('[') + 1) - '0';
        file("{\"__metadata__\":{\"format\":\"pt\"},\"x\":{\"dtype\":\"" + type.trim() + "\",\"shape\":["
                + count
                + "],\"data_offsets\":[0," + data.length + "]}}  ", data);
        assertEquals(expected, Objects.requireNonNull(Safetensors.read(file()).get("x")).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}} | needs 4 bytes, its data_offsets are [0, 8]",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} | '}' is expected",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x | goes on after its end",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | needs 8 bytes, its data_offsets are [8, 0]",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | the tensors have 4 bytes, the file has 8",
        "{'x':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | it is cut short",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | begins at byte 4 of the data, should begin at 0: there is a gap",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | it overlaps another",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | the name \"x\" occurs twice",
        "{'x':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}} | has elements of type F8_E4M3; there are [F32",
        "{'x':{'dtype':'BOOL','shape':[8],'data_offsets':[0,8]}} | bytes that are neither 0 nor 1",
        "{'x':{'dtype':'U8','shape':[2147483648],'data_offsets':[0,8]}} | more elements than an array",
        "{'x':{'dtype':'U8','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,8]}} | more elements than an array",
        "{'x':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,8]}} | a whole number is expected",
        "{'x':{'dtype':'U8','shape':[-8],'data_offsets':[0,8]}} | a whole number is expected",
        "{'x':{'dtype':'U8','shape':[8.0],'data_offsets':[0,8]}} | ']' is expected",
        "{'x':{'dtype':'U8','shape':[08],'data_offsets':[0,8]}} | a whole number is expected",
        "{'x':{'dtype':'U8','shape':[8]}} | lacks its dtype, shape or two data_offsets",
        "{'x':{'dtype':'U8','dtype':'U8','shape':[8],'data_offsets':[0,8]}} | second or unknown \"dtype\"",
        "{'x':[8]} | '{' is expected",
        "{'x | a string does not end",
        "'' | '{' is expected",
        "[] | '{' is expected"})
    void badHeadersAreRefused(String header, String problem) throws IOException {
        file(header.equals("''") ? "" : header.replace('\'', '"'), 0, 1, 2, 3, 4, 5, 6, 7);
        SafetensorsException e = assertThrows(SafetensorsException.class, () -> Safetensors.read(file()));
        String message = Objects.requireNonNull(e.getMessage());
        assertTrue(
                message.startsWith(file() + ": ")
                        && message.contains(problem),
                message);
    }

    @Test
    void badLengthsAreRefused() throws IOException {
        for (long length : new long[]{-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 100_000_001, 9}) {
            Files.write(file(),
                    ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
            String message = Objects.requireNonNull(
                    assertThrows(SafetensorsException.class, () -> Safetensors.read(file())).getMessage());
            assertTrue(message.contains("the header should have"), message);
        }
        Files.write(file(), new byte[7]);
        assertThrows(SafetensorsException.class, () -> Safetensors.read(file()));
    }

    /** A changed file is refused, or is another right one: of known types and of the size that it says. */
    @Test
    void noMutationDoesHarm() throws IOException {
        Safetensors.write(file(), some());
        byte[] good = Files.readAllBytes(file());
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = good.clone();
            int header = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(random.nextInt(4) == 0 ? good.length : header);
                bad[at] = (byte) (random.nextBoolean() ? bad[at] ^ 1 << random.nextInt(8)
                        : "{}[],:\"0123456789\\u-.e".charAt(random.nextInt(22)));
            }
            if (random.nextInt(8) == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(good.length + 20));
            }
            Files.write(file(), bad);
            try {
                long bytes = 0;
                for (Tensor tensor : Safetensors.read(file()).values()) {
                    bytes += (long) tensor.size();
                }
                assertTrue(bytes <= bad.length, "a tensor has more elements than the file has bytes");
            } catch (SafetensorsException e) {
                refused++;
            }
        }
        assertTrue(refused > 5_000, "only " + refused + " were refused");
    }
}
