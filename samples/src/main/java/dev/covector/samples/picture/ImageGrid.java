package dev.covector.samples.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Small images of one size, enlarged, in rows, with a caption below each. */
public final class ImageGrid implements Picture {
    private static final int MARGIN = 6;
    private static final int CAPTION = 18;

    private record Captioned(String caption, float[] pixels) {}

    private final int rows;
    private final int columns;
    private final int channels;
    private final int scale;
    private final int perRow;
    private final List<Captioned> images = new ArrayList<>();

    /**
     * A grid without images yet; there must be one before it is drawn.
     *
     * @param channels 1 for grey, 3 for red, green and blue
     * @param scale    pixels of the picture for one of an image, each way
     * @param perRow   images beside each other
     */
    public ImageGrid(int rows, int columns, int channels, int scale, int perRow) {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("expected 1 or 3 channels, found " + channels);
        }
        this.rows = rows;
        this.columns = columns;
        this.channels = channels;
        this.scale = scale;
        this.perRow = perRow;
    }

    /**
     * Adds an image.
     *
     * @param caption may be empty
     * @param pixels  from 0 (dark) to 1, else as if they were the nearer of the two; rows of columns of channels
     */
    public ImageGrid add(String caption, float[] pixels) {
        if (pixels.length != rows * columns * channels) {
            throw new IllegalArgumentException(pixels.length + " values are no image of " + rows + " x "
                    + columns + " x " + channels);
        }
        images.add(new Captioned(caption, pixels.clone()));
        return this;
    }

    @Override
    public BufferedImage draw() {
        boolean captions = images.stream().anyMatch(image -> !image.caption.isEmpty());
        int cellWidth = columns * scale + MARGIN;
        int cellHeight = rows * scale + MARGIN + (captions ? CAPTION : 0);
        int down = (images.size() + perRow - 1) / perRow;
        BufferedImage all = new BufferedImage(Math.min(perRow, images.size()) * cellWidth + MARGIN,
                down * cellHeight + MARGIN, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
        for (int i = 0; i < images.size(); i++) {
            int left = i % perRow * cellWidth + MARGIN;
            int top = i / perRow * cellHeight + MARGIN;
            graphics.drawImage(image(images.get(i).pixels), left, top, columns * scale, rows * scale, null);
            graphics.setColor(Color.GRAY);
            graphics.drawRect(left - 1, top - 1, columns * scale + 1, rows * scale + 1);
            if (captions) {
                graphics.setColor(Color.BLACK);
                graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
                graphics.drawString(images.get(i).caption, left, top + rows * scale + CAPTION - MARGIN);
            }
        }
        graphics.dispose();
        return all;
    }

    private BufferedImage image(float[] pixels) {
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < rows * columns; i++) {
            int rgb = 0;
            for (int channel = 0; channel < 3; channel++) {
                float value = pixels[i * channels + channel % channels];
                rgb = rgb << 8 | Math.round(255 * Math.clamp(value, 0f, 1f));
            }
            image.setRGB(i % columns, i / columns, rgb);
        }
        return image;
    }
}
