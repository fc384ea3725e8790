package dev.covector.graph;

import dev.covector.graph.ir.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Declares what a function returns and updates; made by {@link GraphBuilder#function}. */
public final class FunctionBuilder {
    private final GraphBuilder builder;
    private final String name;
    private final Map<String, Node> results = new LinkedHashMap<>();
    private final List<Graph.Update> updates = new ArrayList<>();
    private final Set<Node> updated = new HashSet<>();

    FunctionBuilder(GraphBuilder builder, String name) {
        this.builder = builder;
        this.name = name;
    }

    /**
     * A call returns {@code value} under the name {@code result}.
     *
     * @throws GraphException if there is a result of that name
     */
    public FunctionBuilder returns(String result, Expr value) {
        builder.checkName(result, "result");
        builder.checkOwn(value);
        if (results.putIfAbsent(result, value.node()) != null) {
            throw builder.error("the function \"" + name + "\" returns two results called \"" + result + "\"",
                    List.of(value), "");
        }
        return this;
    }

    /**
     * A call changes parameters, all at once, when it ends.
     *
     * @throws GraphException if a target is not a parameter, is updated twice, or is of another type than its new value
     */
    public FunctionBuilder updates(Updates more) {
        for (Updates.Assignment assignment : more.assignments()) {
            Node parameter = assignment.parameter().node();
            List<Expr> both = List.of(assignment.parameter(), assignment.value());
            both.forEach(builder::checkOwn);
            if (!builder.isParameter(parameter)) {
                throw builder.error("only a parameter can be updated, not "
                        + GraphBuilder.describe(parameter), both, "declare it with parameter or state");
            }
            if (!parameter.type().equals(assignment.value().node().type())) {
                throw builder.error("the parameter is " + parameter.type() + ", its new value "
                        + assignment.value().node().type(), both, "");
            }
            if (!updated.add(parameter)) {
                throw builder.error("the function \"" + name + "\" updates " + parameter.name() + " twice",
                        both,
                        "add the two changes up");
            }
            updates.add(new Graph.Update(parameter, assignment.value().node()));
        }
        return this;
    }

    /** A call sets {@code parameter} to {@code value} when it ends. */
    public FunctionBuilder updates(Expr parameter, Expr value) {
        return updates(Updates.none().and(parameter, value));
    }

    Graph.Function build() {
        return new Graph.Function(name, results, updates);
    }
}
