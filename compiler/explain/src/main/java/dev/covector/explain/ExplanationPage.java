package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.runtime.Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * One HTML file that shows a compilation: the graph at each stage, kernels and their code, memory, and what there is to say in
 * words. It has all that it needs in it, and works from a file, without a network.
 *
 * <pre>{@code
 * ExplanationPage.of(Compiler.explain(graph)).sources(List.of(Path.of("src/main/java"))).writeTo(Path.of("mlp.html"));
 * }</pre>
 */
public final class ExplanationPage {
    private static final List<String> SCRIPTS =
            List.of("data.js", "details.js", "graph.js", "kernels.js", "memory.js", "page.js");

    private final Explanation explanation;
    private final List<Path> sources;
    private final Map<String, Integer> dims;
    private final MeasuredTimes times;

    private ExplanationPage(Explanation explanation, List<Path> sources, Map<String, Integer> dims,
            MeasuredTimes times) {
        this.explanation = explanation;
        this.sources = List.copyOf(sources);
        this.dims = new TreeMap<>(dims);
        this.times = times;
    }

    /** A page without the text of the user's lines and without measurements, with 32 for each named dimension. */
    public static ExplanationPage of(Explanation explanation) {
        return new ExplanationPage(explanation, List.of(), Map.of(), MeasuredTimes.none());
    }

    /** Shows the text of the user's lines, where exactly one file below these folders has the line's file name. */
    public ExplanationPage sources(List<Path> folders) {
        return new ExplanationPage(explanation, folders, dims, times);
    }

    /** Opens with these extents for named dimensions; they can be changed on the page. */
    public ExplanationPage dims(Map<String, Integer> extents) {
        return new ExplanationPage(explanation, sources, extents, times);
    }

    /** Shows the times that a profile of this graph's session has measured so far. */
    public ExplanationPage profile(Profile profile) {
        return new ExplanationPage(explanation, sources, dims, MeasuredTimes.of(profile));
    }

    /**
     * Writes the page to a file, whose folder is made if need be.
     *
     * @throws UncheckedIOException if that fails
     */
    public void writeTo(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, html());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the page to " + file + ": " + e.getMessage(), e);
        }
    }

    /** The page as text. */
    public String html() {
        StringBuilder data = new StringBuilder();
        chunk(data, "explanation", ExplanationJson.of(explanation, false));
        for (int i = 0; i < explanation.functions().size(); i++) {
            chunk(data, "code-" + i, ExplanationJson.code(explanation.functions().get(i)));
        }
        chunk(data, "sources", SourceText.of(explanation, sources));
        chunk(data, "words", PlainWords.of(explanation).dims(dims).measured(times).json());
        chunk(data, "profile", times.json());
        chunk(data, "dims", dimensions());
        StringBuilder script = new StringBuilder();
        SCRIPTS.forEach(name -> script.append(resource(name)).append('\n'));
        String name = escaped(explanation.name());
        return resource("page.html").replace("{{title}}", name + " – Covector").replace("{{name}}", name)
                .replace("{{style}}", resource("page.css"))
                .replace("{{dagre}}",
                        "/*\n" + resource("dagre.LICENSE.txt") + "*/\n" + resource("dagre.min.js"))
                .replace("{{layout}}", resource("layout.js")).replace("{{data}}", data)
                .replace("{{script}}", script);
    }

    private String dimensions() {
        JsonWriter json = new JsonWriter();
        json.object(() -> dims.forEach((name, extent) -> json.member(name, extent)));
        return json.toString();
    }

    /** Data, compressed: it is read when it is needed, and code of a large graph is megabytes. */
    private static void chunk(StringBuilder out, String id, String json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.append("<script type=\"text/plain\" id=\"data-").append(id).append("\">")
                .append(Base64.getEncoder().encodeToString(bytes.toByteArray())).append("</script>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String resource(String name) {
        try (InputStream in = ExplanationPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing in this jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
