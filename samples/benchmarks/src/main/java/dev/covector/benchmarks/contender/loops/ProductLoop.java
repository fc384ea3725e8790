package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workload.Kind;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** A product of matrices. */
final class ProductLoop extends LoopContender {
    private final Kind kind;
    private final float[] a = floats("a");
    private final float[] b = floats("b");
    private final int m;
    private final int k;
    private final int n;
    private final float[] c;

    ProductLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
        this.kind = workload.kind();
        boolean left = kind == Kind.PRODUCT_LEFT_TRANSPOSED;
        this.m = tensor("a").dim(left ? 1 : 0);
        this.k = tensor("a").dim(left ? 0 : 1);
        this.n = tensor("b").size() / k;
        this.c = result("c", m, n);
    }

    @Override
    public void step() {
        switch (kind) {
            case PRODUCT_LEFT_TRANSPOSED -> Matrices.leftTransposed(a, b, c, m, k, n);
            case PRODUCT_RIGHT_TRANSPOSED -> Matrices.rightTransposed(a, b, c, m, k, n);
            default -> Matrices.product(a, b, c, m, k, n);
        }
    }
}
