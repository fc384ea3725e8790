package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParametersTest {
    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("toy.safetensors");
    }

    @Test
    void whatIsSavedIsLoaded() throws IOException {
        Session one = ToyGraph.compiled().newSession(1);
        one.call("advance").input("by", Tensor.scalar(5f)).run();
        one.parameters().save(file());
        Session two = ToyGraph.compiled().newSession(2);
        two.parameters().load(file());
        assertEquals(one.parameters().get("v").toString(), two.parameters().get("v").toString());
        assertArrayEquals(one.parameters().get("pair").toInts(), two.parameters().get("pair").toInts());
    }

    @Test
    void whatDoesNotFitIsRefusedAsAWhole() throws IOException {
        Map<String, Tensor> other = new LinkedHashMap<>();
        other.put("pair", Tensor.of(new int[]{7, 8}, 2));
        other.put("v", Tensor.zeros(DType.FLOAT32, 3));
        other.put("w", Tensor.scalar(1f));
        Safetensors.write(file(), other);
        Parameters parameters = ToyGraph.compiled().newSession(1).parameters();
        String before = parameters.get("pair").toString();
        CallException e = assertThrows(CallException.class, () -> parameters.load(file()));
        assertEquals(file() + " does not fit the graph \"toy\": 1 loaded\n"
                + "  unexpected in the file: w\n"
                + "  different in the file: v (f32[3] instead of f32[" + ToyGraph.V + "])\n"
                + "  hint: loadMatching sets what fits, and leaves the rest as it is", e.getMessage());
        assertEquals(before, parameters.get("pair").toString());
    }

    @Test
    void whatFitsCanBeLoadedAlone() throws IOException {
        Safetensors.write(file(), Map.of("pair", Tensor.of(new int[]{7, 8}, 2)));
        Parameters parameters = ToyGraph.compiled().newSession(1).parameters();
        LoadReport report = parameters.loadMatching(file());
        assertEquals(new LoadReport(List.of("pair"), List.of("v"), List.of(), List.of()), report);
        assertEquals("1 loaded\n  missing in the file: v", report.toString());
        assertArrayEquals(new int[]{7, 8}, parameters.get("pair").toInts());
    }
}
