package dev.covector.cli;

import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.graph.text.GraphSyntaxException;
import dev.covector.graph.text.GraphText;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where graphs come from: text files, and methods of the user's that make them. */
final class Graphs {
    @Option(names = "--factory", paramLabel = "CLASS#METHOD", description = "takes the graph that a public "
            + "static method without parameters returns, such as com.example.Mlp#graph, instead of a file")
    private List<String> factories = new ArrayList<>();

    @Option(names = {"-cp", "--class-path"}, paramLabel = "PATH",
            description = "folders and jars where the factory's class is, separated as for java")
    private String classPath = "";

    /**
     * The one graph that a command is about.
     *
     * @throws UserException if there is none, or more, or it is wrong
     */
    Graph one(@Nullable Path file) {
        List<String> names = names(file == null ? List.of() : List.of(file));
        if (names.size() != 1) {
            throw new UserException("Expected one graph, as a file or by --factory, found "
                    + (names.isEmpty() ? "none" : String.join(" and ", names)));
        }
        return load(names.getFirst());
    }

    /** What is asked for, in the order of the command line: files, then factories. */
    List<String> names(List<Path> files) {
        List<String> names = new ArrayList<>(files.stream().map(Path::toString).toList());
        names.addAll(factories);
        return names;
    }

    /**
     * A graph by its name.
     *
     * @throws UserException if it is wrong; the message begins with the place, if there is one
     */
    Graph load(String name) {
        return factories.contains(name) ? make(name) : read(Path.of(name));
    }

    /**
     * Requires that a file is one.
     *
     * @throws UserException if it isn't
     */
    static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + ": "
                            + (Files.exists(file) ? "expected a file, found a directory" : "no such file"));
        }
    }

    private static Graph read(Path file) {
        requireFile(file);
        try {
            return GraphText.read(file);
        } catch (GraphSyntaxException e) {
            throw new WrongGraphException(file + ":" + e.line() + ":" + e.column() + ": " + e.problem());
        } catch (IOException e) {
            throw new UserException(Files.isReadable(file) ? String.valueOf(e.getMessage())
                    : file + ": can't be read");
        }
    }

    /** The graph stays usable when the loader is closed: its classes are Covector's. */
    private Graph make(String factory) {
        int hash = factory.indexOf('#');
        if (hash <= 0 || hash == factory.length() - 1) {
            throw new UserException(
                    "--factory: expected a class and a method such as com.example.Mlp#graph, found "
                            + factory);
        }
        try (URLClassLoader loader = new URLClassLoader(urls(), Graphs.class.getClassLoader())) {
            return make(factory, method(factory, loader));
        } catch (IOException e) {
            throw new UserException("--class-path: " + e.getMessage());
        }
    }

    private URL[] urls() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.isEmpty() ? new String[0] : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!Files.exists(path)) {
                throw new UserException("--class-path: " + entry + ": no such file");
            }
            urls.add(path.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private Method method(String factory, ClassLoader loader) {
        String className = factory.substring(0, factory.indexOf('#'));
        String methodName = factory.substring(factory.indexOf('#') + 1);
        try {
            Class<?> type = Class.forName(className, true, loader);
            Method method = type.getDeclaredMethod(methodName);
            if (!Modifier.isStatic(method.getModifiers()) || !Modifier.isPublic(method.getModifiers())
                    || !Graph.class.isAssignableFrom(method.getReturnType())) {
                throw new UserException(
                        "--factory: " + factory + ": expected a public static method that returns a Graph,"
                                + " found " + method.toGenericString());
            }
            method.setAccessible(true); // the class need not be public
            return method;
        } catch (ClassNotFoundException e) {
            throw new UserException("--factory: no class " + className
                    + (classPath.isEmpty() ? "; --class-path tells where it is" : " in " + classPath));
        } catch (NoSuchMethodException e) {
            throw new UserException("--factory: " + className + " has no method " + methodName
                    + "() without parameters");
        } catch (LinkageError e) {
            throw new UserException("--factory: " + className + " can't be loaded: " + e);
        }
    }

    private static Graph make(String factory, Method method) {
        try {
            Graph graph = (Graph) method.invoke(null);
            if (graph == null) {
                throw new UserException("--factory: " + factory + " returned null");
            }
            return graph;
        } catch (InvocationTargetException e) {
            Throwable thrown = Objects.requireNonNullElse(e.getCause(), e);
            throw thrown instanceof GraphException
                    ? new WrongGraphException(factory + ": " + thrown.getMessage())
                    : new UserException("--factory: " + factory + " threw " + thrown + place(thrown));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length == 0 ? "" : "\n  at " + trace[0];
    }
}
