package dev.covector.cli;

import dev.covector.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "check", description = "Tells whether graphs are well-formed, and what is in them.",
        footer = {"", "What is wrong is told with file, line and column. Ends with 1 if something is."})
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "GRAPH", arity = "0..*", description = "graphs as text")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Graphs graphs = new Graphs();

    @Override
    public Integer call() {
        List<String> names = graphs.names(files);
        if (names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Expected a graph, as a file or by --factory");
        }
        int status = Main.OK;
        for (String name : names) {
            try {
                spec.commandLine().getOut().println(name + ": " + summary(graphs.load(name)));
            } catch (UserException e) {
                spec.commandLine().getErr().println(e.getMessage());
                status = Math.max(status, e instanceof WrongGraphException ? Main.NO : Main.WRONG_INPUT);
            }
        }
        return status;
    }

    private static String summary(Graph graph) {
        return "graph " + graph.name() + ", " + count(graph.nodes().size(), "node") + ", "
                + count(graph.parameters().size(), "parameter") + ", "
                + count(graph.functions().size(), "function") + (graph.functions().isEmpty() ? ""
                        : graph.functions().stream().map(Graph.Function::name)
                                .collect(Collectors.joining(", ", ": ", "")));
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
