package dev.covector.samples.command;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar with loss and throughput while an epoch runs, wiped when it ends. Nothing at all when the output is
 * not a terminal: there the line that is printed after each epoch has to do.
 */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 79;
    private static final int UPDATE_MILLIS = 100;

    private final @Nullable ProgressBar bar;
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private long done;

    private Progress(@Nullable ProgressBar bar, PrintWriter out) {
        this.bar = bar;
        this.out = out;
    }

    public static Progress of(String task, int images, PrintWriter out) {
        return new Progress(isTerminal() ? bar(task, images, out) : null, out);
    }

    /**
     * From Java 22 on there may be a console without a terminal, unless the implementation of old is asked
     * for, which {@code Main} does before anyone can have seen the console.
     */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        return System.console() != null;
    }

    static ProgressBar bar(String task, int images, PrintWriter out) {
        // A consumer of our own, because the library's loads a native terminal library to find the width.
        return new ProgressBarBuilder().setTaskName(task).setInitialMax(images)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS).hideEta()
                .setConsumer(new DelegatingProgressBarConsumer(line -> overwrite(line, out), WIDTH)).build();
    }

    private static void overwrite(String line, PrintWriter out) {
        out.print("\r" + line);
        out.flush();
    }

    public void step(int images, float loss) {
        done += images;
        if (bar != null) {
            double seconds = (System.nanoTime() - start) * 1e-9;
            bar.setExtraMessage(
                    String.format(Locale.ROOT, " loss %.4f, %,.0f images/s", loss, done / seconds));
            bar.stepBy(images);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            overwrite(" ".repeat(WIDTH) + "\r", out);
        }
    }
}
