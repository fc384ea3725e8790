package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.CompilerOptions;
import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Profile;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page as a person uses it, in a real browser without a network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExplanationPageTest {
    @TempDir
    Path folder = Path.of("");
    private @Nullable Browser opened;

    @BeforeAll
    void openBrowser() throws Exception {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "SKIPPED: the page is not tested, since no Chromium is on the PATH;"
                + " install it, for example with: apt-get install chromium");
        opened = Browser.open(program.get(), 1440, 900);
    }

    @AfterAll
    void closeBrowser() throws Exception {
        if (opened != null) {
            opened.close();
        }
    }

    @AfterEach
    void noErrorsAndNoRequests() throws Exception {
        assertEquals(List.of(), browser().problems());
        assertEquals("0",
                browser().eval(
                        "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('blob:')"
                                + " && !e.name.startsWith('data:')).length"));
    }

    private Browser browser() {
        if (opened == null) {
            throw new IllegalStateException("no browser");
        }
        return opened;
    }

    private Browser show(ExplanationPage page) throws Exception {
        Path file = folder.resolve("page.html");
        page.writeTo(file);
        browser().go(file);
        browser().await("document.documentElement.dataset.complete");
        return browser();
    }

    private Browser mlp() throws Exception {
        return show(ExplanationPage.of(Compiler.explain(Graphs.mlp()))
                .sources(List.of(Path.of("src/test/java"))));
    }

    private static String details(Browser page) throws Exception {
        return page.eval("document.querySelector('#details').innerText");
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" should be in:\n" + text);
        }
    }

    @Test
    void blocksAreClosedAtFirstAndOpenByAClick() throws Exception {
        Browser page = mlp();
        assertEquals("mlp – Covector", page.eval("document.title"));
        assertEquals("gradient,hidden,output,update", page.eval(
                "[...document.querySelectorAll('.block.closed')].map(b => b.dataset.key.slice(2)).sort().join()"));
        page.click("[data-key='b:hidden']");
        page.await("document.querySelector('.block.open[data-key=\"b:hidden\"]')");
        assertContains(page.eval("document.querySelector('#drawing').textContent"), "hidden.weight",
                "f32[784,256]");
        page.click("[data-key='b:hidden'] .sign");
        page.await("document.querySelector('.block.closed[data-key=\"b:hidden\"]')");
    }

    @Test
    void searchFindsAndAClickShowsTheLine() throws Exception {
        Browser page = mlp();
        page.press("/");
        page.type("hidden.w");
        page.await("document.querySelectorAll('#found [role=option]').length > 0");
        page.press("Enter");
        page.await("document.querySelector('.node.selected')");
        assertContains(details(page), "hidden.weight", "f32", "[784, 256]", "Graphs.java:",
                "Linear hidden = Linear.of(g, \"hidden\", 784, 256);");
        // From the parameter to what reads it, by a click on the drawing.
        page.click(".node.contraction");
        page.await("document.querySelector('#details h2').innerText === 'dot'");
        assertContains(details(page), "contract=[1]x[0]", "hidden.invoke(x)", "k0_matmul_add_relu");
    }

    @Test
    void stagesShowWhatAPassDid() throws Exception {
        Browser page = mlp();
        assertEquals("Source,Simplified,Differentiated,Simplified again,Specialised", page
                .eval("[...document.querySelectorAll('.stage b')].map(b => b.textContent).join()"));
        page.press("]");
        page.press("]");
        page.await("document.querySelector('#details h2').innerText === 'Differentiated'");
        page.await("document.querySelector('.block.added[data-key=\"b:gradient\"]')");
        page.click("[data-key='b:gradient']");
        page.await("document.querySelectorAll('.node.added').length > 5");
        page.press("c");
        page.await("document.querySelectorAll('.block.open').length === 0");
        page.press("e");
        page.await("document.querySelectorAll('.block.open').length > 3");
    }

    @Test
    void kernelsShowCodeAndReasons() throws Exception {
        Browser page = mlp();
        Explanation.Function train = Compiler.explain(Graphs.mlp()).function("train");
        page.press("2");
        page.await("document.querySelectorAll('.card').length === " + train.kernels().size());
        page.click(".card[data-kernel='2']");
        page.await("document.querySelector('#details .loops')");
        assertContains(details(page), train.kernels().get(2).name(), "NOT FUSED",
                "a reduction needs whole rows, a tile is a part of some", " in from..to:");
        page.click("#details details summary");
        page.await("document.querySelector('#details details .code').textContent.includes('FLOAD')");
    }

    @Test
    void memoryMarksThePeakAndFollowsDimensions() throws Exception {
        Browser page = mlp();
        page.press("3");
        page.await("document.querySelector('.peak-text')");
        String small = page.eval("document.querySelector('.peak-text').textContent");
        page.eval("(() => { const i = document.querySelector('#dim-batch'); i.value = 4096;"
                + " i.dispatchEvent(new Event('change')); })()");
        String large = page.eval("document.querySelector('.peak-text').textContent");
        assertContains(small, "peak: ");
        assertFalse(small.equals(large), large);
        page.click(".buffer");
        page.await("document.querySelector('#details .kind').innerText === 'buffer'");
        assertContains(details(page), "WRITTEN BY", "Graphs.java:");
    }

    @Test
    void wordsAreThoseOfPlainWords() throws Exception {
        Browser page = show(
                ExplanationPage.of(Compiler.explain(Graphs.mlp())).dims(Map.of("batch", 64)));
        page.click("#tab-words");
        String text = page.eval("document.querySelector('#pane-words').textContent");
        assertContains(text, "Where the time goes, as estimated", "With batch = 64.");
        assertEquals("64", page.eval("document.querySelector('#dim-batch').value"));
    }

    @Test
    void measuredTimesAreShown() throws Exception {
        Graph graph = Graphs.mlp();
        Session session = Compiler.compile(graph).newSession(1);
        try (Profile profile = session.profile()) {
            for (int i = 0; i < 20; i++) {
                session.call("predict").input("x", Tensor.of(new float[256 * 784], 256, 784)).run();
            }
            Browser page = show(ExplanationPage.of(Compiler.explain(graph)).dims(Map.of("batch", 256))
                    .profile(profile));
            page.eval("(() => { const f = document.querySelector('#function'); f.value = 0;"
                    + " f.dispatchEvent(new Event('change')); })()");
            page.press("2");
            page.await("document.querySelector('.card em').textContent.match(/[µm]s/)");
            page.click(".card");
            assertContains(details(page), "measured", "of the machine's");
            page.press("4");
            assertContains(page.eval("document.querySelector('#pane-words').textContent"),
                    "Where the time goes, as measured", "a call takes");
        }
    }

    /** Time is told, not judged: it is the machine's. */
    @Test
    void aLargeGraphAppearsWithClosedBlocks() throws Exception {
        Explanation explanation = Compiler.explain(Graphs.chain(1000));
        int nodes = explanation.stages().get(0).graph().nodes().size();
        assertTrue(nodes > 1800, () -> "only " + nodes);
        Browser page = show(ExplanationPage.of(explanation));
        System.out.println("page of " + nodes + " nodes: drawn "
                + page.eval("document.documentElement.dataset.ready") + " ms after navigation");
        int boxes = Integer
                .parseInt(page.eval("document.querySelectorAll('#drawing [data-key]').length"));
        assertTrue(boxes > 5 && boxes < 100, () -> boxes + " boxes");
        page.press("/");
        page.type("tanh");
        page.await("document.querySelectorAll('#found [role=option]').length > 20");
        page.press("ArrowDown");
        page.press("Enter");
        page.await("document.querySelector('.node.selected')");
        assertContains(details(page), "tanh");
    }

    @Test
    void thePageIsTheSameEachTime() {
        String once = ExplanationPage.of(Compiler.explain(Graphs.mlp())).html();
        assertEquals(once, ExplanationPage.of(Compiler.explain(Graphs.mlp())).html());
        assertFalse(once.contains("http://") && once.contains("src="), "refers to something outside");
    }

    /** A function that returns what it is given, and no parameters that have first values. */
    @Test
    void nothingIsDrawnOfNothing() throws Exception {
        Browser page = show(ExplanationPage.of(Compiler.explain(GraphText.parse("""
                graph same
                  %0 = input x : f32[n]
                  function f(%0) -> y=%0
                """))));
        page.eval("(() => { const f = document.querySelector('#function'); f.value = 1;"
                + " f.dispatchEvent(new Event('change')); })()");
        page.await("document.querySelector('#scene') && !document.querySelector('#drawing [data-key]')");
        page.press("2");
        page.await("document.querySelector('#pane-kernels').innerText.includes('Nothing is computed')");
        page.press("3");
        page.await("document.querySelector('#pane-memory').innerText.includes('A call allocates nothing')");
        page.press("4");
        page.await("document.querySelector('#pane-words').innerText.includes('Nothing to say')");
        page.press("1");
    }

    @Test
    void dumpsHaveAPage() throws Exception {
        Path dump = folder.resolve("dump");
        Compiler.compile(Graphs.line(), CompilerOptions.defaults().dumpTo(dump));
        assertTrue(Files.exists(dump.resolve("00-source.txt")));
        assertEquals(ExplanationPage.of(Compiler.explain(Graphs.line())).html(),
                Files.readString(dump.resolve("explanation.html")));
    }

    @Test
    void filesAreWhereTheyAreWanted() throws Exception {
        Path file = folder.resolve("new").resolve("page.html");
        ExplanationPage.of(Compiler.explain(Graphs.line())).writeTo(file);
        assertTrue(Files.readString(file).startsWith("<!DOCTYPE html>"));
    }
}
