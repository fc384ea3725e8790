package dev.covector.samples;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.samples.command.SampleCommands;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Every sample runs and succeeds, in seconds, and draws what it is to draw. What the compiler makes of its training
 * is held in {@code src/test/resources/dumps}: see {@link TrainingPlans}.
 */
final class SamplesTest {
    /** A sample with options that let it succeed soon. */
    record Run(String sample, String options) {
        @Override
        public String toString() {
            return sample;
        }
    }

    private static final List<Run> BASICS = List.of(
            run("tensor-tour"),
            run("autodiff-tour"),
            run("gradient-descent"),
            run("linear-regression"),
            run("rule", "--save target/rule.safetensors"),
            run("quadratic-fit"),
            run("cubic-fit"),
            run("perceptron"),
            run("activations"),
            run("gradients-by-hand"),
            run("custom-layer"),
            run("initialisation"));

    private static final List<Run> TABULAR = List.of(
            run("overfitting"),
            run("weight-decay"),
            run("house-prices", "--epochs 40"));

    private static final List<Run> IMAGES = List.of(
            run("softmax-regression", "--epochs 1 --at-least 0.5"),
            run("mlp", "--epochs 1 --at-least 0.3"),
            run("dropout", "--epochs 1 --at-least 0.3"),
            run("mnist-inference", "--save target/mnist-inference.safetensors"),
            run("edge-detector"),
            run("lenet", "--steps 2 --at-least 0.05"),
            run("batch-norm", "--epochs 1 --at-least 0.2"),
            run("alexnet", "--steps 2 --width 0.02 --at-least 0.05"),
            run("vgg", "--steps 2 --width 0.02 --at-least 0.05"),
            run("nin", "--steps 2 --width 0.02 --at-least 0.05"),
            run("googlenet", "--steps 2 --width 0.02 --at-least 0.05"),
            run("resnet", "--steps 2 --width 0.02 --at-least 0.05"),
            run("fine-tuning", "--save target/fine-tuning.safetensors"));

    private static final List<Run> VISION = List.of(
            run("bounding-boxes"));

    private static final List<Run> ATTENTION = List.of(
            run("kernel-regression"),
            run("attention-scores"));

    private static final List<Run> IN_KOTLIN = List.of(
            run("linear-regression-kotlin"),
            run("mlp-kotlin", "--epochs 1 --at-least 0.3"),
            run("lenet-kotlin", "--steps 2 --at-least 0.05"),
            run("kernel-regression-kotlin"),
            run("attention-scores-kotlin"));

    @TempDir
    private Path directory = Path.of("");

    static Stream<Run> runs() {
        return Stream.of(BASICS, TABULAR, IMAGES, VISION, ATTENTION, IN_KOTLIN).flatMap(List::stream);
    }

    @Test
    void theTableHasEverySampleInItsOrder() {
        assertEquals(Main.samples().stream().map(sample -> new CommandLine(sample).getCommandName()).toList(),
                runs().map(Run::sample).toList());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void aLineAndHelpTellWhatItDoes(Run run) {
        CommandSpec spec = spec(run);
        String[] description = spec.usageMessage().description();
        assertEquals(1, description.length, "lines that describe it");
        assertTrue(description[0].length() <= 100 && description[0].matches("[^\n%]*[^.\n]"), description[0]);
        StringWriter help = new StringWriter();
        assertEquals(0, commandLine().setOut(new PrintWriter(help)).execute(run.sample, "--help"));
        assertTrue(help.toString().contains(description[0].split(" ")[0]), help.toString());
        assertTrue(help.toString().contains("Exit status: 0 if "), help.toString());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void succeeds(Run run) throws IOException {
        Path picture = directory.resolve("picture.png");
        Path dump = directory.resolve("dump");
        boolean draws = spec(run).findOption("--picture") != null;
        List<String> arguments = new ArrayList<>(List.of(run.sample));
        Stream.of(run.options.split(" ")).filter(option -> !option.isEmpty()).forEach(arguments::add);
        arguments.addAll(List.of("--dump", dump.toString()));
        if (draws) {
            arguments.addAll(List.of("--picture", picture.toString()));
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));

        assertEquals(0, status, out.toString() + err);
        // On a machine without fonts there is no picture, and the reason must say so.
        boolean noFonts = err.toString().contains("apt-get install fontconfig");
        if (draws && !noFonts) {
            assertEquals("", err.toString());
            assertShowsSomething(picture);
        }
        assertEquals(draws && !noFonts, Files.exists(picture), "a picture");
        TrainingPlans.check(run.sample.replaceFirst("-kotlin$", ""), dump); // that of its twin
    }

    private static void assertShowsSomething(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        assertNotNull(image, "a picture that can be read");
        assertTrue(image.getWidth() >= 100 && image.getHeight() >= 100, image.toString());
        int[] pixels =
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        assertFalse(IntStream.of(pixels).allMatch(pixel -> pixel == pixels[0]), "a blank picture");
    }

    private static CommandSpec spec(Run run) {
        return requireNonNull(commandLine().getSubcommands().get(run.sample)).getCommandSpec();
    }

    private static CommandLine commandLine() {
        return SampleCommands.commandLine(Main.samples());
    }

    private static Run run(String sample) {
        return new Run(sample, "");
    }

    private static Run run(String sample, String options) {
        return new Run(sample, options);
    }
}
