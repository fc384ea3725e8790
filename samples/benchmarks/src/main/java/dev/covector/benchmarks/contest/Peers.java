package dev.covector.benchmarks.contest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other libraries, by the module that speaks to them. */
final class Peers {
    private static final String PACKAGE = "dev.covector.benchmarks.peers.";

    private Peers() {}

    /**
     * All of them.
     *
     * @param module its folder
     * @throws NoSuchFileException if the module has not been built
     */
    static List<Entrant> of(Path module) throws IOException {
        Path target = module.resolve("target");
        String classPath = target.resolve("classes") + File.pathSeparator
                + Files.readString(target.resolve("peers.classpath")).strip();
        Path python = module.resolve(Path.of("src", "main", "python", "contender.py"));
        return List.of(jvm("TensorFlow", classPath, "TensorFlowContender"),
                jvm("DJL", classPath, "DjlContender"),
                new Entrant("PyTorch", List.of(python(), python.toString()), List.of()),
                jvm("ONNX Runtime", classPath, "OnnxContender"),
                jvm("OpenBLAS", classPath, "OpenBlasContender"));
    }

    /** In a JVM of the version that runs this, as the library's users would start it. */
    private static Entrant jvm(String name, String classPath, String main) {
        List<String> command =
                new ArrayList<>(List.of(Entrant.java().getFirst(), "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", classPath, PACKAGE + main));
        return new Entrant(name, command, List.of());
    }

    /** The system's first: it has the system's PyTorch, if there is one. */
    private static String python() {
        return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
    }
}
