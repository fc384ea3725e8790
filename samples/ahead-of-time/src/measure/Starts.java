import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Measures how long a JVM takes from its start to its end with one prediction in between: with the graph compiled at run
 * time and ahead of time, with and without the Vector API and the JDK's own cache of what it knew of the last run.
 *
 * <pre>
 * samples/run list && mvn package -DskipTests -pl samples/ahead-of-time -am
 * java samples/ahead-of-time/src/measure/Starts.java 15
 * </pre>
 *
 * Takes turns, so that a busy minute hits all alike, and prints medians. Needs Java 25 or later.
 */
public final class Starts {
    private static final Path BASE = Path.of("samples/ahead-of-time");
    private static final Path WORK = BASE.resolve("target/starts");
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    public static void main(String[] arguments) throws Exception {
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        Files.createDirectories(WORK);
        String ahead = List.of("lib/covector-runtime.jar", "stripes.jar").stream()
                .map(jar -> BASE.resolve("target").resolve(jar).toString())
                .collect(Collectors.joining(File.pathSeparator));
        String atRunTime = factoryJar() + File.pathSeparator + libraries();
        String parameters = WORK.resolve("stripes.safetensors").toString();
        start(List.of("-cp", ahead, "dev.covector.stripes.Train", parameters));

        Map<String, List<String>> cases = new LinkedHashMap<>();
        for (boolean vectors : new boolean[]{false, true}) {
            List<String> module = vectors ? List.of("--add-modules", "jdk.incubator.vector") : List.of();
            String flavour = vectors ? "vector" : "scalar";
            add(cases, "at run time, " + flavour, module,
                    List.of("-cp", atRunTime, "dev.covector.stripes.graph.PredictAtRunTime", parameters));
            add(cases, "ahead of time, " + flavour, module,
                    List.of("-cp", ahead, "dev.covector.stripes.Predict", parameters));
        }
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Map.Entry<String, List<String>> entry : cases.entrySet()) {
                long begin = System.nanoTime();
                start(entry.getValue());
                times.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                        .add((System.nanoTime() - begin) / 1e6);
            }
        }
        System.out.println("| compiled | median, ms | least, ms |\n| --- | --- | --- |");
        times.forEach((name, all) -> {
            double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f |%n", name, sorted[sorted.length / 2], sorted[0]);
        });
    }

    /** The start as it is, and with a cache, which is made here. */
    private static void add(Map<String, List<String>> cases, String name, List<String> options, List<String> rest)
            throws Exception {
        String cache = WORK.resolve(name.replaceAll("\\W+", "-") + ".aot").toString();
        cases.put(name, concat(options, rest));
        start(concat(List.of("-XX:AOTCacheOutput=" + cache), concat(options, rest)));
        cases.put(name + ", AOT cache", concat(List.of("-XX:AOTCache=" + cache), concat(options, rest)));
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static void start(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(arguments);
        File output = WORK.resolve("output.txt").toFile();
        int status = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(command + " printed " + Files.readString(output.toPath()));
        }
    }

    private static String libraries() {
        File[] jars = new File("samples/target/lib").listFiles((folder, name) -> name.matches(
                "(covector-(runtime|graph|compiler)|guava|failureaccess|asm)\\b.*\\.jar"));
        return Arrays.stream(jars).map(File::getPath).sorted().collect(Collectors.joining(File.pathSeparator));
    }

    /** What makes the graph, in a jar, since the cache knows no folders. */
    private static Path factoryJar() throws IOException {
        Path classes = WORK.resolve("classes");
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-cp", libraries(), "-proc:none"));
        try (Stream<Path> files = Files.list(BASE.resolve("src/graph/java/dev/covector/stripes/graph"))) {
            files.filter(file -> !file.endsWith("package-info.java")).forEach(file -> arguments.add(file.toString()));
        }
        if (ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalStateException("the graph's factory does not compile");
        }
        Path jar = WORK.resolve("factory.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
            }
        }
        return jar;
    }
}
