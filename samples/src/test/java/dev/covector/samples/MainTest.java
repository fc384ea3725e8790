package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.samples.command.SampleCommands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class MainTest {
    @TempDir
    private Path directory = Path.of("");

    /** What a command line printed, and the status that it ended with. */
    private record Ended(int status, String out, String err) {}

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = SampleCommands.commandLine(Main.samples()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)).execute(arguments);
        return new Ended(status, out.toString().replace("\r\n", "\n"), err.toString().replace("\r\n", "\n"));
    }

    @Test
    void listsEachSampleWithALine() {
        List<String> lines = run("list").out.lines().toList();
        assertEquals(Main.samples().size(), lines.size());
        assertEquals("mlp" + " ".repeat("linear-regression-kotlin".length() - "mlp".length())
                + "  trains a 784-256-10 ReLU network on images, drawn by code or from IDX files",
                lines.stream().filter(line -> line.startsWith("mlp ")).findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                         | Expected the name of a sample
            mpl                       | Unknown sample 'mpl'; did you mean 'mlp'?
            linear-regresion          | Unknown sample 'linear-regresion'; did you mean 'linear-regression'?
            quantum                   | Unknown sample 'quantum'; 'samples/run list' names them all
            --verbose                 | Unknown option: '--verbose'
            mlp --data                | Missing required parameter for option '--data' (DIR)
            mlp twice                 | Unmatched argument at index 1: 'twice'
            """)
    void aWrongCommandLineEndsWithStatus2(@Nullable String line, String message) {
        Ended ended = line == null ? run() : run(line.split(" "));
        assertEquals(2, ended.status);
        assertEquals("", ended.out);
        assertEquals(message, ended.err.lines().findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --epochs        | 0    | expected a whole number from 1 to 2147483647, found '0'
            --batch         | many | expected a whole number from 1 to 2147483647, found 'many'
            --learning-rate | NaN  | expected a finite number above 0, found 'NaN'
            --flavour       | neon | expected one of [AUTO, VECTOR, SCALAR] (case-insensitive) but was 'neon'
            --at-least      | 1.1  | expected a number from 0 to 1, found '1.1'
            """)
    void aWrongValueEndsWithStatus2(String option, String value, String message) {
        Ended ended = run("mlp", option, value);
        assertEquals(2, ended.status);
        assertEquals("Invalid value for option '" + option + "': " + message,
                ended.err.lines().findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"--help, mlp", "mlp --help, --learning-rate", "linear-regression --help, --dump"})
    void helpTellsWhatThereIs(String line, String part) {
        Ended ended = run(line.split(" "));
        assertEquals(0, ended.status);
        assertTrue(ended.out.contains(part), ended.out);
    }

    @Test
    void aFaultOfTheDataIsOneLineAndStatus2() {
        Path nowhere = directory.resolve("nowhere");
        assertEquals(
                new Ended(2, "", nowhere + ": expected a directory with IDX files, found nothing there\n"),
                run("mlp", "--data", nowhere.toString(), "--picture", directory.resolve("a.png").toString()));
    }

    /** Each sample with each option that names a file to be written. */
    static Stream<Arguments> outputs() {
        return SampleCommands.commandLine(Main.samples()).getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .flatMap(sample -> Stream.of("--picture", "--save")
                        .filter(option -> sample.findOption(option) != null)
                        .map(option -> Arguments.of(sample.name(), option)));
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void aFileThatCantBeWrittenIsToldBeforeTraining(String sample, String option) {
        Path nowhere = directory.resolve("nowhere");
        Path file = nowhere.resolve("file");
        assertEquals(new Ended(2, "", file + ": expected the name of a file in a directory that exists, found"
                + " no directory " + nowhere + "\n"), run(sample, option, file.toString()));
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0, ok", "1, 1, not reached"})
    void theAccuracyReachedDecidesTheStatus(String atLeast, int status, String verdict) throws IOException {
        Path picture = directory.resolve("loss.png");
        Ended ended = run("mlp", "--epochs", "1", "--at-least", atLeast, "--picture", picture.toString());

        assertEquals(status, ended.status, ended.out + ended.err);
        List<String> lines = ended.out.lines().toList();
        assertEquals("drawn shapes: 20,000 training and 2,000 test images of 28 x 28", lines.get(0));
        assertTrue(lines.get(1).startsWith("epoch 1  loss "), lines.get(1));
        assertTrue(lines.get(2).startsWith("first step done "), lines.get(2));
        assertTrue(lines.getLast().endsWith(": " + verdict), lines.getLast());
        if (ended.err.isEmpty()) {
            assertEquals(900, ImageIO.read(picture.toFile()).getWidth());
        } else {
            // On a machine without fonts there is no picture, and the reason must say so.
            assertTrue(ended.err.contains("apt-get install fontconfig") && Files.notExists(picture),
                    ended.err);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.03, 0", "0.0001, 1"})
    void theWeightsFoundDecideTheStatus(String learningRate, int status) {
        Ended ended = run("linear-regression", "--learning-rate", learningRate);
        assertEquals(status, ended.status, ended.out);
        List<String> lines = ended.out.lines().toList();
        assertEquals("from scratch", lines.get(0));
        assertTrue(lines.get(1).startsWith("epoch 1  loss "), lines.get(1));
        assertEquals(status == 1, ended.out.contains(": not reached"), ended.out);
        assertTrue(lines.getLast().startsWith("the normal equations' w = [2.00"), lines.getLast());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mlp               | 1e30  | NaN
            linear-regression | 1e30  | Infinity
            """)
    void aLossThatIsNoNumberIsOneLineAndFailsTheCheck(String sample, String learningRate, String loss) {
        Ended ended = run(sample, "--learning-rate", learningRate);
        assertEquals(1, ended.status, ended.out);
        assertEquals("the loss became " + loss + " in step 2 of epoch 1; try a smaller --learning-rate\n",
                ended.err);
    }

    @Test
    void whatTheCompilerMadeIsDumped() throws IOException {
        Path dump = directory.resolve("dump");
        assertEquals(0, run("linear-regression", "--dump", dump.toString()).status);
        String source = Files.readString(dump.resolve("linear_regression/00-source.txt"));
        assertTrue(source.contains("LinearRegression.java"), "no line of the sample in\n" + source);
    }

    @Test
    void aDumpThatCantBeWrittenIsOneLineAndStatus2() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Ended ended = run("linear-regression", "--dump", file.toString());
        assertEquals(2, ended.status);
        assertEquals("", ended.out);
        assertTrue(ended.err.startsWith(file + ": expected a directory that can be written, found "),
                ended.err);
    }

    /** Whatever runs the kernels, the numbers are the same. */
    @ParameterizedTest
    @CsvSource({"--threads 1", "--threads 3", "--flavour scalar", "--flavour SCALAR --threads 2"})
    void threadsAndFlavourDontChangeTheResult(String options) {
        Ended usual = run("linear-regression", "--seed", "7");
        assertEquals(usual, run(("linear-regression --seed 7 " + options).split(" ")));
        assertNotEquals(usual, run("linear-regression", "--seed", "8"), "another seed");
    }
}
