package dev.covector.maven;

import org.jspecify.annotations.Nullable;

/** A graph that a method makes, as the pom tells it. */
public final class GraphParameter {
    private @Nullable String factory;
    private @Nullable String className;

    /** Sets the method, such as {@code com.example.Models#mlp}. */
    public void setFactory(String factory) {
        this.factory = factory;
    }

    /** Sets the name of the facade, such as {@code com.example.Mlp}. */
    public void setClassName(String className) {
        this.className = className;
    }

    GraphSource toSource() {
        if (factory == null || className == null) {
            throw new IllegalArgumentException(
                    "each <graph> needs a <factory>, such as com.example.Models#mlp, and a"
                            + " <className>, such as com.example.Mlp");
        }
        return new GraphSource(className, factory, null);
    }
}
