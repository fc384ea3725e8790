package dev.covector.samples.vision;

import dev.covector.samples.picture.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** A dog and a cat, drawn by code, and boxes around them. */
final class BoxPicture implements Picture {
    private static final int WIDTH = 728;
    private static final int HEIGHT = 561;
    private static final List<Color> COLORS =
            List.of(new Color(0x00, 0x72, 0xB2), new Color(0xD5, 0x5E, 0x00),
                    new Color(0x00, 0x9E, 0x73), new Color(0xCC, 0x79, 0xA7), new Color(0x8A, 0x60, 0x00));

    private static final Color PAPER = new Color(0xF4, 0xF1, 0xEA);

    private record Box(String label, float[] corners) {}

    private final String title;
    private final List<Box> boxes = new ArrayList<>();

    BoxPicture(String title) {
        this.title = title;
    }

    /** Adds the box whose corners begin at {@code offset}. */
    BoxPicture box(String label, float[] corners, int offset) {
        boxes.add(new Box(label, new float[]{corners[offset] * WIDTH, corners[offset + 1] * HEIGHT,
            corners[offset + 2] * WIDTH, corners[offset + 3] * HEIGHT}));
        return this;
    }

    @Override
    public BufferedImage draw() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        animal(graphics, new Color(0xC8, 0xA2, 0x6B), 0.1, 0.08, 0.42, 0.84, 0.75);
        animal(graphics, new Color(0x9A, 0x9A, 0xA2), 0.55, 0.2, 0.35, 0.68, 1.25);
        for (int i = 0; i < boxes.size(); i++) {
            box(graphics, COLORS.get(i % COLORS.size()), boxes.get(i));
        }
        graphics.setColor(PAPER);
        graphics.fillRect(0, HEIGHT - 34, WIDTH, 34);
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        graphics.drawString(title, 10, HEIGHT - 12);
        graphics.dispose();
        return image;
    }

    /** A sitting animal that fills a box: body, head, two pointed ears of some length, eyes and nose. */
    private static void animal(Graphics2D graphics, Color fur, double left, double top, double width,
            double height,
            double ears) {
        double x = left * WIDTH;
        double y = top * HEIGHT;
        double w = width * WIDTH;
        double h = height * HEIGHT;
        graphics.setColor(fur);
        graphics.fill(new Ellipse2D.Double(x, y + 0.4 * h, w, 0.6 * h));
        graphics.fill(new Ellipse2D.Double(x + 0.2 * w, y + 0.12 * h, 0.6 * w, 0.42 * h));
        for (int side = -1; side <= 1; side += 2) {
            Path2D ear = new Path2D.Double();
            ear.moveTo(x + (0.5 + side * 0.08) * w, y + 0.16 * h);
            ear.lineTo(x + (0.5 + side * 0.27 / ears) * w, y);
            ear.lineTo(x + (0.5 + side * 0.3) * w, y + 0.3 * h);
            ear.closePath();
            graphics.fill(ear);
        }
        graphics.setColor(new Color(0x30, 0x28, 0x20));
        for (double at : new double[]{0.38, 0.56}) {
            graphics.fill(new Ellipse2D.Double(x + at * w, y + 0.27 * h, 0.06 * w, 0.05 * h));
        }
        graphics.fill(new Ellipse2D.Double(x + 0.46 * w, y + 0.38 * h, 0.08 * w, 0.04 * h));
    }

    private static void box(Graphics2D graphics, Color color, Box box) {
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(3));
        float[] c = box.corners;
        graphics.draw(new Rectangle2D.Float(c[0], c[1], c[2] - c[0], c[3] - c[1]));
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        float left = Math.max(0, c[0]);
        float top = Math.max(0, c[1]);
        graphics.fill(
                new Rectangle2D.Float(left, top, graphics.getFontMetrics().stringWidth(box.label) + 8f, 20));
        graphics.setColor(Color.WHITE);
        graphics.drawString(box.label, left + 4, top + 15);
    }
}
