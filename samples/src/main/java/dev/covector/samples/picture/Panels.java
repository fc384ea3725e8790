package dev.covector.samples.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures beside and below each other, in rows of as many as there are columns. */
public final class Panels implements Picture {
    private final int columns;
    private final List<Picture> pictures;

    /** At least one picture, in the order of reading. */
    public Panels(int columns, List<? extends Picture> pictures) {
        this.columns = columns;
        this.pictures = List.copyOf(pictures);
    }

    @Override
    public BufferedImage draw() {
        List<BufferedImage> drawn = pictures.stream().map(Picture::draw).toList();
        int width = drawn.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int height = drawn.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
        int across = Math.min(columns, drawn.size());
        int down = (drawn.size() + columns - 1) / columns;
        BufferedImage all = new BufferedImage(width * across, height * down, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
        for (int i = 0; i < drawn.size(); i++) {
            graphics.drawImage(drawn.get(i), i % columns * width, i / columns * height, null);
        }
        graphics.dispose();
        return all;
    }
}
