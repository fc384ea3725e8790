package dev.covector.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;

/** What is on a class path. */
final class Jars {
    private Jars() {}

    /** Whether one of the folders and jars has this file. */
    static boolean have(List<Path> classPath, String file) throws IOException {
        for (Path element : classPath) {
            if (Files.isDirectory(element) ? Files.exists(element.resolve(file))
                    : Files.exists(element) && has(element, file)) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Path jar, String file) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.getEntry(file) != null;
        }
    }
}
