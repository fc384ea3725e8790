package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Graph;
import dev.covector.runtime.CompiledGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A program of its own that uses what was compiled ahead of time: compiled by javac, and run by other JVMs. */
final class Application {
    private static final String MODULE_INFO = "module-info.class";

    private final Path folder;
    private final Path classes;
    private final Path sources;
    private final Path runtimeJar;

    Application(Path folder) throws IOException {
        this.folder = folder;
        this.classes = folder.resolve("classes");
        this.sources = folder.resolve("sources");
        this.runtimeJar = folder.resolve("runtime.jar");
        jar(runtime(), runtimeJar,
                path -> path.startsWith("dev/covector/runtime/") || path.equals(MODULE_INFO));
    }

    /** Adds what the graph is compiled to, in the package {@code app}. */
    void add(Graph graph, String className) throws IOException {
        AheadOfTime.compile(graph, "app", className).writeTo(classes, sources);
    }

    /** Adds a source file. */
    void add(String path, String text) throws IOException {
        Files.createDirectories(sources.resolve(path).getParent());
        Files.writeString(sources.resolve(path), text);
    }

    /** The folder of class files. */
    Path classes() {
        return classes;
    }

    /** Compiles all sources with nothing but the runtime there; a warning is an error. */
    void compile() throws IOException {
        boolean module = Files.exists(sources.resolve("module-info.java"));
        List<String> arguments =
                new ArrayList<>(List.of("--release", "21", "-Xlint:all", "-Werror", "-Xdoclint:all,-missing",
                        "-d", classes.toString(), module ? "-p" : "-cp",
                        runtimeJar + (module ? "" : System.getProperty("path.separator") + classes)));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(Files::isRegularFile).map(Path::toString).sorted().forEach(arguments::add);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler().run(null, out, out, arguments.toArray(String[]::new));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(0, status);
    }

    /** The compiled application in this JVM, for what needs no other. */
    ClassLoader loader() throws IOException {
        return new URLClassLoader(new URL[]{classes.toUri().toURL()}, Application.class.getClassLoader());
    }

    /** A jar of nothing but the runtime. */
    Path runtimeJar() {
        return runtimeJar;
    }

    /** A jar of the application's classes. */
    Path jar() throws IOException {
        Path jar = folder.resolve("app.jar");
        jar(classes, jar, path -> true);
        return jar;
    }

    /** Whether the runtime comes from the build, so that it is a module and its functions are linked. */
    static boolean isBuilt() {
        Path runtime = runtime();
        return !Files.isDirectory(runtime) || Files.exists(runtime.resolve(MODULE_INFO));
    }

    private static Path runtime() {
        try {
            return Path.of(CompiledGraph.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Choice {
        boolean takes(String path);
    }

    /** Makes a jar of files in a folder or another jar. */
    private static void jar(Path from, Path to, Choice choice) throws IOException {
        if (Files.isDirectory(from)) {
            jarOfFolder(from, to, choice);
        } else {
            try (FileSystem files = FileSystems.newFileSystem(from)) {
                jarOfFolder(files.getPath("/"), to, choice);
            }
        }
    }

    private static void jarOfFolder(Path from, Path to, Choice choice) throws IOException {
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(file);
                Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                String name = from.relativize(path).toString().replace('\\', '/');
                if (choice.takes(name)) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(path, jar);
                }
            }
        }
    }

    /** What {@code java} with these arguments prints. */
    static String java(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + " printed\n" + output);
        return output;
    }
}
