package dev.covector.compiler;

import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.Flavour;
import dev.covector.compiler.loop.Listing;
import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Methods;
import dev.covector.compiler.loop.NestForm;
import dev.covector.compiler.simplify.Simplify;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Requirement;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A graph at each stage on its way to classes.
 *
 * @param functions those of the graph, then the one that gives parameters their first values
 */
record Compilation(Graph source, Graph simplified, Graph differentiated, Graph simplifiedAgain,
        Graph specialised,
        List<Compiled> functions) {
    /** What the function is called that gives parameters their first values. */
    static final String INITIAL = "initial";

    static Compilation of(Graph source) {
        return of(source, done -> {});
    }

    /** Each op a kernel of its own, as checked calls want it ({@link Roles}); the passes over the graph are the same. */
    static Compilation separate(Graph source) {
        return of(source, true, done -> {});
    }

    /** {@code observer} is told of each stage when it is done. */
    static Compilation of(Graph source, Consumer<Stage> observer) {
        return of(source, false, observer);
    }

    private static Compilation of(Graph source, boolean separate, Consumer<Stage> observer) {
        Graph simplified = Simplify.stabilise(source);
        observer.accept(Stage.SIMPLIFY);
        Graph differentiated = Differentiate.differentiate(simplified);
        observer.accept(Stage.DIFFERENTIATE);
        Graph simplifiedAgain = Simplify.simplify(differentiated);
        observer.accept(Stage.SIMPLIFY_AGAIN);
        Graph specialised = Specialise.specialise(simplifiedAgain);
        observer.accept(Stage.SPECIALISE);
        List<Graph.Function> all = new ArrayList<>(specialised.functions());
        all.add(initial(specialised));
        Set<String> taken = new HashSet<>();
        List<Compiled> functions = new ArrayList<>();
        for (Graph.Function function : all) {
            functions.add(Compiled.of(source, specialised, function, className(function.name(), taken),
                    separate, observer));
        }
        return new Compilation(source, simplified, differentiated, simplifiedAgain, specialised, functions);
    }

    /** A name for classes; none is another's in capitals, since there are file systems that take them for one. */
    private static String className(String function, Set<String> taken) {
        String plain = function.replace('.', '_');
        String capital = plain.substring(0, 1).toUpperCase(Locale.ROOT) + plain.substring(1);
        String name = capital;
        for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = capital + "_" + i;
        }
        return name;
    }

    private static Graph.Function initial(Graph graph) {
        Map<String, Node> values = new LinkedHashMap<>();
        graph.parameters().forEach(parameter -> values.put(parameter.name(), parameter.initial()));
        return new Graph.Function(INITIAL, values, List.of());
    }

    /**
     * A function on its way to classes. Neither the graph's name nor a line of the user's is in them, so that graphs
     * which are equal but for those share them.
     *
     * @param className what the names of its classes begin with, without the package
     * @param methods   the nests that become code, and the methods that they share
     */
    record Compiled(String name, String className, Plan plan, List<Requirement> requirements,
            Methods methods, Listing listing) {
        static Compiled of(Graph source, Graph graph, Graph.Function function, String className,
                boolean separate, Consumer<Stage> observer) {
            Plan plan = separate ? Planner.separate(function, graph.parameters(), observer)
                    : Planner.plan(function, graph.parameters(), observer);
            Methods methods = plan.methods();
            Listing listing = LoopPrinter.print(methods, PlanText.headers(plan));
            observer.accept(Stage.PRINT);
            return new Compiled(function.name(), className, plan, requirements(source, function), methods,
                    listing);
        }

        /** What the user's own function requires, and what became of it: each dimension once, in the order of the nodes. */
        private static List<Requirement> requirements(Graph source, Graph.Function compiled) {
            List<Node> nodes = new ArrayList<>();
            source.functions().stream().filter(function -> function.name().equals(compiled.name()))
                    .forEach(function -> nodes.addAll(function.nodes()));
            nodes.addAll(compiled.nodes());
            Set<String> bound = new HashSet<>();
            compiled.inputs().forEach(input -> input.type().shape().dims().stream().filter(Dim::isName)
                    .forEach(dim -> bound.addAll(dim.names())));
            Map<Dim, Requirement> all = new LinkedHashMap<>();
            for (Node node : nodes) {
                for (Requirement requirement : Requirement.of(node)) {
                    // What an input told that nothing needs any more, no call tells.
                    if (bound.containsAll(requirement.dim().names())) {
                        all.putIfAbsent(requirement.dim(), requirement);
                    }
                }
            }
            return List.copyOf(all.values());
        }

        /** What a call is told that fails, by an index that is checked, then by a requirement; and one that is profiled. */
        Program.Notes notes() {
            List<String> checks = new ArrayList<>(plan.checks());
            requirements.forEach(requirement -> checks.add(requirement.problem()));
            return new Program.Notes(checks, KernelNotes.of(plan));
        }

        /** How many methods nests may name: those that are emitted, and the one that runs them all. */
        int methodNumbers() {
            return methods.first().size() + 1;
        }

        List<Emitter.ClassFile> scalar() {
            return Emitter.emit(request(Flavour.SCALAR, "covector/" + className + "Scalar"));
        }

        List<Emitter.ClassFile> vector(int bits) {
            return Emitter.emit(vectorRequest(bits));
        }

        /** What vector code is made of. No node of a graph is in it, so it may outlive this. */
        Emitter.Request vectorRequest(int bits) {
            return request(Flavour.vector(bits), "covector/" + className + "Vector");
        }

        /** @param driver the name of the first class, with slashes; those of the others begin with it */
        List<Emitter.ClassFile> emit(Flavour flavour, String driver) {
            return Emitter.emit(request(flavour, driver));
        }

        private Emitter.Request request(Flavour flavour, String driver) {
            return new Emitter.Request(driver, listingName(), methods.emitted(), plan.dims(), listing,
                    plan.whole(), flavour);
        }

        /** The nests as the runtime takes them, with the one that runs all others if there is one. */
        List<Program.Nest> nests() {
            Map<Dim, Integer> dims = new HashMap<>();
            plan.dims().forEach(dim -> dims.put(dim, dims.size()));
            List<Program.Nest> nests = new ArrayList<>();
            for (int n = 0; n < methods.nests().size(); n++) {
                NestForm form = methods.forms().get(n);
                nests.add(new Program.Nest(methods.method().get(n), form == null ? List.of()
                        : form.numbers(dim -> Objects.requireNonNull(dims.get(dim)))));
            }
            if (!plan.whole().isEmpty()) {
                nests.add(new Program.Nest(nests.size(), List.of()));
            }
            return nests;
        }

        /** What stack traces call the printed nests. */
        String listingName() {
            return name + ".kernels";
        }
    }
}
