package dev.covector.cli;

import dev.covector.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "diff", description = "Shows how two graphs differ, or two stages of one.",
        footer = {"", "Nodes of both graphs have the number that they have in the first; those that",
            "only the second has are marked, as %%7'. Lines of the user's code are not",
            "compared. Ends with 1 if the graphs differ."})
final class DiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "GRAPH", arity = "0..2", description = "two graphs as text, "
            + "or one, of which two stages are compared")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Graphs graphs = new Graphs();

    @Option(names = "--from", paramLabel = "STAGE", converter = StageName.class,
            completionCandidates = StageName.class,
            description = "the stage of the first graph: " + StageName.DESCRIPTION)
    private String from = StageName.SOURCE;

    @Option(names = "--to", paramLabel = "STAGE", converter = StageName.class,
            completionCandidates = StageName.class,
            description = "the stage of the second, or of the only graph")
    private String to = StageName.SOURCE;

    @Option(names = {"-U", "--context"}, paramLabel = "LINES",
            description = "how many equal lines to show around others (${DEFAULT-VALUE})", defaultValue = "3")
    private int context;

    @Override
    public Integer call() {
        List<String> names = graphs.names(files);
        if (names.isEmpty() || names.size() > 2) {
            throw new ParameterException(spec.commandLine(),
                    "Expected one or two graphs, as files or by --factory, found " + names.size());
        }
        if (names.size() == 1 && from.equals(to)) {
            throw new ParameterException(spec.commandLine(),
                    "Expected a second graph, or two stages by --from and --to");
        }
        Graph first = graphs.load(names.getFirst());
        Graph second = names.size() == 1 ? first : graphs.load(names.getLast());
        GraphDiff diff = GraphDiff.of(StageName.of(first, from), StageName.of(second, to));
        if (diff.isEmpty()) {
            return Main.OK;
        }
        spec.commandLine().getOut()
                .print(diff.text(label(names.getFirst(), from), label(names.getLast(), to), context));
        return Main.NO;
    }

    private static String label(String name, String stage) {
        return stage.equals(StageName.SOURCE) ? name : name + " " + stage;
    }
}
