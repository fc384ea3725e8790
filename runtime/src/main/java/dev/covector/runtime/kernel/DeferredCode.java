package dev.covector.runtime.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Vector code that is made when it is first wanted. A first call need not wait for it, and a function that is called a few
 * times, such as one that computes initial values, never makes it.
 */
final class DeferredCode {
    private final AtomicBoolean begun = new AtomicBoolean();
    private Supplier<Code> maker;
    private volatile @Nullable Code code;
    private volatile boolean failed;

    DeferredCode(Supplier<Code> maker) {
        this.maker = maker;
    }

    /** The code, which this thread makes if need be. */
    synchronized Code get() {
        Code made = maker.get();
        maker = () -> made; // what it was made of is much
        code = made;
        return made;
    }

    /**
     * The code if it is made. If not, a thread of its own begins with it: whoever asks runs scalar code until then. What
     * goes wrong there goes wrong again for the next who asks, and is thrown.
     */
    @Nullable
    Code poll() {
        Code known = code;
        if (known == null && begun.compareAndSet(false, true)) {
            Thread thread = new Thread(null, this::make, "covector-vector-code", 0, false);
            thread.setContextClassLoader(null);
            thread.setDaemon(true);
            thread.start();
        }
        return failed ? get() : known;
    }

    private void make() {
        try {
            get();
        } finally {
            failed = code == null;
        }
    }
}
