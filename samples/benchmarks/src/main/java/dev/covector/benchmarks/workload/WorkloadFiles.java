package dev.covector.benchmarks.workload;

import dev.covector.runtime.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files from which contenders read their data. */
public final class WorkloadFiles {
    private WorkloadFiles() {}

    /** Writes the files of some workloads, or of all: {@code DIRECTORY [WORKLOAD...]}. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        List<String> names = List.of(arguments).subList(1, arguments.length);
        for (Workload workload : Workloads.all()) {
            if (names.isEmpty() || names.contains(workload.name())) {
                System.out.println(write(workload, directory));
            }
        }
    }

    /** Writes the data of a workload to {@code NAME.safetensors}. */
    public static Path write(Workload workload, Path directory) throws IOException {
        Path file = directory.resolve(workload.name() + ".safetensors");
        Safetensors.write(file, workload.data().get());
        return file;
    }
}
