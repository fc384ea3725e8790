package dev.covector.samples.picture;

import dev.covector.samples.command.OutputFile;
import dev.covector.samples.command.SampleException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import picocli.CommandLine.Option;

/** The option of the samples that draw: where their picture goes. */
public final class PictureOption {
    @Option(names = "--picture", paramLabel = "FILE", description = "where the picture goes, as PNG"
            + " (default: ${DEFAULT-VALUE})")
    private Path file;

    /** By default the picture is called after the sample, and in the directory where it was started. */
    public PictureOption(String sample) {
        file = Path.of(sample + ".png");
    }

    /** Makes sure, before training, that the picture can be written after it: {@link OutputFile#check}. */
    public void check() {
        OutputFile.check(file);
    }

    /** Writes the picture. What the sample learnt counts even where it can't be drawn; the reason is told. */
    public void write(Picture picture, PrintWriter out, PrintWriter err) {
        try {
            write(picture);
            out.println("picture: " + file);
        } catch (SampleException e) {
            err.println("no picture: " + e.getMessage());
        }
    }

    private void write(Picture picture) {
        System.setProperty("java.awt.headless", "true");
        BufferedImage drawn;
        try {
            drawn = picture.draw();
        } catch (RuntimeException | Error e) {
            // AWT has no exception of its own for a machine without fonts: it fails in many ways, a bare
            // Error among them.
            throw new SampleException(file + ": expected AWT to draw a picture, found " + e
                    + " (if fonts are missing, on Debian: apt-get install fontconfig fonts-dejavu-core)");
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            ImageIO.write(drawn, "png", out);
        } catch (IOException e) {
            throw new SampleException(file + ": expected a picture that can be written, found " + e);
        }
    }
}
