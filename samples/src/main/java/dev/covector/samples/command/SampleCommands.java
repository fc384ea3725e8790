package dev.covector.samples.command;

import dev.covector.data.DataException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the samples: {@code list}, and a command for each. */
@Command(name = "samples/run", description = "Runs one of Covector's samples.",
        synopsisSubcommandLabel = "NAME",
        commandListHeading = "%nSamples:%n",
        footer = {"", "'samples/run NAME --help' tells a sample's options."})
public final class SampleCommands {
    private static final int OK = 0;
    private static final int NOT_LEARNT = 1;
    private static final int WRONG_INPUT = 2;

    @Command(name = "list", description = "lists the samples")
    private static final class ListSamples {}

    private SampleCommands() {}

    /**
     * The command line, whose status is 0 if the sample that it names came to what it is to come to, 1 if not, and 2,
     * with a clear line on the error stream, if an option or a file is wrong.
     */
    public static CommandLine commandLine(List<Sample> samples) {
        CommandLine root = new CommandLine(new SampleCommands());
        root.addSubcommand(new ListSamples());
        samples.forEach(root::addSubcommand);
        withHelp(root);
        root.getSubcommands().values().forEach(SampleCommands::withHelp);
        return root.setCaseInsensitiveEnumValuesAllowed(true).setExecutionStrategy(SampleCommands::run)
                .setParameterExceptionHandler((wrong, arguments) -> explain(wrong));
    }

    private static void withHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help").type(boolean.class)
                        .usageHelp(true).description("show this help").build());
    }

    private static int run(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine command = parsed.asCommandLineList().getLast();
        PrintWriter out = command.getOut();
        PrintWriter err = command.getErr();
        Object chosen = command.getCommand();
        if (chosen instanceof Sample sample) {
            try {
                return sample.run(out, err) ? OK : NOT_LEARNT;
            } catch (SampleException | DataException e) {
                err.println(e.getMessage());
                return WRONG_INPUT;
            } catch (DivergedException e) {
                err.println(e.getMessage());
                return NOT_LEARNT;
            } finally {
                out.flush();
                err.flush();
            }
        }
        if (chosen instanceof ListSamples) {
            list(command.getParent(), out);
            return OK;
        }
        throw new ParameterException(command, "Expected the name of a sample");
    }

    private static void list(CommandLine root, PrintWriter out) {
        List<CommandSpec> samples = root.getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof Sample).map(CommandLine::getCommandSpec)
                .toList();
        int longest = samples.stream().mapToInt(spec -> spec.name().length()).max().orElseThrow();
        for (CommandSpec spec : samples) {
            String padding = " ".repeat(longest - spec.name().length());
            out.println(spec.name() + padding + "  " + spec.usageMessage().description()[0]);
        }
        out.flush();
    }

    /** What is wrong, with the nearest name where one was mistyped, and how to find out more. */
    private static int explain(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String first = wrong instanceof UnmatchedArgumentException unmatched
                ? unmatched.getUnmatched().getFirst()
                : "";
        if (command.getParent() == null && !first.isEmpty() && !first.startsWith("-")) {
            Set<String> names = command.getSubcommands().keySet();
            err.println("Unknown sample '" + first + "'; " + Nearest.to(first, names)
                    .map(name -> "did you mean '" + name + "'?")
                    .orElse("'samples/run list' names them all"));
        } else {
            err.println(wrong.getMessage());
            UnmatchedArgumentException.printSuggestions(wrong, err);
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return WRONG_INPUT;
    }
}
