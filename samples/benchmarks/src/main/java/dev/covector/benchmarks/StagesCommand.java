package dev.covector.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Measures the compiler on {@link Graphs}. */
@Command(name = "stages", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures the stages of the compiler, by JMH. Each graph has a JVM of its own; all take about"
                + " a minute.")
final class StagesCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Main main;

    @Parameters(paramLabel = "NAME-REGEX", arity = "0..*",
            description = "only graphs of whose names a part matches one of these; --list shows the names")
    private List<Pattern> names = List.of();

    @Option(names = "--list", description = "list the names, and run nothing")
    private boolean list;

    @Option(names = "--quick", description = "short runs, that tell a factor of two")
    private boolean quick;

    private StagesCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        List<String> graphs = Jmh.matching(names, Graphs.names());
        if (list) {
            graphs.forEach(out::println);
            return 0;
        }
        Jmh jmh = new Jmh(quick ? new Jmh.Effort(3, 1000, 3, 500) : new Jmh.Effort(5, 1000, 5, 1000),
                main.logs());
        CompileReport report = new CompileReport(jmh);
        Progress progress = new Progress(graphs.size());
        for (String name : graphs) {
            progress.begins(name);
            report.measure(name);
        }
        out.println(report);
        report.failures().forEach(System.err::println);
        return report.failures().isEmpty() ? 0 : 1;
    }
}
