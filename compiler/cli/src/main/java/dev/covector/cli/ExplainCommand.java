package dev.covector.cli;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.Explanation;
import dev.covector.explain.ExplanationJson;
import dev.covector.explain.ExplanationPage;
import dev.covector.explain.GraphDot;
import dev.covector.explain.GraphSvg;
import dev.covector.explain.PlainWords;
import dev.covector.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "explain",
        description = "Tells what the compiler makes of a graph, and why: in plain words, or as files.")
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "GRAPH", arity = "0..1", description = "a graph as text")
    private @Nullable Path file;

    @Mixin
    private Graphs graphs = new Graphs();

    @Option(names = {"-f", "--function"}, paramLabel = "NAME",
            description = "only of one function; not of --html and --json")
    private @Nullable String function;

    @Option(names = {"-d", "--dim"}, paramLabel = "NAME=EXTENT",
            description = "the extent of a named dimension, such as batch=64, for estimates; may be given several times")
    private Map<String, Integer> dims = new LinkedHashMap<>();

    @Option(names = "--html", paramLabel = "FILE",
            description = "writes a page to look into it, in a browser")
    private @Nullable Path html;

    @Option(names = "--sources", paramLabel = "DIR",
            description = "where the page finds the user's source files; may be given several times")
    private List<Path> sources = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE",
            description = "writes all that there is to say, for programs")
    private @Nullable Path json;

    @Option(names = "--dot", paramLabel = "FILE", description = "writes the graph at a stage, for Graphviz")
    private @Nullable Path dot;

    @Option(names = "--svg", paramLabel = "FILE", description = "draws the graph at a stage, as a picture")
    private @Nullable Path svg;

    @Option(names = {"-s", "--stage"}, paramLabel = "STAGE", converter = StageName.class,
            completionCandidates = StageName.class,
            description = "which stage --dot and --svg show: " + StageName.DESCRIPTION)
    private String stage = StageName.SOURCE;

    @Override
    public Integer call() {
        Graph graph = graphs.one(file);
        if (function != null && graph.functions().stream().noneMatch(f -> f.name().equals(function))) {
            throw new UserException("--function: the graph " + graph.name() + " has no function " + function
                    + "; it has "
                    + String.join(", ", graph.functions().stream().map(Graph.Function::name).toList()));
        }
        for (Path folder : sources) {
            if (!Files.isDirectory(folder)) {
                throw new UserException("--sources: " + folder + ": no such directory");
            }
        }
        Explanation explanation = Compiler.explain(graph);
        if (html != null) {
            Output.text(ExplanationPage.of(explanation).sources(sources).dims(dims).html(), html, spec);
        }
        if (json != null) {
            Output.text(ExplanationJson.of(explanation), json, spec);
        }
        Graph shown = StageName.of(explanation, stage);
        if (svg != null) {
            Output.text(function == null ? GraphSvg.of(shown) : GraphSvg.of(shown, function), svg, spec);
        }
        if (dot != null) {
            Output.text(function == null ? GraphDot.of(shown) : GraphDot.of(shown, function), dot, spec);
        }
        if (html == null && json == null && dot == null && svg == null) {
            PlainWords words = PlainWords.of(explanation).dims(dims);
            spec.commandLine().getOut().print(function == null ? words.text() : words.text(function));
        }
        return Main.OK;
    }
}
