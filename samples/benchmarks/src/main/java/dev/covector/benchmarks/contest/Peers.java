package dev.covector.benchmarks.contest;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Other libraries, by the script of their module that starts each in the environment that suits it. */
final class Peers {
    private Peers() {}

    /**
     * All of them.
     *
     * @param module its folder
     * @throws NoSuchFileException if the module has not been built
     */
    static List<Entrant> of(Path module) throws NoSuchFileException {
        Path built = module.resolve("target").resolve("peers.classpath");
        if (!Files.exists(built)) {
            throw new NoSuchFileException(built.toString(), null, "samples/benchmarks/run --peers builds it");
        }
        return List.of(peer("TensorFlow", module, "tensorflow"), peer("DJL", module, "djl"),
                peer("PyTorch", module, "pytorch"), peer("ONNX Runtime", module, "onnx"),
                peer("OpenBLAS", module, "openblas"));
    }

    private static Entrant peer(String name, Path module, String library) {
        return new Entrant(name, List.of(module.resolve("contender").toString(), library), List.of());
    }
}
