package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DigestTest {
    @Test
    void tellsTextsApart() {
        Set<String> all = new LinkedHashSet<>(List.of(new Digest().value(), new Digest().add("").value(),
                new Digest().add("ab").value(), new Digest().add("a").add("b").value(),
                new Digest().add("b").add("a").value()));
        assertEquals(5, all.size());
        assertEquals(new Digest().add("ab").value(), new Digest().add("ab").value());
    }

    @Test
    void ofAFolderItIsOfNamesAndContentsNotOfWhereItIs(@TempDir Path folder) throws IOException {
        Path one = Files.createDirectories(folder.resolve("one/a"));
        Path other = Files.createDirectories(folder.resolve("other/a"));
        Files.writeString(one.resolve("f"), "1");
        Files.writeString(other.resolve("f"), "1");
        String first = new Digest().add(List.of(folder.resolve("one"))).value();
        assertEquals(first, new Digest().add(List.of(folder.resolve("other"))).value());
        Files.writeString(other.resolve("f"), "2");
        assertNotEquals(first, new Digest().add(List.of(folder.resolve("other"))).value());
        Files.delete(other.resolve("f"));
        Files.writeString(other.resolve("g"), "1");
        assertNotEquals(first, new Digest().add(List.of(folder.resolve("other"))).value());
        assertNotEquals(first, new Digest().add(List.of(folder.resolve("nothing"))).value());
    }
}
