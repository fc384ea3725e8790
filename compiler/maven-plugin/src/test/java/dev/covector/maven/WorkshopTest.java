package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkshopTest {
    private static final String GRAPH = "a.Mlp";

    @TempDir
    private Path folder = Path.of("");
    private Workshop workshop = new Workshop(folder, folder, folder);

    @BeforeEach
    void workshop() {
        workshop = new Workshop(folder.resolve("work"), folder.resolve("classes"), folder.resolve("sources"));
    }

    /** A compilation that makes these classes and the facade. */
    private void compile(String digest, String... names) throws IOException {
        workshop.compile(GRAPH, digest, (classes, sources) -> {
            for (String name : names) {
                Files.writeString(Files.createDirectories(classes.resolve("a")).resolve(name), digest);
            }
            Files.writeString(Files.createDirectories(sources.resolve("a")).resolve("Mlp.java"), digest);
            return true;
        });
        workshop.publish(GRAPH);
    }

    private List<String> published() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString())
                    .filter(file -> !file.startsWith("work")).sorted().toList();
        }
    }

    @Test
    void whatAGraphNoLongerHasIsDeletedAndNothingElse() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("classes/a")).resolve("Own.class"), "");
        compile("1", "k0.class", "k1.class");
        assertEquals(
                List.of("classes/a/Own.class", "classes/a/k0.class", "classes/a/k1.class",
                        "sources/a/Mlp.java"),
                published());
        compile("2", "k0.class");
        assertEquals(List.of("classes/a/Own.class", "classes/a/k0.class", "sources/a/Mlp.java"), published());
        assertEquals("2", Files.readString(folder.resolve("classes/a/k0.class")));
        workshop.retain(Set.of(GRAPH));
        assertEquals(3, published().size());
        workshop.retain(Set.of());
        assertEquals(List.of("classes/a/Own.class"), published());
    }

    @Test
    void isCurrentAsLongAsNothingHasChanged() throws IOException {
        assertFalse(workshop.isCurrent(GRAPH, "1"));
        compile("1", "k0.class");
        assertTrue(workshop.isCurrent(GRAPH, "1"));
        assertFalse(workshop.isCurrent(GRAPH, "2"));
        assertFalse(workshop.compile(GRAPH, "2", (classes, sources) -> false));
        assertFalse(workshop.isCurrent(GRAPH, "1"), "the last compilation is gone");
    }

    @Test
    void whatIsDeletedComesBackAndTheRestKeepsItsTime() throws IOException {
        compile("1", "k0.class", "k1.class");
        FileTime old = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(folder.resolve("classes/a/k0.class"), old);
        Files.delete(folder.resolve("classes/a/k1.class"));
        workshop.publish(GRAPH);
        assertEquals(old, Files.getLastModifiedTime(folder.resolve("classes/a/k0.class")));
        assertTrue(Files.exists(folder.resolve("classes/a/k1.class")));
    }
}
