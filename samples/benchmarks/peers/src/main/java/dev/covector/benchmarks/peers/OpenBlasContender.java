package dev.covector.benchmarks.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.runtime.Tensor;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/** OpenBLAS through JavaCPP, for products of matrices: all in memory outside of the JVM's heap. */
public final class OpenBlasContender implements Contender {
    /** Where arrays begin: on a line of the cache, as any allocator of such a library does it. */
    private static final int ALIGNMENT = 64;

    private final boolean left;
    private final boolean right;
    private final int m;
    private final int k;
    private final int n;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments,
                (workload, data, threads, options) -> new OpenBlasContender(workload, data, threads)));
    }

    private OpenBlasContender(String workload, Map<String, Tensor> data, int threads) {
        if (!workload.startsWith("W11.")) {
            throw new UnsupportedOperationException("products only");
        }
        blas_set_num_threads(threads);
        Tensor first = Objects.requireNonNull(data.get("a"));
        Tensor second = Objects.requireNonNull(data.get("b"));
        left = workload.equals("W11.AtB");
        right = workload.equals("W11.ABt");
        m = first.dim(left ? 1 : 0);
        k = first.dim(left ? 0 : 1);
        n = second.dim(right ? 0 : 1);
        a = aligned(first.size()).put(first.toFloats(), 0, first.size());
        b = aligned(second.size()).put(second.toFloats(), 0, second.size());
        c = aligned(m * n);
    }

    @Override
    public void step() {
        cblas_sgemm(CblasRowMajor, left ? CblasTrans : CblasNoTrans, right ? CblasTrans : CblasNoTrans, m, n,
                k, 1, a,
                left ? m : k, b, right ? k : n, 0, c, n);
    }

    @Override
    public double checksum() {
        double sum = 0;
        for (long i = 0; i < (long) m * n; i++) {
            sum += (double) c.get(i) * c.get(i);
        }
        return sum / ((double) m * n);
    }

    private static FloatPointer aligned(int size) {
        FloatPointer pointer = new FloatPointer((long) size + ALIGNMENT);
        long skip = (ALIGNMENT - pointer.address() % ALIGNMENT) % ALIGNMENT / Float.BYTES;
        return pointer.position(skip).getPointer(FloatPointer.class);
    }
}
