package dev.covector.samples.basics;

import dev.covector.graph.Initializer;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.Results;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The same deep network with weights too small, too large, and by Xavier's rule. */
@Command(name = "initialisation",
        description = "draws how gradients vanish or explode in 20 layers, and don't with Xavier's initial weights",
        footer = {"",
            "Exit status: 0 if the gradients of the first and the last layer differ by a factor below 10 with"
                    + " Xavier's weights, and above 10,000 with the others; 1 if not, 2 if an option is wrong."})
final class InitialisationSample implements Sample {
    private static final double TAME = 10;
    private static final double WILD = 1e4;

    private record Start(String name, Initializer weights, boolean keepsSize) {}

    @Mixin
    private PictureOption picture = new PictureOption("initialisation");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        List<Start> starts = List.of(new Start("normal, 0.01", Initializers.normal(0.01), false),
                new Start("normal, 1", Initializers.normal(1), false),
                new Start("Xavier", Initializers.xavierNormal(), true));
        Chart activations =
                new Chart("Activations", "layer", "root of the mean square").size(600, 480).logarithmic();
        Chart gradients =
                new Chart("Gradients", "layer", "root of the mean square").size(600, 480).logarithmic();
        boolean asExpected = true;
        try (Workers workers = options.workers()) {
            for (Start start : starts) {
                Results scales =
                        options.session(Initialisation.graph(start.weights), workers).call("scales").run();
                double[] gradient = scales.tensor("gradient").toDoubles();
                activations.line(start.name, scales.tensor("activation").toDoubles());
                gradients.line(start.name, gradient);

                double growth = gradient[0] / gradient[gradient.length - 1];
                boolean tame = growth < TAME && growth > 1 / TAME;
                boolean wild = growth > WILD || growth < 1 / WILD;
                asExpected &= start.keepsSize ? tame : wild;
                out.printf(Locale.ROOT, "%-12s  gradient of the first layer %.1e, of the last %.1e: %s%n",
                        start.name, gradient[0], gradient[gradient.length - 1],
                        tame ? "of one size" : growth > 1 ? "explodes on its way back"
                                : "vanishes on its way back");
            }
        }
        picture.write(new Panels(2, List.of(activations, gradients)), out, err);
        out.println("only Xavier's is of one size: " + (asExpected ? "ok" : "not reached"));
        return asExpected;
    }
}
