package dev.covector.cli;

import dev.covector.compiler.InternalCompilerException;
import dev.covector.graph.GraphException;
import dev.covector.runtime.CallException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code covector COMMAND …}: what can be done with a graph that is a text file, or that a method makes. Ends with 0 if it
 * was done, with 1 if the answer is no (a graph is wrong, or two graphs differ), with 2 and a clear line on the error stream
 * if the command line, a file or the data is wrong, and with 70 if Covector has a bug.
 */
@Command(name = "covector",
        description = "Works with tensor graphs, as text or from the methods that make them.",
        synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit status:%n",
        footer = {"  0   done; of check and diff: yes",
            "  1   a graph that check was given is wrong, or those that diff was given differ",
            "  2   the command line, a file or the data of a call is wrong, as a message says",
            "  70  Covector has a bug", "",
            "'covector COMMAND --help' tells a command's options. Completion in bash, zsh:",
            "  source <(covector generate-completion)"},
        subcommands = {CheckCommand.class, DumpCommand.class, DiffCommand.class, RunCommand.class,
            CompileCommand.class, ExplainCommand.class,
            GenerateCompletion.class})
public final class Main {
    static final int OK = 0;
    static final int NO = 1;
    static final int WRONG_INPUT = 2;
    static final int BUG = 70;

    private Main() {}

    /** Runs a command, and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        withHelp(root);
        root.getSubcommands().values().forEach(Main::withHelp);
        Objects.requireNonNull(root.getSubcommands().get("generate-completion")).getCommandSpec()
                .usageMessage()
                .description("Prints a script that completes commands and options in bash and zsh.");
        return root.setExecutionStrategy(Main::run)
                .setExecutionExceptionHandler((problem, command, parsed) -> explain(problem, command))
                .setParameterExceptionHandler((wrong, arguments) -> explain(wrong));
    }

    private static void withHelp(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.findOption("--help") == null) {
            spec.addOption(OptionSpec.builder("-h", "--help").type(boolean.class).usageHelp(true)
                    .description("show this help").build());
        }
    }

    private static int run(ParseResult parsed) {
        CommandLine chosen = parsed.asCommandLineList().getLast();
        if (chosen.getParent() == null && !chosen.isUsageHelpRequested()) {
            throw new ParameterException(chosen,
                    "Expected a command: check, dump, diff, run, compile or explain");
        }
        try {
            return new CommandLine.RunLast().execute(parsed);
        } finally {
            chosen.getOut().flush();
            chosen.getErr().flush();
        }
    }

    /** What users did is told in a line or a few; only what Covector did shows where in Covector. */
    private static int explain(Exception problem, CommandLine command) {
        PrintWriter err = command.getErr();
        boolean users = problem instanceof UserException || problem instanceof CallException
                || problem instanceof GraphException || problem instanceof IOException
                || problem instanceof UncheckedIOException;
        if (users) {
            err.println(problem.getMessage());
        } else {
            if (!(problem instanceof InternalCompilerException)) { // whose message says so
                err.println("This is a bug of Covector, please report it:");
            }
            problem.printStackTrace(err);
        }
        err.flush();
        return users ? WRONG_INPUT : BUG;
    }

    private static int explain(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return WRONG_INPUT;
    }
}
