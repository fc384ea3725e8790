package dev.covector.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A number that stands for all that a compilation depends on. */
final class Digest {
    private final MessageDigest digest;

    Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JVM has it
        }
    }

    /** Adds a text; two texts are not the same as one that has both. */
    Digest add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    private Digest add(byte[] bytes) {
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /** Adds the content of a file, or of all files of a folder with their paths in it; not where they are. */
    Digest add(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    add(path.relativize(file).toString()).add(Files.readAllBytes(file));
                }
            }
        } else if (Files.exists(path)) {
            add(Files.readAllBytes(path));
        }
        return add("end");
    }

    /** Adds the entries of a class path, in their order. */
    Digest add(List<Path> classPath) throws IOException {
        for (Path entry : classPath) {
            add(entry);
        }
        return add("end");
    }

    /** The number in hexadecimal digits; nothing can be added any more. */
    String value() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
