package dev.covector.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The JDK that the build has chosen for its own compilations: its programs, each in a process. */
final class Jdk {
    private static final int LEAST = 21;

    private final UnaryOperator<@Nullable String> tools;
    private final Path scratch;

    /**
     * A JDK.
     *
     * @param tools   the file of a program of the toolchain's; null for all if there is no toolchain
     * @param scratch a folder for files of arguments
     */
    Jdk(UnaryOperator<@Nullable String> tools, Path scratch) {
        this.tools = tools;
        this.scratch = scratch;
    }

    /** What a program printed, and its exit status. */
    record Ended(int status, String output) {}

    /**
     * Runs a program of the JDK with arguments, which may be many: they are given as a file.
     *
     * @throws IllegalStateException if the JDK is too old, or lacks the program
     */
    Ended run(String program, List<String> arguments) throws IOException {
        Path file = Files.createDirectories(scratch).resolve(program + ".arguments");
        List<String> lines = new ArrayList<>();
        for (String argument : arguments) {
            lines.add('"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        Files.write(file, lines);
        Process process = new ProcessBuilder(find(program), "@" + file).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Ended(process.waitFor(), output);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " was running", e);
        }
    }

    private String find(String program) throws IOException {
        String tool = tools.apply(program);
        if (tool == null) {
            tool = Path.of(System.getProperty("java.home"), "bin", program).toString();
        }
        Path home = Path.of(tool).toAbsolutePath().getParent();
        int version = home == null || home.getParent() == null ? LEAST : version(home.getParent());
        if (version < LEAST) {
            throw new IllegalStateException("compiling graphs needs a JDK of version " + LEAST
                    + " or later, and this build uses " + version
                    + "; choose one by maven-toolchains-plugin's goal select-jdk-toolchain, or start Maven with it");
        }
        return tool;
    }

    /** The feature version that a JDK tells of itself; enough if it tells none. */
    private static int version(Path home) throws IOException {
        Path release = home.resolve("release");
        if (Files.isReadable(release)) {
            for (String line : Files.readAllLines(release)) {
                if (line.startsWith("JAVA_VERSION=\"")) {
                    String version = line.substring("JAVA_VERSION=\"".length()).replaceFirst("^1\\.", "");
                    return Integer.parseInt(version.replaceFirst("\\D.*", ""));
                }
            }
        }
        return LEAST;
    }
}
