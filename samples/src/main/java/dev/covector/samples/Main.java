package dev.covector.samples;

import dev.covector.samples.attention.Attention;
import dev.covector.samples.basics.Basics;
import dev.covector.samples.command.Sample;
import dev.covector.samples.command.SampleCommands;
import dev.covector.samples.image.Images;
import dev.covector.samples.kotlin.InKotlin;
import dev.covector.samples.tabular.Tabular;
import dev.covector.samples.vision.Vision;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code samples/run NAME [OPTION...]}: runs a sample. Ends with 0 if the sample came to what it is to come to, with 1
 * if not, and with 2 and a clear line on the error stream if an option or a data file is wrong.
 */
public final class Main {
    private Main() {}

    /** Runs the sample that the arguments name, and exits with its status. */
    public static void main(String[] arguments) {
        // Otherwise some releases have a console even where there is no terminal; see Progress.
        System.setProperty("jdk.console", "java.base");
        System.exit(SampleCommands.commandLine(samples()).execute(arguments));
    }

    /** All samples, in the order in which a course comes to them. */
    static List<Sample> samples() {
        return Stream.of(Basics.samples(), Tabular.samples(), Images.samples(), Vision.samples(),
                Attention.samples(), InKotlin.samples())
                .flatMap(List::stream).toList();
    }
}
