package dev.covector.compiler;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Call;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.LinkedHashMap;
import java.util.Map;

/** What compiled code makes of a graph, in a flavour and with a number of threads. */
record CompiledExecution(Flavour flavour, Workers workers) implements Oracle.Execution {

    /** The flavour that the build runs these tests in. */
    static Flavour flavourOfTheBuild() {
        return System.getProperty("covector.test.flavour", "scalar").equals("scalar") ? Flavour.SCALAR
                : Flavour.VECTOR;
    }

    @Override
    public Map<String, Tensor> run(Graph graph, String function, Map<String, Tensor> inputs,
            Map<String, Tensor> parameters, long seed, int step) {
        return run(Compiler.compile(graph), graph, function, inputs, parameters, seed, step);
    }

    Map<String, Tensor> run(CompiledGraph compiled, Graph graph, String function, Map<String, Tensor> inputs,
            Map<String, Tensor> parameters, long seed, int step) {
        Session session =
                compiled.newSession(seed, SessionOptions.defaults().flavour(flavour).workers(workers));
        // A session counts its calls that draw random numbers, from 1.
        boolean random = graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.RandomBits);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int call = random ? 1 : step; call <= step; call++) {
            parameters.forEach(session.parameters()::set);
            Call prepared = session.call(function);
            inputs.forEach(prepared::input);
            Results results = prepared.run();
            outputs.clear();
            results.names().forEach(name -> outputs.put(name, results.tensor(name)));
            graph.function(function).updates().forEach(update -> {
                String path = ((Op.Parameter) update.parameter().op()).name();
                outputs.put(Oracle.update(path), session.parameters().get(path));
            });
        }
        return outputs;
    }
}
