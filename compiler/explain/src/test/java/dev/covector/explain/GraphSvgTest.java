package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.Compiler;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pictures of graphs, read as XML. */
final class GraphSvgTest {
    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    /** The texts of a class, in their order. */
    private static List<String> texts(Document svg, String kind) {
        NodeList all = svg.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            if (all.item(i).getAttributes().getNamedItem("class").getNodeValue().equals(kind)) {
                texts.add(all.item(i).getTextContent());
            }
        }
        return texts;
    }

    @Test
    void ofAWholeGraph() throws IOException {
        Golden.check("line.svg", GraphSvg.of(Graphs.line()));
    }

    @Test
    void opsWithTheirTypesResultsAndUpdates() throws Exception {
        Document svg = parse(GraphSvg.of(Compiler.explain(Graphs.line()).stages().get(2).graph(), "train"));
        assertTrue(texts(svg, "op").containsAll(
                List.of("parameterfit.weight", "inputx", "inputy", "dotprediction contract=[1]x[0]")),
                texts(svg, "op")::toString);
        assertTrue(texts(svg, "type").contains("f32[2] with 0.1"), texts(svg, "type")::toString);
        assertEquals(List.of("→ loss", "⇒ fit.weight"), texts(svg, "note"));
    }

    @Test
    void ofAFunctionHasWhatItReachesOnly() throws Exception {
        Document svg = parse(GraphSvg.of(Graphs.line(), "predict"));
        assertEquals(3, texts(svg, "op").size(), texts(svg, "op")::toString);
        assertEquals(List.of("→ prediction"), texts(svg, "note"));
        assertThrows(IllegalArgumentException.class, () -> GraphSvg.of(Graphs.line(), "test"));
    }

    @Test
    void whatMeansSomethingInXmlIsEscaped() throws Exception {
        Graph graph = GraphText.parse("""
                graph g
                  %0 = input x : f32[2] at A<b>&.java:1
                  function f(%0) -> y=%0
                """);
        String svg = GraphSvg.of(graph);
        assertFalse(svg.contains("A<b>"), svg);
        assertTrue(
                parse(svg).getElementsByTagName("title").item(0).getTextContent().contains("A<b>&.java:1"));
    }
}
