package dev.covector.samples.basics;

import dev.covector.graph.Graph;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.OutputFile;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.command.SampleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From examples to a file, and from the file to predictions. */
@Command(name = "rule",
        description = "learns whether the first of five numbers exceeds the fifth, saves it, loads it and predicts",
        footer = {"",
            "Exit status: 0 if at least 9 of 10 fresh examples are right, and the loaded model says the same"
                    + " as the trained one; 1 if not, 2 if a file or an option is wrong."})
final class RuleSample implements Sample {
    private static final int EXAMPLES = 5_000;
    private static final int FRESH = 1_000;
    private static final int BATCH = 20;
    private static final int EPOCHS = 10;
    private static final double AT_LEAST = 0.9;

    private static final float[] VECTORS = {
        0.08f, 0.15f, 0.31f, 0.04f, 0.19f,
        0.95f, 0.55f, 0.96f, 0.96f, 0.85f,
        0.79f, 0.67f, 0.14f, 0.35f, 0.20f,
        0.09f, 0.59f, 0.93f, 0.42f, 0.64f};

    @Option(names = "--save", paramLabel = "FILE",
            description = "where the parameters go, as safetensors (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("rule.safetensors");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        OutputFile.check(file);
        SplittableRandom random = new SplittableRandom(options.seed());
        Examples training = Examples.draw(random, EXAMPLES);
        Examples fresh = Examples.draw(random, FRESH);
        Graph graph = Rule.graph();
        try (Workers workers = options.workers()) {
            Session session = options.session(graph, workers);
            Rule trained = new Rule(session);
            for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                double loss = 0;
                for (int from = 0; from < EXAMPLES; from += BATCH) {
                    loss += trained.step(training.x.rows(from, from + BATCH),
                            training.y.rows(from, from + BATCH));
                }
                out.printf(Locale.ROOT, "epoch %2d  loss %.4f  accuracy %.3f%n", epoch,
                        loss * BATCH / EXAMPLES, accuracy(trained, fresh));
            }

            save(session);
            Session another = options.session(graph, workers);
            load(another);
            Rule loaded = new Rule(another);
            out.println("saved to " + file + " and loaded");
            float[] probability =
                    loaded.predict(Tensor.of(VECTORS, VECTORS.length / Rule.NUMBERS, Rule.NUMBERS));
            for (int i = 0; i < probability.length; i++) {
                out.printf(Locale.ROOT, "%s: %s, with probability %.3f%n",
                        Arrays.toString(
                                Arrays.copyOfRange(VECTORS, i * Rule.NUMBERS, (i + 1) * Rule.NUMBERS)),
                        probability[i] > 0.5 ? "greater" : "not greater", probability[i]);
            }

            boolean same = Arrays.equals(trained.predict(fresh.x), loaded.predict(fresh.x));
            double accuracy = accuracy(loaded, fresh);
            boolean learnt = accuracy >= AT_LEAST;
            out.printf(Locale.ROOT,
                    "loaded model: %s as the trained one; accuracy %.3f, expected at least %s: %s%n",
                    same ? "the same" : "not the same", accuracy, AT_LEAST,
                    same && learnt ? "ok" : "not reached");
            return same && learnt;
        }
    }

    private void save(Session session) {
        try {
            session.parameters().save(file);
        } catch (IOException e) {
            throw new SampleException(file + ": expected a file that can be written, found " + e);
        }
    }

    private void load(Session session) {
        try {
            session.parameters().load(file);
        } catch (IOException e) {
            throw new SampleException(file + ": expected the file just written, found " + e);
        }
    }

    private static double accuracy(Rule rule, Examples examples) {
        float[] probability = rule.predict(examples.x);
        float[] y = examples.y.toFloats();
        int right = 0;
        for (int i = 0; i < y.length; i++) {
            right += probability[i] > 0.5 == y[i] > 0.5 ? 1 : 0;
        }
        return (double) right / y.length;
    }

    /**
     * Numbers from 0 to 1, and whether the first of a row is greater than its last.
     *
     * @param x float32 [count, 5]
     * @param y float32 [count, 1]: 1 for yes
     */
    private record Examples(Tensor x, Tensor y) {
        static Examples draw(SplittableRandom random, int count) {
            float[] x = new float[count * Rule.NUMBERS];
            float[] y = new float[count];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextDouble();
            }
            for (int i = 0; i < count; i++) {
                y[i] = x[i * Rule.NUMBERS] > x[i * Rule.NUMBERS + Rule.NUMBERS - 1] ? 1 : 0;
            }
            return new Examples(Tensor.of(x, count, Rule.NUMBERS), Tensor.of(y, count, 1));
        }
    }
}
