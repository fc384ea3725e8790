package dev.covector.compiler;

import dev.covector.compiler.emit.Disassembly;
import dev.covector.compiler.loop.Listing;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.kernel.VectorSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** The stages of a compilation as numbered text files, and what {@link ExplanationWriter}s add to them. */
final class Dump {
    private Dump() {}

    /** File names and contents, in the order of the stages. */
    static Map<String, String> of(Compilation compilation) {
        Map<String, String> files = new LinkedHashMap<>();
        add(files, "source.txt", GraphText.annotated(compilation.source()));
        add(files, "simplified.txt", GraphText.annotated(compilation.simplified()));
        add(files, "differentiated.txt", GraphText.annotated(compilation.differentiated()));
        add(files, "simplified-again.txt", GraphText.annotated(compilation.simplifiedAgain()));
        add(files, "specialised.txt", GraphText.annotated(compilation.specialised()));
        for (Compilation.Compiled function : compilation.functions()) {
            List<String> pages = function.listing().pages();
            for (int page = 0; page < pages.size(); page++) {
                add(files, Listing.file(function.listingName(), page), pages.get(page));
            }
            add(files, function.name() + ".plan.txt", PlanText.print(function.plan()));
            add(files, function.name() + ".scalar.bytecode.txt", Disassembly.classes(function.scalar()));
            if (VectorSupport.bits() > 0) {
                add(files, function.name() + ".vector.bytecode.txt",
                        Disassembly.classes(function.vector(VectorSupport.bits())));
            }
        }
        return files;
    }

    private static void add(Map<String, String> files, String name, String text) {
        files.put(String.format(Locale.ROOT, "%02d-%s", files.size(), name), text);
    }

    static void write(Compilation compilation, Path directory) {
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, String> file : of(compilation).entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
            List<ExplanationWriter> writers = new ArrayList<>();
            ServiceLoader.load(ExplanationWriter.class).forEach(writers::add);
            if (!writers.isEmpty()) {
                Explanation explanation = Explainer.explain(compilation);
                for (ExplanationWriter writer : writers) {
                    writer.write(explanation, directory);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the dump to " + directory + ": " + e.getMessage(), e);
        }
    }
}
