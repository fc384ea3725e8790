package dev.covector.cli;

import dev.covector.compiler.AheadOfTime;
import dev.covector.compiler.Artifact;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "compile",
        description = "Compiles a graph ahead of time, to classes that need covector-runtime only.",
        footer = {"", "Programs call the graph by a facade, the class that --class names. It is compiled",
            "too, which takes a JDK, unless --sources tells where its source is to be written."})
final class CompileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "GRAPH", arity = "0..1", description = "a graph as text")
    private @Nullable Path file;

    @Mixin
    private Graphs graphs = new Graphs();

    @Option(names = {"-o", "--output"}, paramLabel = "PATH", required = true,
            description = "the directory or jar to write; a jar if the name ends with .jar")
    private Path output = Path.of("");

    @Option(names = "--class", paramLabel = "NAME", description = "the facade, such as com.example.Mlp; "
            + "without it, it has the graph's name and no package")
    private @Nullable String className;

    @Option(names = "--sources", paramLabel = "DIR",
            description = "writes the facade's source there instead of compiling it")
    private @Nullable Path sources;

    @Option(names = "--null-marked",
            description = "has the source say that nothing is null, by JSpecify's @NullMarked, which is then needed "
                    + "to compile it; what is compiled here says so anyway")
    private boolean nullMarked;

    @Override
    public Integer call() {
        Graph graph = graphs.one(file);
        String name = className == null ? capitalised(graph.name()) : className;
        int dot = name.lastIndexOf('.');
        Artifact artifact = artifact(graph, dot < 0 ? "" : name.substring(0, dot), name.substring(dot + 1));
        SortedMap<String, byte[]> files = new TreeMap<>(artifact.files());
        if (sources == null) {
            files.putAll(FacadeCompiler.compile(artifact));
        }
        Path written = output;
        try {
            if (output.toString().toLowerCase(Locale.ROOT).endsWith(".jar")) {
                ClassFiles.writeJar(files, output);
            } else {
                ClassFiles.write(files, output);
            }
            if (sources != null) {
                written = sources;
                ClassFiles.write(ClassFiles.source(nullMarked ? artifact.nullMarked() : artifact), sources);
            }
        } catch (IOException e) {
            throw Output.cantWrite(written, e);
        }
        spec.commandLine().getOut().println(output + ": " + name);
        return Main.OK;
    }

    private static String capitalised(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('.', '_');
    }

    private static Artifact artifact(Graph graph, String packageName, String className) {
        try {
            return AheadOfTime.compile(graph, packageName, className);
        } catch (GraphException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UserException("--class: " + e.getMessage());
        }
    }
}
