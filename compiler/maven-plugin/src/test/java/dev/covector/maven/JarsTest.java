package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JarsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aFileIsInAFolderOrAJar() throws IOException {
        Path jar = folder.resolve("a.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("in/A.class"));
        }
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Files.createFile(classes.resolve("B.class"));
        Path missing = folder.resolve("missing.jar");
        assertTrue(Jars.have(List.of(missing, classes, jar), "in/A.class"));
        assertTrue(Jars.have(List.of(missing, jar, classes), "B.class"));
        assertFalse(Jars.have(List.of(missing, classes, jar), "C.class"));
        assertFalse(Jars.have(List.of(), "B.class"));
    }
}
