package dev.covector.benchmarks.workload;

import com.sun.management.ThreadMXBean;
import dev.covector.runtime.Safetensors;
import dev.covector.runtime.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A contender as a process: what it is told on its standard input, and what it answers on its standard output.
 *
 * <p>Its arguments are {@code WORKLOAD DATA.safetensors THREADS [OPTION...]}. It takes four steps, and prints
 * {@code ready CHECKSUM}; or {@code no REASON} if it can't. Then {@code run MILLIS} makes it take steps for at least so
 * long, and answer {@code time MEDIAN LEAST STEPS BYTES}: nanoseconds a step, the number of steps, and how many bytes all
 * threads of the JVM allocated a step. The end of its input ends it. What libraries print goes to the error stream.
 */
public final class ContenderLoop {
    private static final int STEPS_BEFORE_CHECKSUM = 4;
    /** Steps are batched to samples of at least so long, so that reading the clock does not count. */
    private static final long SAMPLE_NANOS = 100_000;
    private static final int MOST_SAMPLES = 1 << 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Contender contender;
    private final double[] samples = new double[MOST_SAMPLES];

    private ContenderLoop(Contender contender) {
        this.contender = contender;
    }

    /**
     * Serves until the standard input ends. The process ends with what this returns.
     *
     * @return 0, or 1 if something went wrong; the error stream says what
     */
    public static int serve(String[] arguments, Contender.Factory factory) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        try {
            Map<String, Tensor> data = Safetensors.read(Path.of(arguments[1]));
            List<String> options = List.of(arguments).subList(3, arguments.length);
            ContenderLoop loop = new ContenderLoop(
                    factory.make(arguments[0], data, Integer.parseInt(arguments[2]), options));
            answers.println("ready " + loop.first());
            loop.answer(answers);
            return 0;
        } catch (UnsupportedOperationException e) {
            answers.println(
                    "no " + Objects.requireNonNullElse(e.getMessage(), "reason given").lines().findFirst()
                            .orElse("reason given"));
            return 0;
        } catch (Exception e) {
            e.printStackTrace();
            return 1;
        }
    }

    private double first() {
        for (int i = 0; i < STEPS_BEFORE_CHECKSUM; i++) {
            contender.step();
        }
        return contender.checksum();
    }

    private void answer(PrintStream answers) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null && !line.equals("quit");
                line = orders.readLine()) {
            if (!line.startsWith("run ")) {
                throw new IOException("neither run nor quit: " + line);
            }
            answers.println(run(Long.parseLong(line.substring(4)) * 1_000_000));
        }
    }

    private String run(long nanos) {
        int batch = 1;
        int count = 0;
        long steps = 0;
        long bytes = THREADS.getTotalThreadAllocatedBytes();
        long begin = System.nanoTime();
        long before = begin;
        do {
            for (int i = 0; i < batch; i++) {
                contender.step();
            }
            long after = System.nanoTime();
            steps += batch;
            if (after - before >= SAMPLE_NANOS / 2) {
                // Where there are more samples than places, the later ones count.
                samples[count++ % MOST_SAMPLES] = (double) (after - before) / batch;
            } else if (batch < 1 << 24) {
                batch *= 2;
            }
            before = after;
        } while (before - begin < nanos || count == 0);
        bytes = THREADS.getTotalThreadAllocatedBytes() - bytes;
        int kept = Math.min(count, MOST_SAMPLES);
        Arrays.sort(samples, 0, kept);
        return String.format(Locale.ROOT, "time %.3f %.3f %d %.2f", samples[kept / 2], samples[0], steps,
                (double) bytes / steps);
    }
}
