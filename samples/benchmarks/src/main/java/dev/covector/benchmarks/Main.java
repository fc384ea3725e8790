package dev.covector.benchmarks;

import dev.covector.runtime.Flavour;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line: runs benchmarks and prints their tables. */
@Command(name = "samples/benchmarks/run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures, beside loops written by hand, kernels and prepared calls; and the stages of"
                + " the compiler. Each measurement has a JVM of its own; all take about ten minutes.")
final class Main implements Callable<Integer> {
    @Parameters(paramLabel = "NAME-REGEX", arity = "0..*",
            description = "only benchmarks of whose names a part matches one of these; --list shows the names")
    private List<Pattern> names = List.of();

    @Option(names = "--list", description = "list the names, and run nothing")
    private boolean list;

    @Option(names = "--quick",
            description = "about two minutes: vector flavour only, and short runs that tell a"
                    + " factor of two")
    private boolean quick;

    @Option(names = "--flavours", paramLabel = "KIND", split = ",",
            description = "of Covector, of auto, vector and scalar (default: vector,scalar)")
    private List<Flavour> flavours = List.of();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "threads that Covector uses; the loops use one (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--logs", paramLabel = "DIR", defaultValue = "benchmark-logs",
            description = "where to put what JMH says meanwhile (default: ${DEFAULT-VALUE})")
    private Path logs = Path.of("benchmark-logs");

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        List<String> cases = wanted(Cases.names());
        List<String> graphs = wanted(CompileReport.names());
        if (list) {
            cases.forEach(out::println);
            graphs.forEach(out::println);
            return 0;
        }
        Files.createDirectories(logs);
        Progress progress = new Progress(cases.size() + graphs.size());
        // JVMs start slowly beside what is measured in quick runs; so these have few.
        Jmh calls = new Jmh(quick ? new Jmh.Effort(2, 400, 3, 150) : new Jmh.Effort(3, 900, 5, 500), logs);
        Jmh compilations = new Jmh(quick ? new Jmh.Effort(3, 1000, 3, 500) : new Jmh.Effort(5, 1000, 5, 1000),
                logs);
        CaseReport kernels = new CaseReport(calls, contenders(), threads);
        for (String name : cases) {
            progress.begins(name);
            kernels.measure(name);
        }
        CompileReport compiler = new CompileReport(compilations);
        for (String name : graphs) {
            progress.begins(name);
            compiler.measure(name);
        }
        if (!cases.isEmpty()) {
            out.println(kernels);
        }
        if (!graphs.isEmpty()) {
            out.println(compiler);
        }
        List<String> failed = new ArrayList<>(kernels.failures());
        failed.addAll(compiler.failures());
        failed.forEach(System.err::println);
        return failed.isEmpty() ? 0 : 1;
    }

    private List<String> contenders() {
        List<Flavour> chosen = !flavours.isEmpty() ? flavours
                : quick ? List.of(Flavour.VECTOR) : List.of(Flavour.VECTOR, Flavour.SCALAR);
        return chosen.stream().map(flavour -> flavour.name().toLowerCase(Locale.ROOT)).toList();
    }

    private List<String> wanted(List<String> all) {
        return all.stream()
                .filter(name -> names.isEmpty() || names.stream().anyMatch(p -> p.matcher(name).find()))
                .toList();
    }

    /** Says on the error stream what is measured now. */
    private static final class Progress {
        private final int count;
        private int number;

        Progress(int count) {
            this.count = count;
        }

        void begins(String name) {
            number++;
            System.err.println("[" + number + "/" + count + "] " + name);
        }
    }
}
