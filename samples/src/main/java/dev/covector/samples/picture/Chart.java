package dev.covector.samples.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines and points over two axes, with a legend of the series' names. */
public final class Chart implements Picture {
    /** Told apart by most who don't see all colours (Okabe and Ito, 2008). */
    private static final List<Color> COLORS =
            List.of(new Color(0x00, 0x72, 0xB2), new Color(0xD5, 0x5E, 0x00),
                    new Color(0x00, 0x9E, 0x73), new Color(0xCC, 0x79, 0xA7), new Color(0xE6, 0x9F, 0x00),
                    new Color(0x56, 0xB4, 0xE9));

    /** So many values may stand at ticks. */
    private static final int FEW = 20;

    private record Series(String name, double[] x, double[] y, boolean line) {}

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Series> series = new ArrayList<>();
    private int width = 900;
    private int height = 540;
    private boolean logarithmic;

    /** A chart without series yet; there must be one before it is drawn. */
    public Chart(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    /** Sets the size in pixels; 900 x 540 if not told. */
    public Chart size(int pixelsWide, int pixelsHigh) {
        width = pixelsWide;
        height = pixelsHigh;
        return this;
    }

    /** Lets equal distances on the y axis stand for equal factors; all values must be above 0. */
    public Chart logarithmic() {
        logarithmic = true;
        return this;
    }

    /** Adds a line through points that are in the order of the line. */
    public Chart line(String name, double[] x, double[] y) {
        series.add(new Series(name, x, y, true));
        return this;
    }

    /** Adds a line through values at 1, 2, 3, …, such as the losses of epochs. */
    public Chart line(String name, double[] y) {
        return line(name, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
    }

    /** Adds points. */
    public Chart points(String name, double[] x, double[] y) {
        series.add(new Series(name, x, y, false));
        return this;
    }

    @Override
    public BufferedImage draw() {
        XYChart chart = new XYChartBuilder().width(width).height(height).title(title).xAxisTitle(xTitle)
                .yAxisTitle(yTitle).build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisTickMarkSpacingHint(90).setYAxisLogarithmic(logarithmic);
        chart.getStyler().setMarkerSize(6);
        roundTicks(chart);
        for (int i = 0; i < series.size(); i++) {
            Series next = series.get(i);
            Color color = COLORS.get(i % COLORS.size());
            XYSeries drawn = chart.addSeries(next.name, next.x, next.y);
            drawn.setMarkerColor(color);
            drawn.setLineColor(color);
            if (next.line) {
                drawn.setMarker(SeriesMarkers.NONE).setLineStyle(new BasicStroke(2));
            } else {
                drawn.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                        .setMarker(SeriesMarkers.CIRCLE);
            }
        }
        return paint(chart);
    }

    /** Where values are equally spaced, XChart writes them at its ticks, however many digits they have. */
    private void roundTicks(XYChart chart) {
        double[] sorted = series.stream().flatMapToDouble(next -> Arrays.stream(next.x)).sorted().toArray();
        double last = sorted[sorted.length - 1];
        if (sorted.length > FEW) {
            chart.getStyler().setXAxisMin(sorted[0]).setXAxisMax(last + 1e-4 * (last - sorted[0]));
        }
    }

    /** As {@code BitmapEncoder} does, but that lines are not bent to the nearest pixels. */
    static BufferedImage paint(XYChart chart) {
        BufferedImage image =
                new BufferedImage(chart.getWidth(), chart.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.dispose();
        return image;
    }
}
