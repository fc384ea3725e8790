package dev.covector.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A call of a function: its inputs, then {@link #run}. The results are the caller's to keep.
 *
 * <pre>{@code
 * Tensor probability = session.call("predict").input("x", images).run().tensor("probability");
 * }</pre>
 */
public final class Call {
    private final Session session;
    private final LinkedFunction linked;
    private final @Nullable Tensor[] inputs;

    Call(Session session, LinkedFunction linked) {
        this.session = session;
        this.linked = linked;
        this.inputs = new @Nullable Tensor[linked.inputs.length];
    }

    /**
     * Gives an input its data, which is read when the call runs.
     *
     * @throws CallException if there is no such input, or the data is of another type, rank or fixed extent
     */
    public Call input(String name, Tensor data) {
        int index = linked.input(name);
        linked.inputs[index].check(data);
        inputs[index] = data;
        return this;
    }

    /**
     * Runs the function, as {@link PreparedCall#run} does, in memory that the session keeps for such calls.
     *
     * @return results with memory of their own
     * @throws CallException as {@link PreparedCall#run}
     */
    public Results run() {
        PreparedCall prepared = session.borrow(linked);
        try {
            for (int i = 0; i < inputs.length; i++) {
                Tensor input = inputs[i];
                if (input != null) {
                    prepared.setInput(i, input);
                }
            }
            return prepared.run().copy();
        } finally {
            prepared.clearInputs();
            session.giveBack(linked, prepared);
        }
    }
}
