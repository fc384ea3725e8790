package dev.covector.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Safetensors;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarFile;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {
    private static final Path HELP = Path.of("src/test/resources/dev/covector/cli/help.txt");
    private static final String GRAPH = """
            covector 1
            graph g
              %0 = input x : f32[n]
              %1 = parameter p : f32[]
              %2 = constant 2.0 : f32[]
              %3 = broadcast %1 axes=[] : f32[n]
              %4 = mul %0 %3 : f32[n]
              %5 = add %1 %2 : f32[]
              parameter %1 initial=%2
              function scale(%0) -> y=%4
              function grow() update %1=%5
            """;

    @TempDir
    private Path folder = Path.of("");
    private CommandLines covector = new CommandLines(folder);

    @BeforeEach
    void files() throws IOException {
        covector = new CommandLines(folder);
        Files.writeString(folder.resolve("g.txt"), GRAPH);
        Safetensors.write(folder.resolve("x.safetensors"), Map.of("x", Tensor.of(new float[]{1, 2, 3}, 3)));
    }

    @Test
    void helpIsAsRecorded() throws IOException {
        StringBuilder help = new StringBuilder(covector.transcript(List.of("$ covector --help")));
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            help.append('\n').append(covector.transcript(List.of("$ covector " + command + " --help")));
        }
        if (Boolean.getBoolean("covector.golden.record")) {
            Files.writeString(HELP, help);
        }
        assertEquals(Files.readString(HELP), help.toString());
        assertTrue(help.toString().lines().allMatch(line -> line.length() <= 80),
                "longer than a terminal's line");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                  | Expected a command: check, dump, diff, run, compile or explain
            chek g.txt                          | Unmatched arguments from index 0: 'chek', 'g.txt'
            check                               | Expected a graph, as a file or by --factory
            check --verbose g.txt               | Unknown option: '--verbose'
            dump                                | Expected one graph, as a file or by --factory, found none
            dump nowhere.txt                    | nowhere.txt: no such file
            dump classes                        | classes: expected a file, found a directory
            dump g.txt --stage final            | Invalid value for option '--stage': expected one of source, simplified, differentiated, simplified-again, specialised, found 'final'
            dump g.txt -o nowhere/a.txt         | nowhere/a.txt: can't be written: there is no directory nowhere
            dump --factory Nothing#graph        | --factory: no class Nothing; --class-path tells where it is
            dump --factory Nothing              | --factory: expected a class and a method such as com.example.Mlp#graph, found Nothing
            dump --factory a.B#c -cp nowhere    | --class-path: nowhere: no such file
            dump --factory FACTORY#no           | --factory: FACTORY has no method no() without parameters
            dump --factory FACTORY#text         | --factory: FACTORY#text: expected a public static method that returns a Graph, found public static java.lang.String FACTORY.text()
            dump --factory FACTORY#hidden       | --factory: FACTORY#hidden: expected a public static method that returns a Graph, found static dev.covector.graph.Graph FACTORY.hidden()
            dump --factory FACTORY#nothing      | --factory: FACTORY#nothing returned null
            dump --factory FACTORY#failing      | --factory: FACTORY#failing threw java.lang.IllegalStateException: no data
            dump --factory FACTORY#wrong        | FACTORY#wrong: plus: the shapes don't broadcast: 2 against 3 at axis -1
            diff g.txt                          | Expected a second graph, or two stages by --from and --to
            run twice g.txt                     | graph "g" has no function "twice"; it has scale, grow
            run scale g.txt                     | function "scale": input "x" is missing; it is f32[n]
            run grow g.txt -i x.safetensors     | --input: the function grow has no input x; it has none
            run scale g.txt -i nowhere.txt      | nowhere.txt: no such file
            run grow g.txt -p x.safetensors     | x.safetensors does not fit the graph "g": 0 loaded
            run grow g.txt -p g.txt             | g.txt: the header should have 8245937412991512419 bytes, the whole file has 272: it is cut short, or no safetensors file
            check nowhere.txt                   | nowhere.txt: no such file
            explain g.txt --function no         | --function: the graph g has no function no; it has scale, grow
            explain g.txt --dot nowhere/a.txt   | nowhere/a.txt: can't be written: there is no directory nowhere
            explain g.txt --sources nowhere     | --sources: nowhere: no such directory
            compile g.txt                       | Missing required option: '--output=PATH'
            compile g.txt -o a.jar --class a.1  | --class: "1" can't be the name of a class
            """)
    void whatIsWrongIsToldWithStatus2(String line, String message) throws IOException {
        Files.createDirectories(folder.resolve("classes"));
        String factory = Factories.class.getName();
        CommandLines.Ended ended = covector.run(line.replace("FACTORY", factory));
        assertEquals(message.replace("FACTORY", factory), ended.err().lines().findFirst().orElse(""));
        assertEquals(2, ended.status(), ended.err());
        assertEquals("", ended.out());
    }

    /** Made by methods, well or not. */
    static final class Factories {
        private Factories() {}

        public static Graph graph() {
            GraphBuilder g = Graph.builder("made");
            Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n")));
            g.function("twice").returns("y", x.plus(x));
            return g.build();
        }

        public static Graph wrong() {
            GraphBuilder g = Graph.builder("wrong");
            g.input("x", DType.FLOAT32, Shape.of(2)).plus(g.input("y", DType.FLOAT32, Shape.of(3)));
            return g.build();
        }

        public static Graph failing() {
            throw new IllegalStateException("no data");
        }

        @SuppressWarnings("NullAway") // the mistake that is told
        public static Graph nothing() {
            return null;
        }

        static Graph hidden() {
            return graph();
        }

        public static String text() {
            return "";
        }
    }

    @Test
    void graphsOfFilesAndOfMethodsAreChecked() throws IOException {
        Files.writeString(folder.resolve("two.txt"), GRAPH.replace("covector 1", "covector 2"));
        Files.writeString(folder.resolve("twice.txt"), GRAPH + "  function grow() -> p=%1\n");
        String factory = Factories.class.getName() + "#graph";
        CommandLines.Ended ended = covector.run("check g.txt two.txt twice.txt --factory " + factory);
        assertEquals(1, ended.status());
        assertEquals("""
                g.txt: graph g, 6 nodes, 1 parameter, 2 functions: scale, grow
                FACTORY: graph made, 2 nodes, 0 parameters, 1 function: twice
                """.replace("FACTORY", factory), ended.out());
        assertEquals(List.of("two.txt:1:10", "twice.txt:12:12"),
                ended.err().lines().filter(line -> line.contains(".txt:"))
                        .map(line -> line.substring(0, line.indexOf(": "))).toList(),
                ended.err());
    }

    @Test
    void whatIsDumpedIsTheSameGraph() throws IOException {
        assertEquals(GRAPH, covector.run("dump g.txt").out());
        assertEquals(GraphText.canonical(GraphText.parse(GRAPH)),
                covector.run("dump --canonical g.txt").out());
        assertEquals(new CommandLines.Ended(0, "", ""), covector.run("dump g.txt -o again.txt"));
        assertEquals(GRAPH, Files.readString(folder.resolve("again.txt")));
        assertEquals(0, covector.run("dump g.txt --all dumps").status());
        assertEquals(GRAPH, Files.readString(folder.resolve("dumps/00-source.txt")));
        assertTrue(Files.exists(folder.resolve("dumps/explanation.html")));
        assertTrue(Files.readString(folder.resolve("dumps/05-scale.kernels")).contains("lanes"));
    }

    @Test
    void graphsThatComputeTheSameDontDiffer() throws IOException {
        Files.writeString(folder.resolve("renumbered.txt"), """
                covector 1
                graph g
                  %7 = parameter p : f32[] // another order
                  %2 = constant 2 : f32[] at A.java:3
                  %0 = input x : f32[n]
                  %8 = broadcast %7 axes=[] : f32[n]
                  %9 = mul %0 %8 : f32[n]
                  %5 = add %7 %2 : f32[]
                  parameter %7 initial=%2
                  function scale -> y=%9
                  function grow() update %7=%5
                """);
        assertEquals(new CommandLines.Ended(0, "", ""), covector.run("diff g.txt renumbered.txt"));
    }

    @Test
    void stagesAreCompared() throws IOException {
        Files.writeString(folder.resolve("square.txt"), """
                covector 1
                graph square
                  %0 = input x : f32[]
                  %1 = square %0 : f32[]
                  %2 = constant 1.0 : f32[]
                  %3 = gradient %1 %0 %2 : f32[]
                  function f(%0) -> dy=%3
                """);
        CommandLines.Ended ended = covector.run("diff square.txt --to differentiated -U 1");
        assertEquals(1, ended.status());
        assertTrue(ended.out().startsWith("--- square.txt\n+++ square.txt differentiated\n@@"), ended.out());
        assertTrue(ended.out().contains("-%3 = gradient %1 %0 %2 : f32[]"), ended.out());
    }

    @Test
    void aFunctionIsRunWithDataOfFiles() throws IOException {
        assertEquals(new CommandLines.Ended(0, "y = f32[3] {2.0, 4.0, 6.0}\n", ""),
                covector.run("run scale g.txt -i x.safetensors"));
        assertEquals(new CommandLines.Ended(0, "", ""), covector.run("run grow g.txt --save p.safetensors"));
        assertEquals(new CommandLines.Ended(0, "", ""),
                covector.run("run scale g.txt -i x.safetensors -p p.safetensors -o y.safetensors"));
        Map<String, Tensor> results = Safetensors.read(folder.resolve("y.safetensors"));
        assertEquals(Set.of("y"), results.keySet());
        assertArrayEquals(new float[]{4, 8, 12}, Objects.requireNonNull(results.get("y")).toFloats());
    }

    @Test
    void aCompilationIsExplained() throws IOException {
        CommandLines.Ended words = covector.run("explain g.txt --function scale --dim n=64");
        assertEquals(0, words.status(), words.err());
        assertTrue(words.out().startsWith("function scale, with n = 64\n"), words.out());
        assertTrue(covector.run("explain g.txt").out().contains("\nfunction grow"), "all functions");

        assertEquals(new CommandLines.Ended(0, "", ""),
                covector.run(
                        "explain g.txt --html a.html --json a.json --dot a.dot --svg a.svg --stage specialised"));
        assertTrue(Files.readString(folder.resolve("a.html")).contains("<title>g – Covector</title>"));
        assertTrue(Files.readString(folder.resolve("a.json")).contains("\"simplified-again\""));
        assertTrue(Files.readString(folder.resolve("a.dot")).startsWith("digraph"));
        assertTrue(Files.readString(folder.resolve("a.svg")).contains("<svg"));
    }

    @Test
    void aGraphIsCompiledToAJar() throws Exception {
        assertEquals(0, covector.run("compile g.txt -o g.jar --class app.Scaling").status());
        byte[] jar = Files.readAllBytes(folder.resolve("g.jar"));
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.resolve("g.jar").toUri().toURL()},
                MainTest.class.getClassLoader())) {
            Object scaling = loader.loadClass("app.Scaling").getConstructor(long.class).newInstance(1L);
            scaling.getClass().getMethod("grow").invoke(scaling);
            Object result =
                    scaling.getClass().getMethod("scale", float[].class).invoke(scaling, new float[]{1, 2});
            Tensor y = (Tensor) result.getClass().getMethod("y").invoke(result);
            assertArrayEquals(new float[]{4, 8}, y.toFloats());
            // What Kotlin and IDEs see of it.
            assertTrue(scaling.getClass().isAnnotationPresent(NullMarked.class));
            assertEquals("float[] x",
                    scaling.getClass().getMethod("scale", float[].class).getParameters()[0].toString());
        }
        assertEquals(0, covector.run("compile g.txt -o g.jar --class app.Scaling").status());
        assertArrayEquals(jar, Files.readAllBytes(folder.resolve("g.jar")), "the same graph, another jar");
        try (JarFile opened = new JarFile(folder.resolve("g.jar").toFile())) {
            assertTrue(opened.stream().allMatch(e -> e.getName().startsWith("app/Scaling")
                    || e.getName().startsWith("META-INF/")), "what else is in it?");
        }
    }

    @Test
    void aGraphIsCompiledToDirectories() throws IOException {
        CommandLines.Ended ended = covector.run("compile g.txt -o classes --sources sources");
        assertEquals(0, ended.status(), ended.err());
        assertTrue(Files.exists(folder.resolve("classes/GCode.class")));
        assertTrue(Files.notExists(folder.resolve("classes/G.class")), "the facade is compiled elsewhere");
        String source = Files.readString(folder.resolve("sources/G.java"));
        assertTrue(source.contains("public final class G {") && !source.contains("NullMarked"), source);
        assertEquals(0, covector.run("compile g.txt -o classes --sources sources --null-marked").status());
        String marked = Files.readString(folder.resolve("sources/G.java"));
        assertTrue(marked.contains("\n@NullMarked\npublic final class G {"), marked);
    }
}
