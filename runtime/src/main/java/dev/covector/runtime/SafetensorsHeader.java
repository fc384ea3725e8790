package dev.covector.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a safetensors file says, checked against the size of the file before anything is allocated: the
 * tensors lie behind each other without gaps or overlaps, and fill the file.
 *
 * @param dataStart where in the file the first byte of data is
 */
record SafetensorsHeader(List<Entry> entries, long dataStart) {
    /** The format's own limit. */
    private static final long LONGEST = 100_000_000;

    /**
     * A tensor.
     *
     * @param from where its bytes begin, from the start of the data
     */
    record Entry(String name, Safetensors.ElementType type, int[] shape, int size, long from, long to) {}

    static SafetensorsHeader read(FileChannel channel, Path file) throws IOException {
        long fileSize = channel.size();
        if (fileSize < Long.BYTES) {
            throw new SafetensorsException(
                    file + ": " + fileSize + " bytes are too few for a safetensors file");
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, length, 0, file);
        long headerSize = length.getLong(0);
        if (headerSize < 0 || headerSize > LONGEST || headerSize > fileSize - Long.BYTES) {
            throw new SafetensorsException(file + ": the header should have "
                    + Long.toUnsignedString(headerSize) + " bytes, the whole file has " + fileSize
                    + ": it is cut short, or no safetensors file");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) headerSize);
        fill(channel, bytes, Long.BYTES, file);
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(file + ": the header is not UTF-8");
        }
        SafetensorsHeader header =
                new SafetensorsHeader(new Parser(text, file).entries(), Long.BYTES + headerSize);
        header.checkPlaces(file, fileSize - header.dataStart);
        return header;
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long position, Path file)
            throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new SafetensorsException(file + " became shorter while it was read");
            }
        }
    }

    private void checkPlaces(Path file, long dataSize) throws SafetensorsException {
        List<Entry> inOrder = entries.stream()
                .sorted(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to)).toList();
        long end = 0;
        for (Entry entry : inOrder) {
            if (entry.from != end) {
                throw new SafetensorsException(file + ": the tensor \"" + entry.name + "\" begins at byte "
                        + entry.from + " of the data, should begin at " + end
                        + (entry.from < end ? ": it overlaps another" : ": there is a gap"));
            }
            end = entry.to;
        }
        if (end != dataSize) {
            throw new SafetensorsException(file + ": the tensors have " + end + " bytes, the file has "
                    + dataSize + " for them" + (dataSize < end ? ": it is cut short" : ""));
        }
    }

    /** The header of a file with these tensors, padded so that the data are aligned. */
    static String text(Map<String, Tensor> tensors) {
        StringBuilder json = new StringBuilder("{");
        long at = 0;
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            long end = at + (long) tensor.size() * tensor.dtype().bytes();
            json.append(json.length() == 1 ? "" : ",");
            quote(json, named.getKey());
            json.append(":{\"dtype\":\"").append(Safetensors.ElementType.of(tensor.dtype()))
                    .append("\",\"shape\":").append(Arrays.toString(tensor.shape()).replace(" ", ""))
                    .append(",\"data_offsets\":[").append(at).append(',').append(end).append("]}");
            at = end;
        }
        json.append('}');
        while (json.toString().getBytes(StandardCharsets.UTF_8).length % Long.BYTES != 0) {
            json.append(' ');
        }
        return json.toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** Reads the JSON of a header: objects two deep, strings, and lists of whole numbers; nothing else occurs in one. */
    private static final class Parser {
        private final String text;
        private final Path file;
        private int at;

        Parser(String text, Path file) {
            this.text = text;
            this.file = file;
        }

        List<Entry> entries() throws SafetensorsException {
            List<Entry> entries = new ArrayList<>();
            Set<String> names = new HashSet<>();
            expect('{');
            for (boolean more = !take('}'); more; more = next('}')) {
                String name = string();
                expect(':');
                if (!names.add(name)) {
                    throw wrong("the name \"" + name + "\" occurs twice");
                }
                if (name.equals("__metadata__")) {
                    metadata();
                } else {
                    entries.add(entry(name));
                }
            }
            skipSpaces();
            if (at < text.length()) {
                throw wrong("the header goes on after its end");
            }
            return entries;
        }

        private void metadata() throws SafetensorsException {
            expect('{');
            for (boolean more = !take('}'); more; more = next('}')) {
                string();
                expect(':');
                string();
            }
        }

        private Entry entry(String name) throws SafetensorsException {
            String dtype = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            expect('{');
            for (boolean more = !take('}'); more; more = next('}')) {
                String key = string();
                expect(':');
                boolean known = switch (key) {
                    case "dtype" -> dtype == null;
                    case "shape" -> shape == null;
                    case "data_offsets" -> offsets == null;
                    default -> false;
                };
                if (!known) {
                    throw wrong("\"" + name + "\" has a second or unknown \"" + key + "\"");
                }
                switch (key) {
                    case "dtype" -> dtype = string();
                    case "shape" -> shape = numbers();
                    default -> offsets = numbers();
                }
            }
            return entry(name, dtype, shape, offsets);
        }

        private Entry entry(String name, @Nullable String dtype, @Nullable List<Long> shape,
                @Nullable List<Long> offsets) throws SafetensorsException {
            if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
                throw wrong("the tensor \"" + name + "\" lacks its dtype, shape or two data_offsets");
            }
            Safetensors.ElementType type = Arrays.stream(Safetensors.ElementType.values())
                    .filter(candidate -> candidate.name().equals(dtype)).findFirst().orElse(null);
            if (type == null) {
                throw wrong("the tensor \"" + name + "\" has elements of type " + dtype + "; there are "
                        + Arrays.toString(Safetensors.ElementType.values()));
            }
            long size = 1;
            for (long extent : shape) {
                // Once the product is 0 it stays so, however large the other extents.
                if (extent > Integer.MAX_VALUE || size * extent > Integer.MAX_VALUE) {
                    throw wrong("the tensor \"" + name + "\" of shape " + shape
                            + " has more elements than an array");
                }
                size *= extent;
            }
            long from = offsets.get(0);
            long to = offsets.get(1);
            if (to < from || to - from != size * type.bytes()) {
                throw wrong("the tensor \"" + name + "\" of shape " + shape + " and type " + dtype
                        + " needs " + size * type.bytes() + " bytes, its data_offsets are " + offsets);
            }
            return new Entry(name, type, shape.stream().mapToInt(Long::intValue).toArray(), (int) size, from,
                    to);
        }

        private List<Long> numbers() throws SafetensorsException {
            List<Long> numbers = new ArrayList<>();
            expect('[');
            for (boolean more = !take(']'); more; more = next(']')) {
                numbers.add(number());
            }
            return numbers;
        }

        private long number() throws SafetensorsException {
            skipSpaces();
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            // 18 digits are less than 2^63; no file is that large.
            if (at == start || at - start > 18 || at - start > 1 && text.charAt(start) == '0') {
                at = start;
                throw wrong("a whole number is expected");
            }
            return Long.parseLong(text.substring(start, at));
        }

        private String string() throws SafetensorsException {
            expect('"');
            StringBuilder string = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return string.toString();
                }
                if (c < ' ') {
                    throw wrong("a string has a control character");
                }
                string.append(c == '\\' ? escaped() : c);
            }
            throw wrong("a string does not end");
        }

        private char escaped() throws SafetensorsException {
            char c = at < text.length() ? text.charAt(at++) : ' ';
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> {
                    String digits = text.substring(at, Math.min(text.length(), at + 4));
                    if (!digits.matches("[0-9a-fA-F]{4}")) {
                        throw wrong("four hexadecimal digits are expected");
                    }
                    at += 4;
                    yield (char) Integer.parseInt(digits, 16);
                }
                default -> throw wrong("a string has an unknown escape");
            };
        }

        /** After an element: whether another one follows. */
        private boolean next(char end) throws SafetensorsException {
            if (take(',')) {
                return true;
            }
            expect(end);
            return false;
        }

        private boolean take(char c) {
            skipSpaces();
            boolean found = at < text.length() && text.charAt(at) == c;
            at += found ? 1 : 0;
            return found;
        }

        private void expect(char c) throws SafetensorsException {
            if (!take(c)) {
                throw wrong("'" + c + "' is expected");
            }
        }

        private void skipSpaces() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private SafetensorsException wrong(String what) {
            return new SafetensorsException(
                    file + ": the header is wrong near its character " + at + ": " + what);
        }
    }
}
