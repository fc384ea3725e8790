package dev.covector.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A contender's process, of which {@link dev.covector.benchmarks.workload.ContenderLoop} tells how it talks. One that can't
 * go on says why, and is asked nothing more.
 */
final class ContenderProcess implements AutoCloseable {
    private static final long SECONDS_TO_END = 5;

    /**
     * What a run measured.
     *
     * @param nanos the middle of its samples, a step
     * @param bytes allocated a step; NaN where that is not known
     * @param wall how long the run took, in nanoseconds
     * @param processor the processor time that all threads of the process spent meanwhile, in nanoseconds, which systems count
     *     in hundredths of a second; 0 where it is not known
     */
    record Reading(double nanos, double bytes, long wall, long processor) {}

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream orders;
    private final Path log;
    private @Nullable String problem;
    private boolean declined;
    private double checksum = Double.NaN;

    private ContenderProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Starts it, and waits until it is ready or has said that it can't.
     *
     * @param log for its error stream
     * @throws IOException if there is no such program
     */
    static ContenderProcess start(Entrant entrant, String workload, Path data, int threads, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(entrant.commandLine(workload, data, threads));
        // Those that a script starts run in the same JVM as the others.
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        ContenderProcess contender = new ContenderProcess(builder.redirectError(log.toFile()).start(), log);
        String answer = contender.answer("ready ");
        if (answer != null) {
            contender.checksum = Double.parseDouble(answer);
        }
        return contender;
    }

    /** Why it is asked nothing more, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    /** True if it said itself that it can't compute this workload. */
    boolean declined() {
        return declined;
    }

    double checksum() {
        return checksum;
    }

    /** Has it take steps for at least so long; null if it can't go on. */
    @Nullable
    Reading run(int millis) {
        if (problem != null) {
            return null;
        }
        long begin = System.nanoTime();
        long processor = processorNanos();
        orders.println("run " + millis);
        String answer = answer("time ");
        if (answer == null) {
            return null;
        }
        String[] numbers = answer.split(" ");
        return new Reading(Double.parseDouble(numbers[0]),
                numbers.length > 3 ? Double.parseDouble(numbers[3]) : Double.NaN, System.nanoTime() - begin,
                processorNanos() - processor);
    }

    private long processorNanos() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /** The most memory that it had so far, in bytes; 0 where the system does not tell. */
    long peakMemory() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024).findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** What follows {@code word} in the next line; null if it is something else, which becomes the problem. */
    private @Nullable String answer(String word) {
        String line;
        try {
            line = answers.readLine();
        } catch (IOException e) {
            line = null;
        }
        if (line != null && line.startsWith(word)) {
            return line.substring(word.length());
        }
        declined = line != null && line.startsWith("no ");
        problem = line == null ? "stopped, see " + log.getFileName()
                : declined ? line.substring(3) : "said: " + line;
        return null;
    }

    @Override
    public void close() {
        orders.println("quit");
        orders.close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
