package dev.covector.samples.interop;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.jspecify.annotations.NullMarked;

/** Kotlin's compiler in this JVM, which takes JSpecify's annotations at their word. */
final class KotlinCompiler {
    /** What it says of a line: {@code error} or {@code warning}, the diagnostic's name in the compiler, and the words. */
    record Message(String file, int line, String severity, String diagnostic, String text) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + severity + ": [" + diagnostic + "] " + text;
        }
    }

    private static final Pattern MESSAGE = Pattern
            .compile("(?m)^(?:.*[/\\\\])?([^/\\\\\\n]+\\.kt):(\\d+):\\d+: (error|warning): \\[(\\w+)] (.*)$");

    /** The jar of the annotations, which users of Covector need not have. */
    static final Path JSPECIFY = jspecify();

    private KotlinCompiler() {}

    private static Path jspecify() {
        try {
            return Path.of(NullMarked.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Compiles Kotlin files, which may use Java files among them, to {@code classes}, with {@code classPath} and this JVM's
     * class path but for {@link #JSPECIFY}. It ends with an error if it can't be started; what it says of the sources is
     * returned.
     */
    static List<Message> compile(Path classes, List<Path> classPath, List<Path> sources, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-no-stdlib", "-no-reflect", "-jvm-target", "21",
                "-Xjspecify-annotations=strict", "-Xrender-internal-diagnostic-names",
                "-Xreport-all-warnings", "-d", classes.toString(), "-cp"));
        List<String> path =
                new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        path.remove(JSPECIFY.toString());
        classPath.forEach(entry -> path.add(entry.toString()));
        arguments.add(String.join(File.pathSeparator, path));
        arguments.addAll(List.of(options));
        sources.forEach(source -> arguments.add(source.toString()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        var code = new K2JVMCompiler().exec(new PrintStream(bytes, true, StandardCharsets.UTF_8),
                arguments.toArray(String[]::new));
        String output = bytes.toString(StandardCharsets.UTF_8);
        List<Message> messages = new ArrayList<>();
        for (Matcher matcher = MESSAGE.matcher(output); matcher.find();) {
            messages.add(new Message(matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3),
                    matcher.group(4), matcher.group(5)));
        }
        boolean refused = messages.stream().anyMatch(message -> message.severity().equals("error"));
        if (code.getCode() != (refused ? 1 : 0)) {
            throw new IllegalStateException("Kotlin's compiler ended with " + code + "\n" + output);
        }
        return messages;
    }
}
