package dev.covector.runtime;

/**
 * How a session runs its functions. Nothing in it changes a result.
 *
 * <pre>{@code
 * try (Workers two = Workers.of(2)) {
 *     SessionOptions options = SessionOptions.defaults().workers(two).flavour(Flavour.SCALAR);
 *     Session session = compiled.newSession(42, options);
 * }
 * }</pre>
 */
public final class SessionOptions {
    private final Workers workers;
    private final Flavour flavour;

    private SessionOptions(Workers workers, Flavour flavour) {
        this.workers = workers;
        this.flavour = flavour;
    }

    /** The shared workers, one a processor, and {@link Flavour#AUTO}. */
    public static SessionOptions defaults() {
        return new SessionOptions(Workers.shared(), Flavour.AUTO);
    }

    /** These options with other workers, which whoever made them closes. */
    public SessionOptions workers(Workers workers) {
        return new SessionOptions(workers, flavour);
    }

    /** These options with another flavour. */
    public SessionOptions flavour(Flavour flavour) {
        return new SessionOptions(workers, flavour);
    }

    Workers workers() {
        return workers;
    }

    Flavour flavour() {
        return flavour;
    }
}
