package dev.covector.benchmarks;

import static dev.covector.benchmarks.Case.FUNCTION;

import dev.covector.graph.Expr;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Tensor;
import java.util.List;

/** Several passes over each row: what fusion keeps in cache. */
final class RowCases {
    private static final float EPSILON = 1e-5f;

    private RowCases() {}

    static Case softmax(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] out = new float[x.length];
        return Case.of(in -> in.get(0).softmax(-1), () -> softmax(x, out, columns), out, 1e-5,
                Tensor.of(x, rows, columns));
    }

    private static void softmax(float[] x, float[] out, int columns) {
        for (int start = 0; start < x.length; start += columns) {
            float max = Float.NEGATIVE_INFINITY;
            for (int j = start; j < start + columns; j++) {
                max = Math.max(max, x[j]);
            }
            float sum = 0;
            for (int j = start; j < start + columns; j++) {
                out[j] = (float) Math.exp(x[j] - max);
                sum += out[j];
            }
            float scale = 1 / sum;
            for (int j = start; j < start + columns; j++) {
                out[j] *= scale;
            }
        }
    }

    static Case layerNorm(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] gain = Data.floats(columns);
        float[] bias = Data.floats(columns);
        float[] out = new float[x.length];
        return Case.of(in -> {
            Expr centred = in.get(0).minus(in.get(0).meanKeepDims(-1));
            Expr deviation = centred.square().meanKeepDims(-1).plus(EPSILON).sqrt();
            return centred.div(deviation).times(in.get(1)).plus(in.get(2));
        }, () -> layerNorm(x, gain, bias, out), out, 1e-5, Tensor.of(x, rows, columns),
                Tensor.of(gain, columns),
                Tensor.of(bias, columns));
    }

    private static void layerNorm(float[] x, float[] gain, float[] bias, float[] out) {
        int columns = gain.length;
        for (int start = 0; start < x.length; start += columns) {
            float sum = 0;
            for (int j = 0; j < columns; j++) {
                sum += x[start + j];
            }
            float mean = sum / columns;
            float squares = 0;
            for (int j = 0; j < columns; j++) {
                float centred = x[start + j] - mean;
                squares += centred * centred;
            }
            float scale = 1 / (float) Math.sqrt(squares / columns + EPSILON);
            for (int j = 0; j < columns; j++) {
                out[start + j] = (x[start + j] - mean) * scale * gain[j] + bias[j];
            }
        }
    }

    /** The mean loss, and its gradient by the logits. */
    static Case crossEntropy(int rows, int classes) {
        float[] logits = Data.floats(rows * classes);
        int[] labels = Data.indices(rows, classes);
        float[] loss = new float[1];
        float[] gradient = new float[logits.length];
        return new Case(List.of(Tensor.of(logits, rows, classes), Tensor.of(labels, rows)), (g, in) -> {
            Expr mean = Losses.softmaxCrossEntropy(in.get(0), in.get(1)).mean();
            return g.function(FUNCTION).returns("loss", mean).returns("gradient", mean.gradient(in.get(0)));
        }, () -> crossEntropy(logits, labels, loss, gradient), List.of(loss, gradient), 1e-5);
    }

    private static void crossEntropy(float[] logits, int[] labels, float[] loss, float[] gradient) {
        int classes = logits.length / labels.length;
        float total = 0;
        for (int i = 0; i < labels.length; i++) {
            int start = i * classes;
            float max = Float.NEGATIVE_INFINITY;
            for (int j = start; j < start + classes; j++) {
                max = Math.max(max, logits[j]);
            }
            float sum = 0;
            for (int j = start; j < start + classes; j++) {
                gradient[j] = (float) Math.exp(logits[j] - max);
                sum += gradient[j];
            }
            total += (float) Math.log(sum) - (logits[start + labels[i]] - max);
            float scale = 1 / (sum * labels.length);
            for (int j = start; j < start + classes; j++) {
                gradient[j] *= scale;
            }
            gradient[start + labels[i]] -= 1f / labels.length;
        }
        loss[0] = total / labels.length;
    }
}
