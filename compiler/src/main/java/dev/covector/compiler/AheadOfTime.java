package dev.covector.compiler;

import dev.covector.compiler.emit.CodeTable;
import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.Flavour;
import dev.covector.compiler.facade.Facade;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.ProgramFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compiles graphs to files, for programs that run without the compiler: class files in scalar code and in vector code for
 * each width of vectors, of which the program picks one when it starts; the program's data; and a facade, the
 * Java source of a class with a method for each function.
 *
 * <pre>{@code
 * AheadOfTime.compile(graph, "com.example", "Mlp").writeTo(Path.of("target/classes"), Path.of("target/generated-sources"));
 *
 * Mlp mlp = new Mlp(42);                              // in another program
 * float loss = mlp.train(images, labels).loss();
 * }</pre>
 *
 * <p>The same graph gives the same bytes. All flavours give the same results, which are those of {@link Compiler#compile}.
 */
public final class AheadOfTime {
    private static final List<Integer> WIDTHS = List.of(128, 256, 512);

    private AheadOfTime() {}

    /**
     * Compiles all functions of a graph.
     *
     * @param packageName of the facade and all classes, such as {@code com.example}; empty for the unnamed package
     * @param className   of the facade, such as {@code Mlp}; what else there is begins with it
     * @throws IllegalArgumentException  if one of them is no name in Java
     * @throws InternalCompilerException if Covector has a bug that this graph shows
     */
    public static Artifact compile(Graph graph, String packageName, String className) {
        Facade.checkNames(packageName, className);
        try {
            return compile(Compilation.of(graph), packageName, className);
        } catch (GraphException e) {
            throw e;
        } catch (RuntimeException e) {
            throw InternalCompilerException.compiling(graph, e);
        }
    }

    private static Artifact compile(Compilation compilation, String packageName, String className) {
        String path = (packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/") + className;
        String codeClass = Facade.codeClass(className);
        String dataFile = className + ".covector";
        SortedMap<String, byte[]> files = new TreeMap<>();
        List<String> scalar = new ArrayList<>();
        SortedMap<Integer, List<String>> vector = new TreeMap<>();
        WIDTHS.forEach(bits -> vector.put(bits, new ArrayList<>()));
        for (Compilation.Compiled function : compilation.functions()) {
            String driver = path + "$" + function.className();
            scalar.add(add(files, function.emit(Flavour.SCALAR, driver + "Scalar")));
            // The last one computes initial values, which a session does in scalar code.
            if (scalar.size() < compilation.functions().size()) {
                vector.forEach((bits, drivers) -> drivers
                        .add(add(files, function.emit(Flavour.vector(bits), driver + "Vector" + bits))));
            }
        }
        String packagePath = path.substring(0, path.length() - className.length());
        add(files, List.of(CodeTable.emit(packagePath + codeClass, dataFile, scalar, vector)));
        Program program = Compiler.program(compilation, AheadOfTime::noCode);
        files.put(packagePath + dataFile, bytes(program));
        return new Artifact(files, path + ".java", Facade.source(program, packageName, className, false),
                Facade.source(program, packageName, className, true));
    }

    /** Adds class files; returns the name of the first. */
    private static String add(SortedMap<String, byte[]> files, List<Emitter.ClassFile> classes) {
        classes.forEach(file -> files.put(file.name() + ".class", file.bytes()));
        return classes.getFirst().name();
    }

    /** What a program says of its code when it is written: how many nests it has. */
    private static FunctionCode noCode(Compilation.Compiled function) {
        return new FunctionCode(function.methodNumbers(), (nest, frame, scratch, from, to) -> {
            throw new IllegalStateException("a program that is to be written does not run");
        }, null);
    }

    private static byte[] bytes(Program program) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ProgramFormat.write(bytes, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
