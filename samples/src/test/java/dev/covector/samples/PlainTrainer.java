package dev.covector.samples;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A ReLU network with softmax cross-entropy and plain gradient descent, written by hand in ordinary loops:
 * what the samples are to learn, without anything of Covector. No hidden layer makes it a linear model.
 */
final class PlainTrainer implements ImageTrainer {
    private final float rate;
    private final int[] sizes;
    private final float[][] weights;
    private final float[][] biases;

    PlainTrainer(float rate, long seed, int... sizes) {
        this.rate = rate;
        this.sizes = sizes;
        SplittableRandom random = new SplittableRandom(seed);
        weights = new float[sizes.length - 1][];
        biases = new float[sizes.length - 1][];
        for (int l = 0; l < weights.length; l++) {
            double limit = Math.sqrt(6.0 / (sizes[l] + sizes[l + 1]));
            weights[l] = new float[sizes[l] * sizes[l + 1]];
            for (int i = 0; i < weights[l].length; i++) {
                weights[l][i] = (float) (limit * (2 * random.nextDouble() - 1));
            }
            biases[l] = new float[sizes[l + 1]];
        }
    }

    @Override
    public float step(float[] images, int[] labels, int count) {
        int last = weights.length;
        float[][] values = forward(images, 0, count);
        float[] delta = values[last];
        double loss = 0;
        int classes = sizes[last];
        for (int n = 0; n < count; n++) {
            softmax(delta, n * classes, classes);
            loss -= Math.log(delta[n * classes + labels[n]]);
            delta[n * classes + labels[n]] -= 1;
        }
        for (int l = last - 1; l >= 0; l--) {
            float[] below = l == 0 ? delta : backward(l, delta, values[l], count);
            update(l, values[l], delta, count);
            delta = below;
        }
        return (float) (loss / count);
    }

    @Override
    public int correct(float[] images, int[] labels, int from, int count) {
        float[] logits = forward(images, from, count)[weights.length];
        int classes = sizes[weights.length];
        int correct = 0;
        for (int n = 0; n < count; n++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[n * classes + c] > logits[n * classes + best] ? c : best;
            }
            correct += best == labels[from + n] ? 1 : 0;
        }
        return correct;
    }

    /** The values of each layer, the input first, the logits last. */
    private float[][] forward(float[] images, int from, int count) {
        float[][] values = new float[sizes.length][];
        values[0] = Arrays.copyOfRange(images, from * sizes[0], (from + count) * sizes[0]);
        for (int l = 0; l < weights.length; l++) {
            int in = sizes[l];
            int out = sizes[l + 1];
            values[l + 1] = new float[count * out];
            for (int n = 0; n < count; n++) {
                System.arraycopy(biases[l], 0, values[l + 1], n * out, out);
                for (int i = 0; i < in; i++) {
                    addScaled(values[l][n * in + i], weights[l], i * out, values[l + 1], n * out, out);
                }
            }
            if (l < weights.length - 1) {
                for (int i = 0; i < values[l + 1].length; i++) {
                    values[l + 1][i] = Math.max(0, values[l + 1][i]);
                }
            }
        }
        return values;
    }

    private float[] backward(int l, float[] delta, float[] value, int count) {
        int in = sizes[l];
        int out = sizes[l + 1];
        float[] below = new float[count * in];
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < in; i++) {
                float sum = 0;
                for (int o = 0; o < out; o++) {
                    sum += delta[n * out + o] * weights[l][i * out + o];
                }
                below[n * in + i] = value[n * in + i] > 0 ? sum : 0;
            }
        }
        return below;
    }

    private void update(int l, float[] value, float[] delta, int count) {
        int in = sizes[l];
        int out = sizes[l + 1];
        float scale = -rate / count;
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < in; i++) {
                addScaled(scale * value[n * in + i], delta, n * out, weights[l], i * out, out);
            }
            addScaled(scale, delta, n * out, biases[l], 0, out);
        }
    }

    private static void addScaled(float factor, float[] from, int at, float[] to, int offset, int length) {
        if (factor != 0) {
            for (int i = 0; i < length; i++) {
                to[offset + i] += factor * from[at + i];
            }
        }
    }

    private static void softmax(float[] row, int offset, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, row[offset + i]);
        }
        float sum = 0;
        for (int i = 0; i < length; i++) {
            row[offset + i] = (float) Math.exp(row[offset + i] - max);
            sum += row[offset + i];
        }
        for (int i = 0; i < length; i++) {
            row[offset + i] /= sum;
        }
    }
}
