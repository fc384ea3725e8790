package dev.covector.cli;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.CompilerOptions;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "dump", description = "Prints a graph as text, at any stage of its compilation.")
final class DumpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "GRAPH", arity = "0..1", description = "a graph as text")
    private @Nullable Path file;

    @Mixin
    private Graphs graphs = new Graphs();

    @Option(names = {"-s", "--stage"}, paramLabel = "STAGE", converter = StageName.class,
            completionCandidates = StageName.class, description = StageName.DESCRIPTION)
    private String stage = StageName.SOURCE;

    @Option(names = {"-c", "--canonical"}, description = "prints what equal graphs have in "
            + "common: no names but those that a call uses, no places in the user's code, constants at the end")
    private boolean canonical;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "writes to a file instead")
    private @Nullable Path output;

    @Option(names = {"-a", "--all"}, paramLabel = "DIR", description = "writes all stages to files of a "
            + "directory instead, of each function its kernels as loops, its plan of memory and its bytecode, and a "
            + "page that shows all that in a browser")
    private @Nullable Path all;

    @Override
    public Integer call() {
        Graph graph = graphs.one(file);
        if (all != null) {
            Compiler.compile(graph, CompilerOptions.defaults().dumpTo(all));
            return Main.OK;
        }
        Graph shown = StageName.of(graph, stage);
        Output.text(canonical ? GraphText.canonical(shown) : GraphText.annotated(shown), output, spec);
        return Main.OK;
    }
}
