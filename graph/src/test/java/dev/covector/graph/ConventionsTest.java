package dev.covector.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.text.GraphText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONVENTIONS.md is no better than the tests that it names. */
final class ConventionsTest {
    private static final Pattern POINTER = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    void eachRuleNamesTestsThatExist() throws IOException {
        Map<String, String> sources = testSources();
        List<String> wrong = new ArrayList<>();
        String[] rules = page().split("(?m)^- ");
        for (String rule : List.of(rules).subList(1, rules.length)) {
            Matcher pointer = POINTER.matcher(rule);
            boolean held = false;
            while (pointer.find()) {
                held = true;
                if (!sources.getOrDefault(pointer.group(1), "").contains("void " + pointer.group(2) + "(")) {
                    wrong.add("there is no test " + pointer.group(1) + "." + pointer.group(2));
                }
            }
            if (!held) {
                wrong.add("no test is named for: " + rule.lines().findFirst().orElse(""));
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(rules.length > 30, "the page was not read");
    }

    @Test
    void theExampleIsAGraph() throws IOException {
        String example = page().split("```\n")[1];
        assertEquals(example, GraphText.annotated(GraphText.parse(example)));
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("CONVENTIONS.md"));
    }

    /** The tests of all modules by their simple names. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("runtime", "graph", "compiler")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                    sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        return sources;
    }
}
