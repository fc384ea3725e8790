package dev.covector.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Command lines as one would type them, in a folder, and what they print. */
final class CommandLines {
    /** What looks like a file or folder of the user's. */
    private static final String FILE =
            ".*\\.(txt|safetensors|jar|java|html|json|dot|svg)|classes|sources|dumps|nowhere.*";

    private final Path folder;

    CommandLines(Path folder) {
        this.folder = folder;
    }

    /** What a command line printed, and the status that it ended with. */
    record Ended(int status, String out, String err) {}

    /** Runs {@code covector} with arguments, split at spaces, of which files are in the folder. */
    Ended run(String line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = Arrays.stream(line.split(" ")).filter(word -> !word.isEmpty())
                .map(word -> word.matches(FILE) ? folder.resolve(word).toString() : word)
                .toArray(String[]::new);
        int status = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ended(status, plain(out), plain(err));
    }

    private String plain(StringWriter text) {
        return text.toString().replace(folder + "/", "").replace(folder.toString(), ".").replace("\r\n",
                "\n");
    }

    /** The same with what it prints: each line of {@code lines}, then both streams, then the status if it is not 0. */
    String transcript(List<String> lines) {
        StringBuilder transcript = new StringBuilder();
        for (String line : lines) {
            Ended ended = run(line.replaceFirst("^\\$ covector", ""));
            transcript.append(line).append('\n').append(ended.out).append(ended.err);
        }
        return transcript.toString();
    }
}
