package dev.covector.benchmarks;

import dev.covector.benchmarks.contest.Contests;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workloads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line: workloads, or what a subcommand measures. */
@Command(name = "samples/benchmarks/run", mixinStandardHelpOptions = true, sortOptions = false,
        synopsisSubcommandLabel = "[COMMAND]", subcommands = {KernelsCommand.class, StagesCommand.class},
        description = "Measures workloads, from a line through ten points to LeNet: Covector beside loops by"
                + " hand, what the machine can do at most, and other libraries. Each is a process, and they take"
                + " turns. All workloads take about ten minutes, with peers twenty.",
        footer = "%nExit status: 0, or 1 if a contender stopped, computed something else than the others, or is a library"
                + " that kept more cores busy than it was told to.")
final class Main implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "WORKLOAD", arity = "0..*",
            description = "such as W3, or W11 for W11.512 and all others of that kind (default: all)")
    private List<String> names = List.of();

    @Option(names = "--list", description = "list the workloads, and run nothing")
    private boolean list;

    @Option(names = "--quick", description = "short runs, that tell a factor of 1.5")
    private boolean quick;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "threads that contenders use; loops use one (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--peers",
            description = "measure other libraries too, which are downloaded for the first time")
    private boolean peers;

    @Option(names = "--check",
            description = "instead, show what HotSpot made of each kernel, and whether calls allocate")
    private boolean check;

    @Option(names = "--directory", paramLabel = "DIR", hidden = true,
            description = "the folder of the module")
    private Path directory = Path.of("samples", "benchmarks");

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    /** Where to put what benchmarks say besides, a directory that exists. */
    Path logs() throws IOException {
        return Files.createDirectories(directory.resolve("target").resolve("logs"));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        List<Workload> chosen = chosen();
        if (list) {
            chosen.forEach(workload -> out.println(workload.name() + "  " + workload.title()));
            return 0;
        }
        Contests contests = new Contests(chosen, threads, quick, logs());
        if (check) {
            out.println(contests.check());
            return 0;
        }
        return contests.measure(peers ? directory.resolve("peers") : null, out, System.err) ? 0 : 1;
    }

    private List<Workload> chosen() {
        if (names.isEmpty()) {
            return Workloads.all();
        }
        List<Workload> chosen = new ArrayList<>();
        for (String name : names) {
            List<Workload> named =
                    Workloads.all().stream().filter(workload -> workload.name().equals(name)).toList();
            if (named.isEmpty()) {
                named = Workloads.all().stream().filter(workload -> workload.name().startsWith(name + "."))
                        .toList();
            }
            if (named.isEmpty()) {
                throw new ParameterException(spec.commandLine(),
                        "there is no workload \"" + name + "\"; --list shows all");
            }
            chosen.addAll(named);
        }
        return chosen;
    }
}
