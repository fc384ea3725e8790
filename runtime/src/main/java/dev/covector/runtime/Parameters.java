package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a session's parameters, by name. What is read is a copy, and belongs to one version of all parameters,
 * whatever other threads train meanwhile.
 *
 * <pre>{@code
 * session.parameters().save(Path.of("mlp.safetensors"));
 * another.parameters().load(Path.of("mlp.safetensors"));
 * }</pre>
 */
public final class Parameters {
    private final String graph;
    private final Map<String, Tensor> held = new LinkedHashMap<>();
    private final ParameterLock lock;

    /** @param arrays those of the session, in the order of the parameters */
    Parameters(String graph, List<Program.Parameter> parameters, List<Object> arrays, ParameterLock lock) {
        this.graph = graph;
        this.lock = lock;
        for (int i = 0; i < arrays.size(); i++) {
            held.put(parameters.get(i).name(),
                    Tensor.view(arrays.get(i), 0, parameters.get(i).shape().evaluate(name -> 0)));
        }
    }

    /** The names, in the order of the graph. */
    public List<String> names() {
        return List.copyOf(held.keySet());
    }

    /**
     * A copy of a parameter's value.
     *
     * @throws CallException if there is no such parameter
     */
    public Tensor get(String name) {
        Tensor tensor = find(name);
        boolean alone = lock.acquire(false);
        try {
            return tensor.copy();
        } finally {
            lock.release(false, alone);
        }
    }

    /**
     * Sets a parameter to a copy of {@code value}.
     *
     * @throws CallException if there is no such parameter, or the value is of another type or shape
     */
    public void set(String name, Tensor value) {
        Tensor tensor = find(name);
        if (!tensor.describe().equals(value.describe())) {
            throw new CallException("parameter \"" + name + "\" is " + tensor.describe() + ", but was given "
                    + value.describe());
        }
        setAll(Map.of(name, value));
    }

    /** Copies of all values, by name in the order of the graph. */
    public Map<String, Tensor> toMap() {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        boolean alone = lock.acquire(false);
        try {
            held.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        } finally {
            lock.release(false, alone);
        }
        return copies;
    }

    /**
     * Writes all values, what optimisers keep included, to a {@linkplain Safetensors safetensors} file. An older file
     * is replaced when the new one is complete.
     *
     * @throws IOException if it can't be written
     */
    public void save(Path file) throws IOException {
        Safetensors.write(file, toMap());
    }

    /**
     * Sets all parameters to the values of a {@linkplain Safetensors safetensors} file, or none.
     *
     * @throws CallException if the file's tensors are not just the parameters, of the same dtypes and shapes; the message
     *                       lists what does not go together
     * @throws IOException   if the file is not well-formed or can't be read
     */
    public void load(Path file) throws IOException {
        Map<String, Tensor> tensors = Safetensors.read(file);
        LoadReport report = compare(tensors);
        if (!report.isComplete()) {
            throw new CallException(file + " does not fit the graph \"" + graph + "\": " + report
                    + "\n  hint: loadMatching sets what fits, and leaves the rest as it is");
        }
        setAll(tensors);
    }

    /**
     * Sets those parameters for which a file has a tensor of the same name, dtype and shape.
     *
     * @return what was set and what was not
     * @throws IOException if the file is not well-formed or can't be read
     */
    public LoadReport loadMatching(Path file) throws IOException {
        Map<String, Tensor> tensors = Safetensors.read(file);
        LoadReport report = compare(tensors);
        tensors.keySet().retainAll(report.loaded());
        setAll(tensors);
        return report;
    }

    private LoadReport compare(Map<String, Tensor> tensors) {
        List<String> loaded = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> different = new ArrayList<>();
        held.forEach((name, tensor) -> {
            Tensor given = tensors.get(name);
            if (given == null) {
                missing.add(name);
            } else if (given.describe().equals(tensor.describe())) {
                loaded.add(name);
            } else {
                different.add(name + " (" + given.describe() + " instead of " + tensor.describe() + ")");
            }
        });
        List<String> unexpected = tensors.keySet().stream().filter(name -> !held.containsKey(name)).toList();
        return new LoadReport(loaded, missing, unexpected, different);
    }

    private void setAll(Map<String, Tensor> values) {
        boolean alone = lock.acquire(true);
        try {
            values.forEach((name, value) -> System.arraycopy(value.array(), value.offset(),
                    find(name).array(), 0, value.size()));
        } finally {
            lock.release(true, alone);
        }
    }

    private Tensor find(String name) {
        Tensor tensor = held.get(name);
        if (tensor == null) {
            throw new CallException("graph \"" + graph + "\" has no parameter \"" + name + "\"; "
                    + (held.isEmpty() ? "it has none" : "it has " + String.join(", ", held.keySet())));
        }
        return tensor;
    }
}
