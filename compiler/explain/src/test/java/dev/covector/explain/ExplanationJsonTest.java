package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.covector.compiler.Compiler;
import dev.covector.compiler.Explanation;
import dev.covector.graph.text.GraphText;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** JSON as a tool reads it: parsed. */
final class ExplanationJsonTest {
    @Test
    void ofAGraph() throws IOException {
        Golden.check("line.graph.json", pretty(ExplanationJson.of(Graphs.line())));
    }

    /** One stage and one function, without code, which others of the compiler's tests hold. */
    @Test
    void ofACompilation() throws IOException {
        JsonObject document = parse(ExplanationJson.of(Compiler.explain(Graphs.line()), false));
        keep(document.getAsJsonArray("stages"), "differentiated");
        keep(document.getAsJsonArray("functions"), "train");
        Golden.check("line.explanation.json", pretty(document.toString()));
    }

    private static void keep(JsonArray elements, String name) {
        for (int i = elements.size() - 1; i >= 0; i--) {
            if (!elements.get(i).getAsJsonObject().get("name").getAsString().equals(name)) {
                elements.remove(i);
            }
        }
        assertEquals(1, elements.size());
    }

    @Test
    void whatIsReferredToIsThere() {
        JsonObject document = parse(ExplanationJson.of(Compiler.explain(Graphs.mlp())));
        assertEquals("covector-explanation", document.get("format").getAsString());
        assertEquals(ExplanationJson.VERSION, document.get("version").getAsInt());
        Set<Integer> ids = Set.of();
        for (JsonElement stage : document.getAsJsonArray("stages")) {
            Set<Integer> before = ids;
            ids = new HashSet<>();
            for (JsonElement element : stage.getAsJsonObject().getAsJsonArray("nodes")) {
                JsonObject node = element.getAsJsonObject();
                assertKnown(ids, node.getAsJsonArray("inputs"));
                ids.add(node.get("id").getAsInt());
                if (node.has("before")) {
                    assertTrue(before.contains(node.get("before").getAsInt()), node::toString);
                }
            }
            assertKnown(before, stage.getAsJsonObject().getAsJsonArray("removed"));
        }
        for (JsonElement element : document.getAsJsonArray("functions")) {
            JsonObject function = element.getAsJsonObject();
            int buffers = function.getAsJsonArray("buffers").size();
            for (JsonElement kernel : function.getAsJsonArray("kernels")) {
                assertKnown(ids, kernel.getAsJsonObject().getAsJsonArray("ops"));
                assertKnown(ids, kernel.getAsJsonObject().getAsJsonArray("inlined"));
                assertFalse(kernel.getAsJsonObject().getAsJsonArray("ops").isEmpty());
                for (JsonElement read : kernel.getAsJsonObject().getAsJsonArray("reads")) {
                    assertTrue(read.getAsInt() < buffers, kernel::toString);
                }
            }
        }
    }

    private static void assertKnown(Set<Integer> ids, JsonArray references) {
        references.forEach(id -> assertTrue(ids.contains(id.getAsInt()), () -> "no node " + id));
    }

    /** The document of {@code functions} of the page, whose code comes apart. */
    @Test
    void codeIsInOneOfTwoPlaces() {
        Explanation explanation = Compiler.explain(Graphs.mlp());
        JsonObject without = parse(ExplanationJson.of(explanation, false));
        assertFalse(without.toString().contains("\"loops\""));
        JsonArray code = JsonParser.parseString(ExplanationJson.code(explanation.function("train")))
                .getAsJsonArray();
        assertEquals(explanation.function("train").kernels().size(), code.size());
        assertTrue(code.get(0).getAsJsonObject().get("loops").getAsString().startsWith("k0_"));
    }

    @Test
    void dataIsNotWrittenOut() {
        String json = ExplanationJson.of(GraphText.parse("""
                graph data
                  %0 = constant base64 BYTES : i32[17]
                  %1 = constant [1,2] : i32[2]
                  function f() -> y=%0, z=%1
                """.replace("BYTES", "A".repeat(91) + "=")));
        assertTrue(json.contains("\"attributes\":\"data\""), json);
        assertTrue(json.contains("\"attributes\":\"[1,2]\""), json);
    }

    @Test
    void textsAreEscaped() {
        JsonWriter json = new JsonWriter();
        String text = "quote \" backslash \\ newline \n bell \u0007 </script> \u2028 é 𝄞";
        json.array(List.of(text), json::value);
        assertEquals(text, JsonParser.parseString(json.toString()).getAsJsonArray().get(0).getAsString());
        assertFalse(json.toString().contains("</script>"), json.toString());
    }

    private static JsonObject parse(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static String pretty(String json) {
        return new GsonBuilder().setPrettyPrinting().create().toJson(JsonParser.parseString(json)) + "\n";
    }
}
