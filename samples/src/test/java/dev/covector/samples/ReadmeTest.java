package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.samples.command.Sample;
import dev.covector.samples.command.SampleCommands;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What README.md shows is true: its programs are run as it says, in JVMs of their own. */
final class ReadmeTest {
    /** A fenced block at the margin. */
    private record Block(String language, String text) {}

    /** Tests run in the folder of their module. */
    private static final Path ROOT = Path.of("..");

    @TempDir
    private Path directory = Path.of("");

    /** Vector code with all threads, and scalar code with one. */
    @ParameterizedTest
    @ValueSource(strings = {"--add-modules=jdk.incubator.vector", "-XX:ActiveProcessorCount=1"})
    void theExamplePrintsAndDumpsWhatTheReadmeShows(String option) throws Exception {
        Files.writeString(directory.resolve("Xor.java"), block(0, "java"));
        assertEquals(block(2, "text"), java(option, "Xor.java"), "what the example prints");
        assertDumps(block(3, "text"));
    }

    /** The same numbers and the same kernels, for lines of another file. */
    @Test
    void theExampleInKotlinPrintsAndDumpsTheSame() throws Exception {
        String program = block(1, "kotlin");
        assertEquals(block(2, "text"), kotlin("Xor", program), "what the example prints");

        List<String> lines = program.lines().toList();
        int tanh = 1 + lines.indexOf(lines.stream().filter(line -> line.contains("tanh()")).findFirst()
                .orElseThrow());
        assertDumps(block(3, "text").replaceAll("Xor\\.java:\\d+", "Xor.kt:" + tanh));
    }

    private void assertDumps(String shown) throws IOException {
        String kernels = contents(directory.resolve("xor-dump"), "-predict.kernels");
        assertTrue(kernels.contains(shown),
                () -> "README.md shows\n" + shown + "\nbut the dump is\n" + kernels);
    }

    @Test
    void theNetworkIsTrainedInJavaAndUsedInKotlinAsTheReadmeShows() throws Exception {
        Files.writeString(directory.resolve("Stripes.java"), block(4, "java"));
        assertEquals(block(5, "text"), java("--add-modules=jdk.incubator.vector", "Stripes.java"));

        assertEquals(block(7, "text"), kotlin("Recognise", block(6, "kotlin")));
    }

    @Test
    void theCommandsThatTheReadmeNamesExist() throws Exception {
        String readme = readme();
        assertTrue(
                Files.isExecutable(ROOT.resolve("samples/run")) && Files.isExecutable(ROOT.resolve("mvnw")));
        Set<String> commands = matches("`?samples/run ([a-z-]+)", readme);
        assertTrue(commands.contains("mlp"), () -> "samples named: " + commands);
        StringBuilder help = new StringBuilder();
        for (String command : commands) {
            help.append(java("--add-modules=jdk.incubator.vector", Main.class.getName(), command, "--help"));
        }
        for (String option : matches("`(--(?!add-modules)[a-z-]+)", readme)) {
            assertTrue(help.toString().contains(option), () -> option + " is no option in\n" + help);
        }
    }

    @Test
    void theTableOfSamplesIsTheirList() throws IOException {
        List<String> samples = SampleCommands.commandLine(Main.samples()).getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec).filter(spec -> spec.userObject() instanceof Sample)
                .map(spec -> "| `" + spec.name() + "` | " + spec.usageMessage().description()[0] + " |")
                .toList();
        assertEquals(samples, readme().lines().filter(line -> line.startsWith("| `")).toList());
    }

    @Test
    void theLinksOfTheReadmeLeadToFilesAndHeadings() throws IOException {
        Set<String> links = matches("\\]\\((?!https?:)([^)]+)\\)", readme());
        Set<String> headings = readme().lines().filter(line -> line.startsWith("##"))
                .map(line -> line.replaceFirst("#+ ", "#").replace(' ', '-').toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertFalse(links.isEmpty());
        for (String link : links) {
            assertTrue(link.startsWith("#") ? headings.contains(link) : Files.exists(ROOT.resolve(link)),
                    () -> "README.md links to " + link + ", which is missing");
        }
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md")).replace("\r\n", "\n");
    }

    /** One of the blocks that show programs, their output and dumps, in the order of the page. */
    private static String block(int index, String language) throws IOException {
        List<Block> blocks = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$").matcher(readme()).results()
                .map(match -> new Block(match.group(1), match.group(2)))
                .filter(block -> !block.language().equals("sh")).toList();
        assertEquals(List.of("java", "kotlin", "text", "text", "java", "text", "kotlin", "text"),
                blocks.stream().map(Block::language).toList(),
                "programs, each with its output, the first in two languages and with a dump");
        assertEquals(language, blocks.get(index).language());
        return blocks.get(index).text();
    }

    private static Set<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a program in Kotlin prints: a file of this name that is compiled without warnings. */
    private String kotlin(String name, String program) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(name + ".kt"), program);
        String classPath = System.getProperty("java.class.path");
        java("-XX:TieredStopAtLevel=1", "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib",
                "-no-reflect", "-Werror", "-Xjspecify-annotations=strict", "-jvm-target", "21",
                "-cp", classPath, "-d", "classes", name + ".kt");
        return java("--add-modules=jdk.incubator.vector", "-cp", "classes" + File.pathSeparator + classPath,
                name + "Kt");
    }

    /** What a JVM prints that is started in the test's directory, with the class path of this one. */
    private String java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        Process process =
                new ProcessBuilder(command).directory(directory.toFile()).redirectOutput(out.toFile())
                        .redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(10, TimeUnit.MINUTES), () -> "still running: " + command);
        } finally {
            process.destroyForcibly();
        }
        String errors = Files.readString(err, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), () -> command + " ended with\n" + errors);
        return Files.readString(out, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** The one file whose name ends so. */
    private static String contents(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(end)).toList();
            assertEquals(1, found.size(), () -> "files that end with " + end + ": " + found);
            return Files.readString(found.getFirst());
        }
    }
}
