package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.compiler.ExplanationWriter;
import java.nio.file.Path;

/** Adds the page to dumps, as {@code explanation.html}. */
public final class DumpedPage implements ExplanationWriter {
    /** For the service loader. */
    public DumpedPage() {}

    @Override
    public void write(Explanation explanation, Path directory) {
        ExplanationPage.of(explanation).writeTo(directory.resolve("explanation.html"));
    }
}
