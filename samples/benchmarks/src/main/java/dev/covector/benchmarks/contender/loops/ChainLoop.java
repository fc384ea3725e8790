package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** An elementwise chain and its gradient, in one loop. */
final class ChainLoop extends LoopContender {
    private final float[] x = floats("x");
    private final float a = floats("a")[0];
    private final float b = floats("b")[0];
    private final float c = floats("c")[0];
    private final float[] s = result("s");
    private final float[] dx = result("dx", x.length);
    private final float[] da = result("da");
    private final float[] db = result("db");
    private final float[] dc = result("dc");

    ChainLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        double sum = 0;
        double sumA = 0;
        double sumB = 0;
        for (int i = 0; i < x.length; i++) {
            float tanh = (float) Math.tanh(a * x[i] + b);
            float sigmoid = Functions.sigmoid(x[i]);
            float inner = (1 - tanh * tanh) * sigmoid;
            sum += tanh * sigmoid + c;
            dx[i] = a * inner + tanh * sigmoid * (1 - sigmoid);
            sumA += inner * x[i];
            sumB += inner;
        }
        s[0] = (float) sum;
        da[0] = (float) sumA;
        db[0] = (float) sumB;
        dc[0] = x.length;
    }
}
