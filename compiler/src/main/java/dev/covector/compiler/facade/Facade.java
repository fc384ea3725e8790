package dev.covector.compiler.facade;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.ProgramFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes the class by which programs call what was compiled ahead of time: for each function a method of tensors, another
 * of arrays where their lengths tell all dimensions, and a record of its results; for each parameter that is no optimizer's
 * two accessors. It has no lambdas and puts no strings together, for which the JVM would define classes. Nothing in it is
 * null, which it says where JSpecify's annotations are at hand.
 */
public final class Facade {
    private static final int MAX_LINE = 110;
    private static final String NULL_MARKED = "NullMarked";

    private final Program program;
    private final String className;
    private final boolean nullMarked;
    private final StringBuilder out = new StringBuilder();
    /** Simple names of the runtime's classes, qualified if the facade itself is called so. */
    private final Map<String, String> types = new HashMap<>();
    private final List<String> imports = new ArrayList<>();

    private Facade(Program program, String className, boolean nullMarked) {
        this.program = program;
        this.className = className;
        this.nullMarked = nullMarked;
    }

    /**
     * Refuses what can't be a package's and a class's name in Java and in Kotlin.
     *
     * @throws IllegalArgumentException if one of them is not
     */
    public static void checkNames(String packageName, String className) {
        for (String part : packageName.isEmpty() ? new String[0] : packageName.split("\\.", -1)) {
            if (!JavaNames.isIdentifier(part)) {
                throw new IllegalArgumentException("\"" + packageName
                        + "\" can't be the name of a package: \"" + part + "\" is no identifier");
            }
        }
        if (!JavaNames.isTypeName(className)) {
            throw new IllegalArgumentException("\"" + className + "\" can't be the name of a class");
        }
    }

    /** The class that makes the code, which the facade names. */
    public static String codeClass(String className) {
        return className + "Code";
    }

    /**
     * The source text.
     *
     * @param nullMarked whether the class is {@code @NullMarked}
     */
    public static String source(Program program, String packageName, String className, boolean nullMarked) {
        return new Facade(program, className, nullMarked).text(packageName);
    }

    private String text(String packageName) {
        for (String type : List.of("Results", "Session", "SessionOptions", "Tensor")) {
            type("dev.covector.runtime.", type);
        }
        type("dev.covector.runtime.kernel.", "ArrayInputs");
        if (nullMarked) {
            type("org.jspecify.annotations.", NULL_MARKED);
        }
        line("// Written by Covector ", ProgramFormat.COVECTOR, " from the graph ", program.name(), ".");
        if (!packageName.isEmpty()) {
            line("package ", packageName, ";");
            line();
        }
        imports.forEach(name -> line("import ", name, ";"));
        line();
        header();
        JavaNames members = JavaNames.ofMembers("session", "equals");
        JavaNames records = JavaNames.ofMembers(className);
        for (Program.Function function : program.functions()) {
            function(function, members.give(function.name()), records);
        }
        for (Program.Parameter parameter : program.parameters()) {
            // What an optimizer keeps has its parameter's name before the slash; those are saved and loaded, not looked at.
            if (parameter.name().indexOf('/') < 0) {
                accessors(parameter, members.give(parameter.name()));
            }
        }
        out.append("}\n");
        return out.toString();
    }

    private void type(String packageName, String name) {
        if (name.equals(className)) {
            types.put(name, packageName + name);
        } else {
            types.put(name, name);
            imports.add(packageName + name);
        }
    }

    private String type(String name) {
        return types.getOrDefault(name, name);
    }

    private void header() {
        line("/**");
        line(" * The graph {@code ", program.name(),
                "}, compiled ahead of time, with parameters of its own.");
        line(" * Any number of threads may call it: functions that update parameters run alone.");
        line(" */");
        if (nullMarked) {
            line("@", type(NULL_MARKED));
        }
        line("public final class ", className, " {");
        line("    private static final ", codeClass(className), " CODE = new ", codeClass(className), "();");
        line();
        line("    private final ", type("Session"), " session;");
        line();
        line("    /** With the initial values that follow from {@code seed}, as do all random numbers. */");
        line("    public ", className, "(long seed) {");
        line("        this(seed, ", type("SessionOptions"), ".defaults());");
        line("    }");
        line();
        line("    /** The same with options: of threads, and of the flavour of code. */");
        line("    public ", className, "(long seed, ", type("SessionOptions"), " options) {");
        line("        session = CODE.graph().newSession(seed, options);");
        line("    }");
        line();
        line("    /** What this calls: to save and load parameters, and to prepare calls that allocate nothing. */");
        line("    public ", type("Session"), " session() {");
        line("        return session;");
        line("    }");
    }

    private void function(Program.Function function, String method, JavaNames records) {
        String record = "void";
        if (!function.results().isEmpty()) {
            record = records.unique(JavaNames.capitalized(method) + "Result");
            record(function, method, record);
        }
        JavaNames variables = JavaNames.ofVariables();
        List<String> inputs = function.inputs().stream().map(input -> variables.give(input.name())).toList();
        tensorMethod(function, method, record, inputs, variables);
        Optional<ArrayShapes> shapes = ArrayShapes.of(function.inputs());
        if (shapes.isPresent() && !inputs.isEmpty()) {
            arrayMethod(function, method, record, inputs, variables, shapes.get());
        }
    }

    private void record(Program.Function function, String method, String name) {
        JavaNames components = JavaNames.ofMembers();
        List<String> declared = new ArrayList<>();
        line();
        line("    /**");
        line("     * What {@link #", method, "} returns.");
        line("     *");
        for (Program.Port result : function.results()) {
            String component = components.give(result.name());
            declared.add((result.shape().rank() == 0 ? javaType(result.dtype()) : type("Tensor")) + " "
                    + component);
            line("     * @param ", component, " ", describe(result, component));
        }
        line("     */");
        list("    public record " + name + "(", declared, ") {}");
    }

    private void tensorMethod(Program.Function function, String method, String record, List<String> inputs,
            JavaNames variables) {
        line();
        line("    /**");
        line("     * Calls {@code ", function.name(), "}", function.updates().isEmpty() ? "."
                : ", which updates parameters.");
        inputDocumentation(function, inputs);
        line("     * @throws dev.covector.runtime.CallException if an input is of another dtype or shape");
        line("     */");
        list("    public " + record + " " + method + "(",
                inputs.stream().map(input -> type("Tensor") + " " + input).toList(), ") {");
        StringBuilder call = new StringBuilder("this.session.call(\"").append(function.name()).append("\")");
        for (int i = 0; i < inputs.size(); i++) {
            call.append(".input(\"").append(function.inputs().get(i).name()).append("\", ")
                    .append(inputs.get(i))
                    .append(")");
        }
        call.append(".run();");
        if (function.results().isEmpty()) {
            line("        ", call.toString());
        } else {
            String results = variables.give("results");
            line("        ", type("Results"), " ", results, " = ", call.toString());
            list("        return new " + record + "(",
                    function.results().stream().map(result -> value(results, result)).toList(), ");");
        }
        line("    }");
    }

    private static String value(String results, Program.Port result) {
        String tensor = results + ".tensor(\"" + result.name() + "\")";
        if (result.shape().rank() > 0) {
            return tensor;
        }
        return switch (result.dtype()) {
            case FLOAT32 -> results + ".scalar(\"" + result.name() + "\")";
            case FLOAT64 -> tensor + ".item()";
            case INT32 -> "(int) " + tensor + ".getLong()";
            case INT64 -> tensor + ".getLong()";
            case BOOL -> tensor + ".getLong() != 0";
        };
    }

    private void arrayMethod(Program.Function function, String method, String record, List<String> inputs,
            JavaNames variables, ArrayShapes shapes) {
        Map<String, String> dims = new HashMap<>();
        shapes.steps().forEach(step -> dims.put(step.name(), variables.give(step.name())));
        List<String> declared = new ArrayList<>();
        List<String> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Program.Port port = function.inputs().get(i);
            boolean scalar = port.shape().rank() == 0;
            declared.add(javaType(port.dtype()) + (scalar ? " " : "[] ") + inputs.get(i));
            List<String> arguments = new ArrayList<>(List.of("\"" + function.name() + "\"",
                    "\"" + port.name() + "\"", "\"" + port.dtype() + port.shape() + "\"", inputs.get(i)));
            port.shape().dims().forEach(dim -> arguments.add(extent(dim, dims)));
            tensors.add(scalar
                    ? type("Tensor") + ".of(new " + javaType(port.dtype()) + "[]{" + inputs.get(i) + "})"
                    : type("ArrayInputs") + ".tensor(" + String.join(", ", arguments) + ")");
        }
        line();
        line("    /**");
        line("     * Calls {@code ", function.name(), "} with arrays of all elements in row-major order",
                dims.isEmpty() ? "." : ", whose lengths tell");
        if (!dims.isEmpty()) {
            line("     * ", shapes.steps().stream().map(step -> "{@code " + step.name() + "}")
                    .collect(Collectors.joining(", ")), ".");
        }
        inputDocumentation(function, inputs);
        line("     * @throws dev.covector.runtime.CallException if an array has not as many elements as its shape");
        line("     */");
        list("    public " + record + " " + method + "(", declared, ") {");
        for (ArrayShapes.Step step : shapes.steps()) {
            Program.Port port = step.input();
            List<String> arguments = new ArrayList<>(List.of("\"" + function.name() + "\"",
                    "\"" + port.name() + "\"", "\"" + port.dtype() + port.shape() + "\"",
                    inputs.get(function.inputs().indexOf(port)) + ".length"));
            step.others().forEach(dim -> arguments.add(extent(dim, dims)));
            list("        int " + dims.get(step.name()) + " = " + type("ArrayInputs") + ".extent(", arguments,
                    ");");
        }
        list("        " + (function.results().isEmpty() ? "" : "return ") + method + "(", tensors, ");");
        line("    }");
    }

    private static String extent(Dim dim, Map<String, String> names) {
        return dim.isConstant() ? dim.toString() : names.getOrDefault(dim.toString(), "");
    }

    private void inputDocumentation(Program.Function function, List<String> inputs) {
        line("     *");
        for (int i = 0; i < inputs.size(); i++) {
            line("     * @param ", inputs.get(i), " ", describe(function.inputs().get(i), inputs.get(i)));
        }
        if (!function.results().isEmpty()) {
            line("     * @return ", function.results().stream().map(result -> describe(result, ""))
                    .collect(Collectors.joining(", ")));
        }
    }

    /** Dtype and shape, after the name in the graph where that is another. */
    private static String describe(Program.Port port, String javaName) {
        return (port.name().equals(javaName) ? "" : "{@code " + port.name() + "}: ") + port.dtype()
                + port.shape();
    }

    private void accessors(Program.Parameter parameter, String method) {
        String what = "{@code " + parameter.name() + "}: " + parameter.dtype() + parameter.shape();
        line();
        line("    /** A copy of the parameter ", what, ". */");
        line("    public ", type("Tensor"), " ", method, "() {");
        line("        return session.parameters().get(\"", parameter.name(), "\");");
        line("    }");
        line();
        line("    /** Sets the parameter ", what, ", to a copy. */");
        line("    public void ", method, "(", type("Tensor"), " value) {");
        line("        session.parameters().set(\"", parameter.name(), "\", value);");
        line("    }");
    }

    private static String javaType(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case INT32 -> "int";
            case INT64 -> "long";
            case BOOL -> "boolean";
        };
    }

    /** On one line if it is short, else each item on a line of its own. */
    private void list(String before, List<String> items, String after) {
        String inline = before + String.join(", ", items) + after;
        if (inline.length() <= MAX_LINE || items.isEmpty()) {
            line(inline);
            return;
        }
        String indent = " ".repeat(before.length() - before.stripLeading().length() + 8);
        line(before);
        line(indent, String.join(",\n" + indent, items), after);
    }

    private void line(String... parts) {
        for (String part : parts) {
            out.append(part);
        }
        out.append('\n');
    }
}
