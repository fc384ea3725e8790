package dev.covector.benchmarks;

import dev.covector.runtime.Flavour;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Measures {@link Cases}. */
@Command(name = "kernels", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures kernels and prepared calls beside loops written by hand, by JMH. Each measurement"
                + " has a JVM of its own; all take about ten minutes.")
final class KernelsCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Main main;

    @Parameters(paramLabel = "NAME-REGEX", arity = "0..*",
            description = "only kernels of whose names a part matches one of these; --list shows the names")
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

    private KernelsCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        List<String> cases = Jmh.matching(names, Cases.names());
        if (list) {
            cases.forEach(out::println);
            return 0;
        }
        // JVMs start slowly beside what is measured in quick runs; so these have few.
        Jmh jmh =
                new Jmh(quick ? new Jmh.Effort(2, 400, 3, 150) : new Jmh.Effort(3, 900, 5, 500), main.logs());
        CaseReport report = new CaseReport(jmh, contenders(), threads);
        Progress progress = new Progress(cases.size());
        for (String name : cases) {
            progress.begins(name);
            report.measure(name);
        }
        out.println(report);
        report.failures().forEach(System.err::println);
        return report.failures().isEmpty() ? 0 : 1;
    }

    private List<String> contenders() {
        List<Flavour> chosen = !flavours.isEmpty() ? flavours
                : quick ? List.of(Flavour.VECTOR) : List.of(Flavour.VECTOR, Flavour.SCALAR);
        return chosen.stream().map(flavour -> flavour.name().toLowerCase(Locale.ROOT)).toList();
    }
}
