package dev.covector.cli;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a graph is called on its way through the compiler. */
final class StageName implements ITypeConverter<String>, Iterable<String> {
    static final String SOURCE = "source";
    private static final List<String> ALL =
            List.of(SOURCE, "simplified", "differentiated", "simplified-again", "specialised");

    /** For help. */
    static final String DESCRIPTION =
            "source (as it was written), simplified, differentiated, simplified-again or specialised";

    @Override
    public String convert(String text) {
        if (!ALL.contains(text)) {
            throw new TypeConversionException(
                    "expected one of " + String.join(", ", ALL) + ", found '" + text + "'");
        }
        return text;
    }

    @Override
    public Iterator<String> iterator() {
        return ALL.iterator();
    }

    /** The graph as it is at a stage. */
    static Graph of(Graph graph, String stage) {
        if (stage.equals(SOURCE)) {
            return graph;
        }
        return of(Compiler.explain(graph), stage);
    }

    static Graph of(Explanation explanation, String stage) {
        return explanation.stages().stream().filter(s -> s.name().equals(stage)).map(Explanation.Stage::graph)
                .findFirst().orElseThrow();
    }
}
