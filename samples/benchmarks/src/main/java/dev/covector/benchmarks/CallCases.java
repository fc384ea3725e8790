package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Tensor;
import java.util.List;

/** So little to do that the call itself shows. */
final class CallCases {
    private static final float RATE = 0.03f;

    private CallCases() {}

    static Case addScalars() {
        float[] a = {2};
        float[] b = {3};
        float[] out = new float[1];
        return Case.of(in -> in.get(0).plus(in.get(1)), () -> out[0] = a[0] + b[0], out, 0, Tensor.of(a, 1),
                Tensor.of(b, 1));
    }

    /** A training step of a line through points of the plane. */
    static Case linearRegression(int batch) {
        float[] x = Data.floats(batch * 2);
        float[] y = Data.floats(batch);
        float[] loss = new float[1];
        float[] parameters = new float[3];
        return new Case(List.of(Tensor.of(x, batch, 2), Tensor.of(y, batch, 1)), (g, in) -> {
            Linear line = Linear.of(g, "line", 2, 1, Initializers.zeros(), Initializers.zeros());
            Expr mean = Losses.squared(line.invoke(in.get(0)), in.get(1)).mean();
            return g.function(Case.FUNCTION).returns("loss", mean).updates(Sgd.of(RATE).minimize(mean));
        }, () -> step(x, y, parameters, loss), List.of(loss), 1e-6);
    }

    private static void step(float[] x, float[] y, float[] parameters, float[] loss) {
        float weight0 = parameters[0];
        float weight1 = parameters[1];
        float bias = parameters[2];
        float total = 0;
        float gradient0 = 0;
        float gradient1 = 0;
        float gradientOfBias = 0;
        for (int i = 0; i < y.length; i++) {
            float error = x[2 * i] * weight0 + x[2 * i + 1] * weight1 + bias - y[i];
            total += error * error;
            gradient0 += error * x[2 * i];
            gradient1 += error * x[2 * i + 1];
            gradientOfBias += error;
        }
        loss[0] = total / (2 * y.length);
        float rate = RATE / y.length;
        parameters[0] = weight0 - rate * gradient0;
        parameters[1] = weight1 - rate * gradient1;
        parameters[2] = bias - rate * gradientOfBias;
    }
}
