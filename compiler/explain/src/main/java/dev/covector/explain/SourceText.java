package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.ir.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The text of the user's lines, with some lines around each. */
final class SourceText {
    /** Before and after a line. */
    private static final int AROUND = 3;

    private SourceText() {}

    /** As JSON: per file, the text of each line by its number. */
    static String of(Explanation explanation, List<Path> folders) {
        TreeMap<String, TreeSet<Integer>> wanted = new TreeMap<>();
        explanation.stages().forEach(stage -> stage.graph().nodes().forEach(node -> want(node, wanted)));
        Map<String, List<Path>> found = find(wanted, folders);
        JsonWriter json = new JsonWriter();
        json.object(() -> wanted.forEach((file, numbers) -> {
            // Of two files with one name, either may be meant: no text is better than a wrong one.
            List<Path> candidates = found.getOrDefault(file, List.of());
            if (candidates.size() == 1) {
                List<String> lines = read(candidates.getFirst());
                json.name(file).object(() -> numbers.stream().filter(n -> n >= 1 && n <= lines.size())
                        .forEach(n -> json.name(Integer.toString(n)).value(lines.get(n - 1))));
            }
        }));
        return json.toString();
    }

    private static void want(Node node, Map<String, TreeSet<Integer>> wanted) {
        if (node.line() != null) {
            for (int i = -AROUND; i <= AROUND; i++) {
                wanted.computeIfAbsent(node.line().file(), key -> new TreeSet<>())
                        .add(node.line().line() + i);
            }
        }
    }

    private static Map<String, List<Path>> find(Map<String, ?> names, List<Path> folders) {
        Map<String, List<Path>> found = new HashMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> names.containsKey(file.getFileName().toString())
                        && Files.isRegularFile(file)).sorted()
                        .forEach(file -> found.merge(file.getFileName().toString(), List.of(file),
                                (a, b) -> Stream.concat(a.stream(), b.stream()).distinct().toList()));
            } catch (IOException e) {
                throw new UncheckedIOException("can't look for sources in " + folder + ": " + e.getMessage(),
                        e);
            }
        }
        return found;
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (MalformedInputException e) {
            return List.of(); // not UTF-8, so perhaps not what it seems to be
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e.getMessage(), e);
        }
    }
}
