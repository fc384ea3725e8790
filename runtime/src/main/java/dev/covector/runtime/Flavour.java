package dev.covector.runtime;

import dev.covector.runtime.kernel.VectorSupport;

/** Which of the two forms of generated code a session runs. They give the same bits. */
public enum Flavour {
    /**
     * Vector code as soon as the JVM has compiled it, scalar code until then; scalar code for good where the
     * module {@code jdk.incubator.vector} is missing, which is logged once.
     */
    AUTO,
    /** Vector code from the first call on, though it is very slow until the JVM has compiled it. */
    VECTOR,
    /** Scalar code, which needs no module. */
    SCALAR;

    private static final boolean MODULE_PRESENT = VectorSupport.module() != null;

    /** What stands in for this where vector code can't run, as it can't without the module. */
    Flavour onThisJvm() {
        return switch (this) {
            case AUTO -> {
                if (MODULE_PRESENT) {
                    yield AUTO;
                }
                Notice.given();
                yield SCALAR;
            }
            case VECTOR -> {
                if (!MODULE_PRESENT) {
                    throw new IllegalStateException("Flavour.VECTOR needs the module jdk.incubator.vector: "
                            + "start java with --add-modules jdk.incubator.vector");
                }
                yield VECTOR;
            }
            case SCALAR -> SCALAR;
        };
    }

    /** Logs when it is initialised, which a JVM does once. */
    private static final class Notice {
        static {
            // The JDK takes longer to log its first line than a small graph to run; the application waits for neither.
            new Thread(null, Notice::log, "covector-notice", 0, false).start();
        }

        private static void log() {
            System.getLogger(Flavour.class.getPackageName()).log(System.Logger.Level.INFO,
                    "The module jdk.incubator.vector is missing, so graphs run scalar code, which is slower: "
                            + "start java with --add-modules jdk.incubator.vector");
        }

        static void given() {}
    }
}
