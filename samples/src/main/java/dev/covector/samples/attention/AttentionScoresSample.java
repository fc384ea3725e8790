package dev.covector.samples.attention;

import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.HeatMap;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Two examples whose keys are all the same, so that all values that the mask lets through count the same. */
@Command(name = "attention-scores",
        description = "averages values by additive and by scaled dot-product attention, as far as masks allow",
        footer = {"",
            "Exit status: 0 if both give the averages of the first 2 and the first 6 values, 1 if not, 2 if"
                    + " an option is wrong."})
final class AttentionScoresSample implements Sample {
    private static final int EXAMPLES = 2;
    private static final int KEYS = 10;
    private static final int FEATURES = 2;
    private static final int QUERY_FEATURES = 20;
    private static final int WIDTH = 4;
    private static final int[] LENGTHS = {2, 6};
    /** The values are 0 to 39, in rows of four: the means of the first two rows, and of the first six. */
    private static final float[] AVERAGES = {2, 3, 4, 5, 10, 11, 12, 13};
    private static final double TOLERANCE = 1e-5;

    @Mixin
    private PictureOption picture = new PictureOption("attention-scores");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        SplittableRandom random = new SplittableRandom(options.seed());
        Tensor longQuery = normal(random, QUERY_FEATURES);
        Tensor query = normal(random, FEATURES);
        Results additive;
        Results product;
        try (Workers workers = options.workers()) {
            Session session = options.session(AttentionScores.graph(KEYS, FEATURES, QUERY_FEATURES), workers);
            additive = call(session, "additive", "long_query", longQuery);
            product = call(session, "scaled_dot_product", "query", query);
        }
        picture.write(new Panels(2, List.of(heatMap("Additive attention", additive),
                heatMap("Scaled dot-product attention", product))), out, err);
        tell("additive", additive, out);
        tell("scaled dot product", product, out);
        boolean right = isRight(additive) && isRight(product);
        out.printf(Locale.ROOT, "the means of the first 2 and the first 6 values: %s%n",
                right ? "ok" : "not reached");
        return right;
    }

    private static Results call(Session session, String function, String queryName, Tensor query) {
        float[] ones = new float[EXAMPLES * KEYS * FEATURES];
        Arrays.fill(ones, 1);
        float[] values = new float[EXAMPLES * KEYS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % (KEYS * WIDTH);
        }
        return session.call(function).input(queryName, query)
                .input("key", Tensor.of(ones, EXAMPLES, KEYS, FEATURES))
                .input("value", Tensor.of(values, EXAMPLES, KEYS, WIDTH))
                .input("length", Tensor.of(LENGTHS, EXAMPLES)).run();
    }

    /** One query for each example. */
    private static Tensor normal(SplittableRandom random, int features) {
        float[] query = new float[EXAMPLES * features];
        for (int i = 0; i < query.length; i++) {
            query[i] = (float) random.nextGaussian();
        }
        return Tensor.of(query, EXAMPLES, 1, features);
    }

    private static void tell(String name, Results results, PrintWriter out) {
        float[] value = results.tensor("value").toFloats();
        out.printf(Locale.ROOT, "%-18s  %s and %s%n", name, Arrays.toString(Arrays.copyOf(value, WIDTH)),
                Arrays.toString(Arrays.copyOfRange(value, WIDTH, 2 * WIDTH)));
    }

    private static boolean isRight(Results results) {
        double[] value = results.tensor("value").toDoubles();
        return IntStream.range(0, AVERAGES.length)
                .allMatch(i -> Math.abs(value[i] - AVERAGES[i]) <= TOLERANCE);
    }

    private static HeatMap heatMap(String title, Results results) {
        return new HeatMap(title, "query", List.of("length 2", "length 6"), "key",
                IntStream.rangeClosed(1, KEYS).mapToObj(String::valueOf).toList(),
                results.tensor("weight").toDoubles());
    }
}
