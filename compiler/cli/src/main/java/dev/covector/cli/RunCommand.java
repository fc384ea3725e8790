package dev.covector.cli;

import dev.covector.compiler.Compiler;
import dev.covector.graph.Graph;
import dev.covector.runtime.Call;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Results;
import dev.covector.runtime.Safetensors;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import java.io.IOException;
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

@Command(name = "run", description = "Compiles a graph and calls one of its functions.",
        footer = {"", "Files are in the safetensors format; tensors have the names of inputs,",
            "parameters or results."})
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "which function of the graph")
    private String function = "";

    @Parameters(index = "1", paramLabel = "GRAPH", arity = "0..1", description = "a graph as text")
    private @Nullable Path file;

    @Mixin
    private Graphs graphs = new Graphs();

    @Option(names = {"-i", "--input"}, paramLabel = "FILE", description = "the inputs; may be "
            + "given several times, for inputs in several files")
    private List<Path> inputs = new ArrayList<>();

    @Option(names = {"-p", "--parameters"}, paramLabel = "FILE",
            description = "the parameters, instead of their initial values")
    private @Nullable Path parameters;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "0",
            description = "of initial values and random numbers (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE",
            description = "writes the results to a file instead of printing them")
    private @Nullable Path output;

    @Option(names = "--save", paramLabel = "FILE",
            description = "writes all parameters to a file when the function has updated them")
    private @Nullable Path save;

    @Override
    public Integer call() throws IOException {
        Graph graph = graphs.one(file);
        Map<String, Tensor> data = new LinkedHashMap<>();
        for (Path path : inputs) {
            data.putAll(read(path));
        }
        CompiledGraph compiled = Compiler.compile(graph);
        List<String> names = compiled.inputNames(function);
        List<String> unknown = data.keySet().stream().filter(name -> !names.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new UserException(
                    "--input: the function " + function + " has no input " + String.join(", ", unknown)
                            + (names.isEmpty() ? "; it has none" : "; it has " + String.join(", ", names)));
        }
        Session session = compiled.newSession(seed);
        if (parameters != null) {
            Graphs.requireFile(parameters);
            session.parameters().load(parameters);
        }
        Call call = session.call(function);
        data.forEach(call::input);
        Results results = call.run();

        Map<String, Tensor> named = new LinkedHashMap<>();
        results.names().forEach(name -> named.put(name, results.tensor(name)));
        if (output == null) {
            named.forEach((name, tensor) -> spec.commandLine().getOut().println(name + " = " + tensor));
        } else {
            write(output, named);
        }
        if (save != null) {
            write(save, session.parameters().toMap());
        }
        return Main.OK;
    }

    private static Map<String, Tensor> read(Path path) throws IOException {
        Graphs.requireFile(path);
        return Safetensors.read(path);
    }

    private static void write(Path path, Map<String, Tensor> tensors) {
        try {
            Safetensors.write(path, tensors);
        } catch (IOException e) {
            throw Output.cantWrite(path, e);
        }
    }
}
