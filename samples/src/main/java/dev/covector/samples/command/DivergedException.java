package dev.covector.samples.command;

import java.util.Locale;

/** The loss is no number any more, and no further step could make it one. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private DivergedException(String message) {
        super(message);
    }

    /**
     * Lets a finite loss pass.
     *
     * @throws DivergedException if it is infinite or not a number, with a line for the user
     */
    public static float check(float loss, int epoch, int step) {
        if (!Float.isFinite(loss)) {
            throw new DivergedException(String.format(Locale.ROOT,
                    "the loss became %s in step %d of epoch %d; try a smaller --learning-rate", loss, step,
                    epoch));
        }
        return loss;
    }
}
