package dev.covector.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A workload by the arrays of DJL. Images are [batch, channels, height, width], and weights of layers [outputs, inputs], as
 * its own blocks have them.
 *
 * @param value   computes what a step differentiates, of the inputs; or, without inputs, a prediction
 * @param inputs  what it is differentiated by: weights, then others
 * @param weights how many of the inputs are weights, to be updated
 * @param rate    the learning rate
 */
record DjlModel(Value value, List<NDArray> inputs, int weights, float rate) {
    interface Value {
        NDArray of(List<NDArray> inputs);
    }

    static DjlModel of(String workload, NDManager manager, Map<String, Tensor> data) {
        Maker maker = new Maker(manager, data);
        return switch (workload) {
            case "W1" -> maker.linearRegression();
            case "W2", "W3", "W3.50" -> maker.perceptron();
            case "W4" -> maker.tanhNet();
            case "W5" -> maker.leNet();
            case "W6" -> maker.chain();
            case "W7" -> maker.attention();
            case "W8" -> maker.classifier();
            case "W8b" -> maker.neuron();
            case "W9" -> maker.residualBlock();
            case "W10" -> maker.logisticDensity();
            case "W12" -> maker.normalisedLinear();
            default -> throw new UnsupportedOperationException("products are OpenBLAS's part");
        };
    }

    private static final class Maker {
        private final NDManager manager;
        private final Map<String, Tensor> data;

        Maker(NDManager manager, Map<String, Tensor> data) {
            this.manager = manager;
            this.data = data;
        }

        DjlModel linearRegression() {
            NDArray x = array("x");
            NDArray y = array("y");
            return train(0.01f, w -> x.matMul(w.get(0)).add(w.get(1)).sub(y).square().mean(), array("weight"),
                    array("bias"));
        }

        DjlModel perceptron() {
            NDArray x = array("x");
            NDArray labels = array("labels").expandDims(1);
            List<NDArray> weights =
                    data.containsKey("weight") ? List.of(turned("weight"), array("bias")) : layers(1);
            return train(0.01f, w -> {
                NDArray h = linear(x, w.get(0), w.get(1));
                for (int i = 2; i < w.size(); i += 2) {
                    h = linear(h.getNDArrayInternal().relu(), w.get(i), w.get(i + 1));
                }
                return crossEntropy(h, labels);
            }, weights);
        }

        DjlModel tanhNet() {
            NDArray x = array("x");
            NDArray y = array("y");
            return train(0.01f, w -> {
                NDArray h = linear(x, w.get(0), w.get(1)).tanh();
                h = linear(h, w.get(2), w.get(3)).tanh();
                return linear(h, w.get(4), w.get(5)).sub(y).square().mean();
            }, layers(1));
        }

        DjlModel leNet() {
            NDArray x = image("x");
            NDArray labels = array("labels").expandDims(1);
            // The features that the first layer reads are flattened as [channel, height, width].
            NDArray flat =
                    array("w1").reshape(5, 5, 16, 120).transpose(3, 2, 0, 1).reshape(120, 400).duplicate();
            List<NDArray> weights = new ArrayList<>(
                    List.of(kernel("k1"), array("c1"), kernel("k2"), array("c2"), flat, array("b1")));
            weights.addAll(layers(2));
            return train(0.1f, w -> {
                NDArray h = pool(sigmoid(convolution(x, w.get(0), w.get(1), 2)));
                h = pool(sigmoid(convolution(h, w.get(2), w.get(3), 0)));
                h = sigmoid(linear(h.reshape(-1, 400), w.get(4), w.get(5)));
                h = sigmoid(linear(h, w.get(6), w.get(7)));
                return crossEntropy(linear(h, w.get(8), w.get(9)), labels);
            }, weights);
        }

        DjlModel chain() {
            return differentiate(v -> {
                NDArray x = v.get(0);
                return x.mul(v.get(1)).add(v.get(2)).tanh().mul(sigmoid(x)).add(v.get(3)).sum();
            }, array("x"), array("a"), array("b"), array("c"));
        }

        DjlModel attention() {
            NDArray g = array("g");
            double scale = 1 / Math.sqrt((double) g.getShape().get(3));
            return differentiate(v -> {
                NDArray scores = v.get(0).mul(scale).matMul(v.get(1).transpose(0, 1, 3, 2));
                return scores.softmax(-1).matMul(v.get(2)).mul(g).sum();
            }, array("q"), array("k"), array("v"));
        }

        DjlModel classifier() {
            NDArray x = array("x");
            List<NDArray> w = layers(1);
            return predict(nothing -> {
                NDArray h = sigmoid(linear(x, w.get(0), w.get(1)));
                h = sigmoid(linear(h, w.get(2), w.get(3)));
                return linear(h, w.get(4), w.get(5)).softmax(1);
            });
        }

        DjlModel neuron() {
            NDArray x = array("x");
            NDArray w = turned("w");
            NDArray b = array("b");
            return predict(nothing -> sigmoid(linear(x, w, b)));
        }

        DjlModel residualBlock() {
            NDArray g = image("g");
            // Batch normalisation keeps running statistics besides.
            NDArray means = manager.zeros(new Shape(g.getShape().get(1)));
            NDArray variances = manager.ones(new Shape(g.getShape().get(1)));
            return trainInNetwork(w -> {
                NDArray x = w.get(6);
                NDArray h =
                        batchNorm(convolution(x, w.get(0), null, 1), means, variances, w.get(1), w.get(2));
                h = batchNorm(convolution(h.getNDArrayInternal().relu(), w.get(3), null, 1), means, variances,
                        w.get(4), w.get(5));
                return h.add(x).getNDArrayInternal().relu().mul(g).mean();
            }, image("x"), kernel("k1"), array("gamma1"), array("beta1"), kernel("k2"), array("gamma2"),
                    array("beta2"));
        }

        DjlModel logisticDensity() {
            NDArray x = array("x");
            NDArray y = array("y");
            return differentiate(v -> {
                NDArray beta = v.get(0);
                NDArray z = x.matMul(beta);
                return y.dot(z).sub(z.getNDArrayInternal().softPlus().sum()).sub(beta.dot(beta).mul(0.5));
            }, array("beta"));
        }

        DjlModel normalisedLinear() {
            NDArray g = array("g");
            Shape width = new Shape(data("gamma").size());
            return trainInNetwork(w -> {
                NDArray x = w.get(4);
                NDArray h = x.getNDArrayInternal().layerNorm(x, width, w.get(0), w.get(1), 1e-5f).get(0);
                return linear(h.getNDArrayInternal().gelu(), w.get(2), w.get(3)).mul(g).mean();
            }, array("x"), array("gamma"), array("beta"), turned("w"), array("bias"));
        }

        // ---- operations

        private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
            return x.getNDArrayInternal().linear(x, weight, bias).get(0);
        }

        private static NDArray sigmoid(NDArray x) {
            return x.getNDArrayInternal().sigmoid();
        }

        private static NDArray convolution(NDArray x, NDArray kernel, @Nullable NDArray bias, int padding) {
            return x.getNDArrayInternal()
                    .convolution(x, kernel, bias, new Shape(1, 1), new Shape(padding, padding),
                            new Shape(1, 1), 1)
                    .get(0);
        }

        private static NDArray pool(NDArray x) {
            return x.getNDArrayInternal().avgPool(new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false,
                    true);
        }

        private static NDArray batchNorm(NDArray x, NDArray means, NDArray variances, NDArray gamma,
                NDArray beta) {
            return x.getNDArrayInternal().batchNorm(x, means, variances, gamma, beta, 1, 0.9f, 1e-5f, true)
                    .get(0);
        }

        private static NDArray crossEntropy(NDArray logits, NDArray labels) {
            return logits.logSoftmax(1).gather(labels, 1).mean().neg();
        }

        // ---- kinds of steps

        private static DjlModel train(float rate, Value loss, NDArray... weights) {
            return train(rate, loss, List.of(weights));
        }

        private static DjlModel train(float rate, Value loss, List<NDArray> weights) {
            return new DjlModel(loss, weights, weights.size(), rate);
        }

        /** The gradient of x is for whoever comes before in the network. */
        private static DjlModel trainInNetwork(Value loss, NDArray x, NDArray... weights) {
            List<NDArray> inputs = new ArrayList<>(List.of(weights));
            inputs.add(x);
            return new DjlModel(loss, inputs, weights.length, 0.01f);
        }

        private static DjlModel differentiate(Value value, NDArray... inputs) {
            return new DjlModel(value, List.of(inputs), 0, 0);
        }

        private static DjlModel predict(Value prediction) {
            return new DjlModel(prediction, List.of(), 0, 0);
        }

        // ---- data

        private Tensor data(String name) {
            return Objects.requireNonNull(data.get(name), name);
        }

        private NDArray array(String name) {
            Tensor tensor = data(name);
            Shape shape = new Shape(Arrays.stream(tensor.shape()).asLongStream().toArray());
            return switch (tensor.array()) {
                case float[] values -> manager.create(values, shape);
                case double[] values -> manager.create(values, shape);
                case long[] values -> manager.create(values, shape);
                default -> throw new IllegalArgumentException(name + " is " + tensor.describe());
            };
        }

        /** A weight [inputs, outputs] as [outputs, inputs]. */
        private NDArray turned(String name) {
            return array(name).transpose().duplicate();
        }

        /** An image [batch, height, width, channels] as [batch, channels, height, width]. */
        private NDArray image(String name) {
            return array(name).transpose(0, 3, 1, 2).duplicate();
        }

        /** A kernel [height, width, inputs, outputs] as [outputs, inputs, height, width]. */
        private NDArray kernel(String name) {
            return array(name).transpose(3, 2, 0, 1).duplicate();
        }

        private List<NDArray> layers(int first) {
            List<NDArray> layers = new ArrayList<>();
            for (int i = first; data.containsKey("w" + i); i++) {
                layers.add(turned("w" + i));
                layers.add(array("b" + i));
            }
            return layers;
        }
    }
}
