package dev.covector.graph;

import dev.covector.graph.ir.SourceLine;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the user's code called into the language, and by which of its methods. */
record UserCode(String method, @Nullable SourceLine line) {
    private static final StackWalker WALKER = StackWalker.getInstance();
    /** The packages of the language itself; the first frame of any other is the user's. */
    private static final Set<String> OURS = Set.of("dev.covector.graph", "dev.covector.graph.ir",
            "dev.covector.graph.nn", "dev.covector.kotlin");
    /** What may call the language, or be called by it, on the user's behalf. */
    private static final List<String> LIBRARIES = List.of("java.", "kotlin.");

    static UserCode here() {
        return WALKER.walk(UserCode::of);
    }

    private static UserCode of(Stream<StackWalker.StackFrame> frames) {
        String method = "";
        for (StackWalker.StackFrame frame : (Iterable<StackWalker.StackFrame>) frames::iterator) {
            String className = frame.getClassName();
            if (!isLibrary(className) && !OURS.contains(packageOf(className))) {
                String file = frame.getFileName();
                return new UserCode(method,
                        new SourceLine(file == null ? className : file, Math.max(frame.getLineNumber(), 0)));
            }
            method = displayName(className, frame.getMethodName(), method);
        }
        return new UserCode(method, null);
    }

    private static String packageOf(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    private static boolean isLibrary(String className) {
        for (String library : LIBRARIES) {
            if (className.startsWith(library)) {
                return true;
            }
        }
        return false;
    }

    /** {@code matmul} for the DSL's own methods, {@code Linear.invoke} for those of layers. */
    private static String displayName(String className, String method, String inner) {
        // Neither bodies of lambdas nor the class that calls them, which the build makes of them, are methods of the DSL.
        // Nor is what Kotlin calls for a delegated property.
        if (isLibrary(className) || method.contains("lambda$") || className.endsWith("$Functions")
                || method.equals("provideDelegate")) {
            return inner;
        }
        String simple = className.substring(className.lastIndexOf('.') + 1);
        // Kotlin's functions are in classes called after files, and those that fill in default arguments after these.
        boolean plain = simple.endsWith("Kt")
                || List.of("Expr", "GraphBuilder", "FunctionBuilder", "Graph").contains(simple);
        String name = method.endsWith("$default") ? method.substring(0, method.lastIndexOf('$')) : method;
        return plain ? name : simple + "." + name;
    }
}
