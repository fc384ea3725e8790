package dev.covector.samples.interop;

import dev.covector.compiler.Compiler;
import dev.covector.data.Table;
import dev.covector.explain.ExplanationPage;
import dev.covector.graph.Graph;
import dev.covector.runtime.CompiledGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The public classes of all modules with their members, as class files have them, in the order of their names. */
final class PublicApi {
    /** A class of each module. */
    private static final List<Class<?>> MODULES = List.of(CompiledGraph.class, Table.class, Graph.class,
            Compiler.class, ExplanationPage.class);
    /** Public for other packages of ours, not for users. */
    private static final List<String> INTERNAL = List.of("dev.covector.runtime.kernel",
            "dev.covector.compiler.emit",
            "dev.covector.compiler.facade", "dev.covector.compiler.loop", "dev.covector.compiler.simplify");

    private PublicApi() {}

    static List<Class<?>> classes() {
        return MODULES.stream().flatMap(module -> names(module).stream()).distinct().sorted()
                .map(PublicApi::load)
                .filter(type -> !type.isAnonymousClass() && !type.isLocalClass() && isPublic(type)).toList();
    }

    /** Those that are for users. */
    static List<Class<?>> forUsers() {
        return classes().stream().filter(type -> !INTERNAL.contains(type.getPackageName())).toList();
    }

    /** Public methods and constructors of its own; of an enum and a record without what each of them has. */
    static List<Executable> executables(Class<?> type) {
        List<Executable> all = new ArrayList<>(List.of(type.getDeclaredConstructors()));
        all.addAll(List.of(type.getDeclaredMethods()));
        return all.stream()
                .filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic()
                        && !(member instanceof Method method
                                && (isOfObjects(method) || isOfEnums(type, method))))
                .sorted(Comparator.comparing(Executable::getName).thenComparing(Executable::toGenericString))
                .toList();
    }

    static boolean isPublic(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers()) && (enclosing == null || isPublic(enclosing));
    }

    static boolean isOfObjects(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(other -> other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
    }

    private static boolean isOfEnums(Class<?> type, Method method) {
        return type.isEnum() && (method.getName().equals("values") || method.getName().equals("valueOf"));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of all classes that are where this one is, a folder or a jar. */
    private static List<String> names(Class<?> module) {
        try {
            Path place = Path.of(module.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                return namesIn(place);
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return namesIn(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> namesIn(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }
}
