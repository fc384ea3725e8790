package dev.covector.benchmarks.workload;

import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;

/** Something that computes a workload: a library, or loops by hand. */
public interface Contender {
    /**
     * Makes contenders.
     */
    @FunctionalInterface
    interface Factory {
        /**
         * A contender that has taken no step yet.
         *
         * @param workload its name
         * @param data     what the harness wrote for it, by name
         * @param threads  how many threads may compute
         * @param options  whatever else the command line says
         * @throws UnsupportedOperationException if it can't compute this workload; the message says why
         * @throws Exception                     if something went wrong
         */
        Contender make(String workload, Map<String, Tensor> data, int threads, List<String> options)
                throws Exception;
    }

    /** Takes a step: of training, from the weights that the last one left; or an evaluation. */
    void step();

    /** What the workload's definition asks to be compared, of the last step. */
    double checksum();
}
