package dev.covector.samples.tabular;

import dev.covector.data.Batch;
import dev.covector.data.Batches;
import dev.covector.data.DataLoader;
import dev.covector.data.OneHotEncoder;
import dev.covector.data.Split;
import dev.covector.data.StandardScaler;
import dev.covector.data.Table;
import dev.covector.graph.Graph;
import dev.covector.graph.nn.Schedule;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.PictureOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From a table with gaps to prices: standardised numbers, one-hot categories, and cross-validation. */
@Command(name = "house-prices",
        description = "predicts prices of houses from a table with gaps, judged by cross-validation",
        footer = {"",
            "Exit status: 0 if the mean validation error is low enough, 1 if not, 2 if a file or an option is"
                    + " wrong."})
final class HousePricesSample implements Sample {
    private static final String PRICE = "SalePrice";
    private static final String ID = "Id";
    private static final int FOLDS = 5;

    @Option(names = "--data", paramLabel = "DIR",
            description = "directory with kaggle_house_pred_train.csv and kaggle_house_pred_test.csv"
                    + " (default: 240 houses made up for this sample)")
    private @Nullable Path data;

    @Option(names = "--epochs", paramLabel = "N", converter = PositiveInt.class,
            description = "passes over the training set (default: ${DEFAULT-VALUE})")
    private int epochs = 100;

    @Option(names = "--batch", paramLabel = "N", converter = PositiveInt.class,
            description = "houses per update (default: ${DEFAULT-VALUE})")
    private int batch = 64;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "first step of Adam, from where it falls to 0 (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.01f;

    @Option(names = "--weight-decay", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "how much half the square of all weights counts (default: ${DEFAULT-VALUE})")
    private float weightDecay = 0.01f;

    @Option(names = "--at-most", paramLabel = "ERROR", converter = PositiveFloat.class,
            description = "mean validation error to stay below, of the prices' logarithms (default: ${DEFAULT-VALUE})")
    private float atMost = 0.17f;

    @Mixin
    private PictureOption picture = new PictureOption("house-prices");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        Houses houses = data == null ? Houses.madeUp() : Houses.read(data);
        Tensor x = houses.features;
        out.printf(Locale.ROOT, "%,d houses with %d features%n", x.dim(0), x.dim(1));

        double[] training = new double[epochs];
        double[] validation = new double[epochs];
        List<Split> folds = Split.kFold(x.dim(0), FOLDS);
        int steps = epochs * Math.ceilDiv(folds.getFirst().train().length, batch);
        Graph graph = HousePrices.graph(x.dim(1), Schedule.cosine(learningRate, 0, steps), weightDecay);
        try (Workers workers = options.workers()) {
            for (int fold = 0; fold < FOLDS; fold++) {
                Session session = options.session(graph, workers);
                double error = train(session, houses, folds.get(fold), training, validation);
                out.printf(Locale.ROOT, "fold %d  validation error %.4f%n", fold + 1, error);
                out.flush();
            }
        }
        picture.write(
                new Chart("Root mean squared error of the prices' logarithms, mean of " + FOLDS + " folds",
                        "epoch", "error").line("training", training).line("validation", validation),
                out, err);
        double error = validation[epochs - 1];
        boolean reached = error <= atMost;
        out.printf(Locale.ROOT, "mean training error %.4f, validation error %.4f, expected at most %s: %s%n",
                training[epochs - 1], error, atMost, reached ? "ok" : "not reached");
        return reached;
    }

    /** Adds this fold's part of the mean errors after each epoch; returns its last validation error. */
    private double train(Session session, Houses houses, Split fold, double[] training, double[] validation) {
        Tensor x = fold.train(houses.features);
        Tensor y = fold.train(houses.prices);
        Tensor heldOutX = fold.validation(houses.features);
        Tensor heldOutY = fold.validation(houses.prices);
        DataLoader loader = DataLoader.of(batch, x, y).shuffle().seed(options.seed());
        double error = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            try (Batches batches = loader.epoch(epoch)) {
                for (Batch next : batches) {
                    session.call("train").input("house", next.get(0)).input("price", next.get(1)).run();
                }
            }
            error = DivergedException.check(error(session, heldOutX, heldOutY), epoch + 1, loader.batches());
            training[epoch] += error(session, x, y) / FOLDS;
            validation[epoch] += error / FOLDS;
        }
        return error;
    }

    private static float error(Session session, Tensor x, Tensor y) {
        return session.call("evaluate").input("house", x).input("price", y).run().scalar("log_rmse");
    }

    /**
     * What is known of houses.
     *
     * @param features float32 [houses, features]: standardised numbers, and a column for each category
     * @param prices   float32 [houses]
     */
    private record Houses(Tensor features, Tensor prices) {
        /** The scale and the categories are those of the test houses too, whose prices are not known. */
        static Houses read(Path directory) {
            Table train = Table.readCsv(directory.resolve("kaggle_house_pred_train.csv"));
            Table test = Table.readCsv(directory.resolve("kaggle_house_pred_test.csv"));
            return of(train, train.drop(ID, PRICE).concat(test.drop(ID)));
        }

        static Houses madeUp() {
            Table houses = readResource("houses.csv");
            return of(houses, houses.drop(ID, PRICE));
        }

        private static Houses of(Table train, Table all) {
            Table features = OneHotEncoder.fit(all).transform(StandardScaler.fit(all).transform(all));
            return new Houses(features.rows(0, train.rows()).toTensor(),
                    train.select(PRICE).toTensor().reshape(train.rows()));
        }

        private static Table readResource(String name) {
            InputStream in = Objects.requireNonNull(Houses.class.getResourceAsStream(name), name);
            try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                return Table.readCsv(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
