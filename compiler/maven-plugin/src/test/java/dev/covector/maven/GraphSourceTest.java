package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GraphSourceTest {
    @Test
    void foldersArePackagesAndFilesAreFacades(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("com/example"));
        for (String file : List.of("com/example/mlp.txt", "com/example/ResNet.txt", "top.txt",
                "com/notes.md")) {
            Files.createFile(folder.resolve(file));
        }
        assertEquals(List.of("com.example.ResNet", "com.example.Mlp", "Top"),
                GraphSource.of(folder).stream().map(GraphSource::className).toList());
        assertEquals(List.of(), GraphSource.of(folder.resolve("nowhere")));
    }
}
