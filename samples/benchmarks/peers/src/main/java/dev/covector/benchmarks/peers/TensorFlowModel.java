package dev.covector.benchmarks.peers;

import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A workload as a graph of TensorFlow.
 *
 * <p>Weights, and whatever gradients are taken of, are variables. Data that a step only reads are constants; but variables
 * where the optimiser of graphs would else compute with them once instead of in each step. Predictions are fed.
 */
final class TensorFlowModel {
    private static final List<Long> ONES = List.of(1L, 1L, 1L, 1L);
    private static final List<Long> TWOS = List.of(1L, 2L, 2L, 1L);

    private static final int CLASSES = 10;

    /** A tensor that outlives a step: where it is kept, and what a step reads from it. */
    private record Variable<T extends TFloating>(VarHandleOp handle, Operand<T> value) {}

    private final Ops tf;
    private final Map<String, Tensor> data;
    private final List<Op> initialisers = new ArrayList<>();
    private final Map<Operand<?>, org.tensorflow.Tensor> inputs = new LinkedHashMap<>();
    private final List<Operand<?>> fetched = new ArrayList<>();
    private final List<Operation> targets = new ArrayList<>();
    private final List<Operand<?>> parameters = new ArrayList<>();

    private TensorFlowModel(Ops tf, Map<String, Tensor> data) {
        this.tf = tf;
        this.data = data;
    }

    static TensorFlowModel of(String workload, Ops tf, Map<String, Tensor> data) {
        TensorFlowModel model = new TensorFlowModel(tf, data);
        switch (workload) {
            case "W1" -> model.linearRegression();
            case "W2", "W3", "W3.50" -> model.perceptron();
            case "W4" -> model.tanhNet();
            case "W5" -> model.leNet();
            case "W6" -> model.chain();
            case "W7" -> model.attention();
            case "W8" -> model.classifier();
            case "W8b" -> model.neuron();
            case "W9" -> model.residualBlock();
            case "W10" -> model.logisticDensity();
            case "W12" -> model.normalisedLinear();
            default -> throw new UnsupportedOperationException("products are OpenBLAS's part");
        }
        return model;
    }

    /** To be run once each. */
    List<Op> initialisers() {
        return initialisers;
    }

    /** What a step is fed. */
    Map<Operand<?>, org.tensorflow.Tensor> inputs() {
        return inputs;
    }

    /** What a step gives: a value, and gradients that aren't used for an update. */
    List<Operand<?>> fetched() {
        return fetched;
    }

    /** What a step does besides. */
    List<Operation> targets() {
        return targets;
    }

    /** The weights that a step updates. */
    List<Operand<?>> parameters() {
        return parameters;
    }

    private void linearRegression() {
        Variable<TFloat32> weight = variable("weight", Shape.of(2, 1));
        Variable<TFloat32> bias = variable("bias", Shape.of(1));
        Operand<TFloat32> y = constant("y", Shape.of(values("y").size(), 1));
        train(mean(tf.math.squaredDifference(linear(constant("x"), weight, bias), y)), 0.01f,
                List.of(weight, bias));
    }

    private void perceptron() {
        List<Variable<TFloat32>> w = data.containsKey("weight") ? variables("weight", "bias") : layers();
        Operand<TFloat32> h = linear(constant("x"), w.get(0), w.get(1));
        for (int i = 2; i < w.size(); i += 2) {
            h = linear(tf.nn.relu(h), w.get(i), w.get(i + 1));
        }
        train(crossEntropy(h), 0.01f, w);
    }

    private List<Variable<TFloat32>> layers() {
        List<Variable<TFloat32>> layers = new ArrayList<>();
        for (int i = 1; data.containsKey("w" + i); i++) {
            layers.addAll(variables("w" + i, "b" + i));
        }
        return layers;
    }

    private void tanhNet() {
        List<Variable<TFloat32>> w = layers();
        Operand<TFloat32> h = tf.math.tanh(linear(constant("x"), w.get(0), w.get(1)));
        h = tf.math.tanh(linear(h, w.get(2), w.get(3)));
        train(mean(tf.math.squaredDifference(linear(h, w.get(4), w.get(5)), constant("y"))), 0.01f, w);
    }

    private void leNet() {
        List<Variable<TFloat32>> w = variables("k1", "c1", "k2", "c2", "w1", "b1", "w2", "b2", "w3", "b3");
        Operand<TFloat32> h = tf.nn.conv2d(constant("x"), w.get(0).value, ONES, "SAME");
        h = tf.nn.avgPool(tf.math.sigmoid(tf.nn.biasAdd(h, w.get(1).value)), TWOS, TWOS, "VALID");
        h = tf.nn.conv2d(h, w.get(2).value, ONES, "VALID");
        h = tf.nn.avgPool(tf.math.sigmoid(tf.nn.biasAdd(h, w.get(3).value)), TWOS, TWOS, "VALID");
        h = tf.reshape(h, tf.constant(new int[]{-1, 400}));
        h = tf.math.sigmoid(linear(h, w.get(4), w.get(5)));
        h = tf.math.sigmoid(linear(h, w.get(6), w.get(7)));
        train(crossEntropy(linear(h, w.get(8), w.get(9))), 0.1f, w);
    }

    private void chain() {
        List<Variable<TFloat32>> v = variables("x", "a", "b", "c");
        Operand<TFloat32> x = v.get(0).value;
        Operand<TFloat32> t = tf.math.tanh(tf.math.add(tf.math.mul(v.get(1).value, x), v.get(2).value));
        differentiate(sum(tf.math.add(tf.math.mul(t, tf.math.sigmoid(x)), v.get(3).value)), v);
    }

    private void attention() {
        List<Variable<TFloat32>> v = variables("q", "k", "v");
        Operand<TFloat32> q =
                tf.math.mul(v.get(0).value, tf.constant((float) (1 / Math.sqrt(values("q").dim(3)))));
        Operand<TFloat32> scores =
                tf.train.batchMatMul(q, v.get(1).value, TFloat32.class, BatchMatMul.adjY(true));
        Operand<TFloat32> out = tf.train.batchMatMul(tf.nn.softmax(scores), v.get(2).value, TFloat32.class);
        differentiate(sum(tf.math.mul(out, variable("g").value)), v);
    }

    private void classifier() {
        Operand<TFloat32> h = tf.math.sigmoid(linear(input("x"), constant("w1"), constant("b1")));
        h = tf.math.sigmoid(linear(h, constant("w2"), constant("b2")));
        fetched.add(tf.nn.softmax(linear(h, constant("w3"), constant("b3"))));
    }

    private void neuron() {
        fetched.add(tf.math.sigmoid(linear(input("x"), constant("w"), constant("b"))));
    }

    private void residualBlock() {
        Variable<TFloat32> x = variable("x");
        List<Variable<TFloat32>> w = variables("k1", "gamma1", "beta1", "k2", "gamma2", "beta2");
        Operand<TFloat32> h = tf.nn.conv2d(x.value, w.get(0).value, ONES, "SAME");
        h = tf.nn.relu(batchNorm(h, w.get(1), w.get(2)));
        h = tf.nn.conv2d(h, w.get(3).value, ONES, "SAME");
        h = tf.nn.relu(tf.math.add(batchNorm(h, w.get(4), w.get(5)), x.value));
        trainInNetwork(mean(tf.math.mul(h, variable("g").value)), x, w);
    }

    private void logisticDensity() {
        int rows = values("x").dim(0);
        int columns = values("x").dim(1);
        Variable<TFloat64> beta = variable(TFloat64.class, doubles("beta", columns, 1), Shape.of(columns, 1));
        Operand<TFloat64> x = doubles("x", rows, columns);
        Operand<TFloat64> y = doubles("y", rows, 1);
        Operand<TFloat64> z = tf.linalg.matMul(x, beta.value);
        Operand<TFloat64> likelihood = sum(tf.math.sub(tf.math.mul(y, z), tf.math.softplus(z)));
        differentiate(tf.math.sub(likelihood, tf.nn.l2Loss(beta.value)), List.of(beta));
    }

    private void normalisedLinear() {
        Variable<TFloat32> x = variable("x");
        List<Variable<TFloat32>> w = variables("gamma", "beta", "w", "bias");
        Operand<TFloat32> h = gelu(layerNorm(x.value, w.get(0), w.get(1)));
        Operand<TFloat32> out = linear(h, w.get(2), w.get(3));
        trainInNetwork(mean(tf.math.mul(out, variable("g").value)), x, w);
    }

    private Operand<TFloat32> linear(Operand<TFloat32> x, Variable<TFloat32> weight,
            Variable<TFloat32> bias) {
        return linear(x, weight.value, bias.value);
    }

    private Operand<TFloat32> linear(Operand<TFloat32> x, Operand<TFloat32> weight, Operand<TFloat32> bias) {
        return tf.nn.biasAdd(tf.linalg.matMul(x, weight), bias);
    }

    private Operand<TFloat32> crossEntropy(Operand<TFloat32> logits) {
        // Of the sparse one the C library knows no gradient.
        Tensor labels = values("labels");
        float[] classes = new float[labels.size() * CLASSES];
        for (int i = 0; i < labels.size(); i++) {
            classes[i * CLASSES + (int) labels.getLong(i)] = 1;
        }
        Operand<TFloat32> target = tf.constant(Shape.of(labels.size(), CLASSES), DataBuffers.of(classes));
        return mean(SoftmaxCrossEntropyWithLogits.create(tf.scope(), logits, target).loss());
    }

    private Operand<TFloat32> batchNorm(Operand<TFloat32> x, Variable<TFloat32> gamma,
            Variable<TFloat32> beta) {
        Operand<TFloat32> none = tf.constant(new float[0]);
        return tf.nn.fusedBatchNorm(x, gamma.value, beta.value, none, none, FusedBatchNorm.epsilon(1e-5f))
                .y();
    }

    private Operand<TFloat32> layerNorm(Operand<TFloat32> x, Variable<TFloat32> gamma,
            Variable<TFloat32> beta) {
        Operand<TFloat32> mean = tf.math.mean(x, tf.constant(new int[]{1}), Mean.keepDims(true));
        Operand<TFloat32> centred = tf.math.sub(x, mean);
        Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), tf.constant(new int[]{1}),
                Mean.keepDims(true));
        Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(1e-5f)));
        return tf.math.add(tf.math.mul(tf.math.mul(centred, scale), gamma.value), beta.value);
    }

    private Operand<TFloat32> gelu(Operand<TFloat32> x) {
        Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
        return tf.math.mul(tf.math.mul(x, tf.constant(0.5f)), tf.math.add(erf, tf.constant(1f)));
    }

    private Operand<TFloat32> mean(Operand<TFloat32> x) {
        return tf.math.mean(x, axes(x));
    }

    private <T extends TFloating> Operand<T> sum(Operand<T> x) {
        return tf.reduceSum(x, axes(x));
    }

    private Operand<TInt32> axes(Operand<?> x) {
        int[] axes = new int[x.shape().numDimensions()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        return tf.constant(axes);
    }

    private void train(Operand<TFloat32> loss, float rate, List<Variable<TFloat32>> weights) {
        update(loss, rate, weights, List.of());
    }

    /** The gradient of x is for whoever comes before in the network. */
    private void trainInNetwork(Operand<TFloat32> loss, Variable<TFloat32> x,
            List<Variable<TFloat32>> weights) {
        update(loss, 0.01f, weights, List.of(x));
    }

    private void update(Operand<TFloat32> loss, float rate, List<Variable<TFloat32>> weights,
            List<Variable<TFloat32>> others) {
        List<Operand<TFloat32>> all =
                Stream.concat(weights.stream(), others.stream()).map(Variable::value).toList();
        Gradients gradients = tf.gradients(loss, all);
        fetched.add(loss);
        // An update comes after all that reads the weight: in place, where TensorFlow would else copy the weight first.
        Ops after = tf.withControlDependencyOps(gradients.dy().stream().<Operation>map(Output::op).toList());
        Operand<TFloat32> step = tf.constant(rate);
        for (int i = 0; i < all.size(); i++) {
            if (i < weights.size()) {
                VarHandleOp handle = weights.get(i).handle;
                targets.add(after.train.resourceApplyGradientDescent(handle, step, gradients.<TFloat32>dy(i))
                        .op());
                parameters.add(all.get(i));
            } else {
                targets.add(gradients.dy(i).op());
            }
        }
    }

    private void differentiate(Operand<?> value, List<? extends Variable<?>> inputs) {
        fetched.add(value);
        fetched.addAll(tf.gradients(value, inputs.stream().map(Variable::value).toList()).dy());
    }

    private Operand<TFloat32> constant(String name) {
        return constant(name, shape(name));
    }

    private Operand<TFloat32> constant(String name, Shape shape) {
        return tf.constant(shape, DataBuffers.of(values(name).toFloats()));
    }

    private Operand<TFloat64> doubles(String name, long... shape) {
        return tf.constant(Shape.of(shape), DataBuffers.of(values(name).toDoubles()));
    }

    private Operand<TFloat32> input(String name) {
        Operand<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(shape(name)));
        inputs.put(input, TFloat32.tensorOf(shape(name), DataBuffers.of(values(name).toFloats())));
        return input;
    }

    private Variable<TFloat32> variable(String name) {
        return variable(name, shape(name));
    }

    private Variable<TFloat32> variable(String name, Shape shape) {
        return variable(TFloat32.class, constant(name, shape), shape);
    }

    private <T extends TFloating> Variable<T> variable(Class<T> type, Operand<T> initial, Shape shape) {
        // Variables without a name of their own would all be the same one.
        VarHandleOp handle = tf.varHandleOp(type, shape, VarHandleOp.sharedName("v" + initialisers.size()));
        initialisers.add(tf.assignVariableOp(handle, initial));
        return new Variable<>(handle, tf.readVariableOp(handle, type));
    }

    private List<Variable<TFloat32>> variables(String... names) {
        return Arrays.stream(names).map(this::variable).toList();
    }

    private Tensor values(String name) {
        return Objects.requireNonNull(data.get(name), name);
    }

    private Shape shape(String name) {
        return Shape.of(Arrays.stream(values(name).shape()).asLongStream().toArray());
    }
}
