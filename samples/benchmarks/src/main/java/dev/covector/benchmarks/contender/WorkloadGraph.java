package dev.covector.benchmarks.contender;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.compiler.PlanSummary;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.FunctionBuilder;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Attention;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.LayerNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A workload as a graph, written as a user would: shapes are those of the data, the model's weights are parameters. */
public final class WorkloadGraph {
    /** The function that takes a step. */
    static final String STEP = "step";
    private static final double EPSILON = 1e-5;

    private final Workload workload;
    private final GraphBuilder g = Graph.builder("workload");
    private final Map<String, Expr> tensors = new LinkedHashMap<>();
    private final FunctionBuilder step = g.function(STEP);

    private WorkloadGraph(Workload workload) {
        this.workload = workload;
    }

    /** The graph for data of these shapes. Labels are int32. */
    public static Graph of(Workload workload, Map<String, Tensor> data) {
        WorkloadGraph graph = new WorkloadGraph(workload);
        data.forEach(graph::declare);
        graph.declareStep();
        return graph.g.build();
    }

    /** What is planned for a step. */
    public static PlanSummary plan(Workload workload) {
        return PlanSummary.of(of(workload, workload.data().get()), STEP);
    }

    private void declare(String name, Tensor tensor) {
        Shape shape = Shape.of(tensor.shape());
        DType dtype = tensor.dtype() == DType.INT64 ? DType.INT32 : tensor.dtype();
        tensors.put(name, workload.weights().contains(name)
                ? g.parameter(name, dtype, shape, Initializers.zeros()) : g.input(name, dtype, shape));
    }

    private Expr in(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private void declareStep() {
        switch (workload.kind()) {
            case LINEAR_REGRESSION ->
                    train(in("x").matmul(in("weight")).plus(in("bias")).minus(in("y")).square().mean());
            case PERCEPTRON -> train(Losses.softmaxCrossEntropy(perceptron(Expr::relu), in("labels")).mean());
            case TANH_REGRESSION -> train(perceptron(Expr::tanh).minus(in("y")).square().mean());
            case LENET -> train(Losses.softmaxCrossEntropy(lenet().invoke(in("x")), in("labels")).mean());
            case CHAIN -> chain();
            case ATTENTION -> attention();
            case PREDICTION -> step.returns("out", perceptron(Expr::sigmoid).softmax(-1));
            case NEURON -> step.returns("out", in("x").matmul(in("w")).plus(in("b")).sigmoid());
            case RESIDUAL_BLOCK -> train(residualBlock().times(in("g")).mean(), in("x"));
            case LOGISTIC_DENSITY -> logisticDensity();
            case PRODUCT -> step.returns("c", in("a").matmul(in("b")));
            case PRODUCT_LEFT_TRANSPOSED -> step.returns("c", in("a").transpose(1, 0).matmul(in("b")));
            case PRODUCT_RIGHT_TRANSPOSED -> step.returns("c", in("a").matmul(in("b").transpose(1, 0)));
            case NORMALISED_LINEAR -> train(normalisedLinear().times(in("g")).mean(), in("x"));
        }
    }

    /** Gradient descent, and gradients with respect to some inputs. */
    private void train(Expr loss, Expr... inputs) {
        step.returns("loss", loss).updates(Sgd.of(workload.rate()).minimize(loss));
        for (Expr input : inputs) {
            step.returns("d" + input.node().name(), loss.gradient(input));
        }
    }

    private Expr perceptron(UnaryOperator<Expr> activation) {
        Expr value = in("x");
        List<String> names = workload.weights();
        for (int i = 0; i < names.size(); i += 2) {
            value = Linear.of(in(names.get(i)), in(names.get(i + 1))).invoke(value);
            value = i + 2 < names.size() ? activation.apply(value) : value;
        }
        return value;
    }

    private Block lenet() {
        return Sequential.of(Conv2d.of(in("k1"), in("c1"), Convolution.of().padding(2)), Expr::sigmoid,
                AvgPool2d.of(2),
                Conv2d.of(in("k2"), in("c2"), Convolution.of()), Expr::sigmoid, AvgPool2d.of(2), Flatten.of(),
                Linear.of(in("w1"), in("b1")), Expr::sigmoid, Linear.of(in("w2"), in("b2")), Expr::sigmoid,
                Linear.of(in("w3"), in("b3")));
    }

    private void chain() {
        Expr x = in("x");
        Expr s = in("a").times(x).plus(in("b")).tanh().times(x.sigmoid()).plus(in("c")).sum();
        step.returns("s", s);
        for (String name : List.of("x", "a", "b", "c")) {
            step.returns("d" + name, s.gradient(in(name)));
        }
    }

    private void attention() {
        Expr loss = Attention.scaledDotProduct(in("q"), in("k"), in("v")).times(in("g")).sum();
        step.returns("loss", loss);
        for (String name : List.of("q", "k", "v")) {
            step.returns("d" + name, loss.gradient(in(name)));
        }
    }

    private Expr residualBlock() {
        Expr x = in("x");
        Convolution same = Convolution.of().padding(1);
        Expr first = batchNorm(x.conv(in("k1"), same), in("gamma1"), in("beta1")).relu();
        return batchNorm(first.conv(in("k2"), same), in("gamma2"), in("beta2")).plus(x).relu();
    }

    /** By the statistics of the batch. */
    private static Expr batchNorm(Expr x, Expr gamma, Expr beta) {
        Expr centred = x.minus(x.mean(0, 1, 2));
        return centred.times(x.variance(0, 1, 2).plus(EPSILON).rsqrt()).times(gamma).plus(beta);
    }

    private void logisticDensity() {
        Expr beta = in("beta");
        Expr z = in("x").matmul(beta);
        Expr density = in("y").times(z).minus(z.softplus()).sum().minus(beta.square().sum().times(0.5));
        step.returns("density", density).returns("dbeta", density.gradient(beta));
    }

    private Expr normalisedLinear() {
        Expr hidden = LayerNorm.of(in("gamma"), in("beta"), EPSILON).invoke(in("x")).gelu();
        return Linear.of(in("w"), in("bias")).invoke(hidden);
    }
}
