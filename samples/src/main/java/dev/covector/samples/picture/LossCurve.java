package dev.covector.samples.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Collects the loss of a training run and draws it: each step lightly, each epoch's mean strongly. */
public final class LossCurve implements Picture {
    private static final Color STEP = new Color(0xB5, 0xCF, 0xEA);
    private static final Color EPOCH = new Color(0x1F, 0x5F, 0xA8);
    private static final Color ACCURACY = new Color(0xD9, 0x6B, 0x0B);
    private static final int ACCURACY_AXIS = 1;

    private final String title;
    private final List<Double> steps = new ArrayList<>();
    /** The number of steps at the end of each epoch, with what was measured there. */
    private final List<Integer> epochEnds = new ArrayList<>();
    private final List<Double> epochLosses = new ArrayList<>();
    private final List<Double> accuracies = new ArrayList<>();

    /** A curve without steps yet. */
    public LossCurve(String title) {
        this.title = title;
    }

    /** Adds a step. */
    public void step(double loss) {
        steps.add(loss);
    }

    /** Ends an epoch of at least one step. */
    public void epoch(double meanLoss, double testAccuracy) {
        epochEnds.add(steps.size());
        epochLosses.add(meanLoss);
        accuracies.add(testAccuracy);
    }

    @Override
    public BufferedImage draw() {
        return Chart.paint(chart());
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder().width(900).height(540).title(title).xAxisTitle("step")
                .yAxisTitle("training loss").build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal).setChartBackgroundColor(Color.WHITE);
        // Not a step itself: where the axis has equally spaced values only, XChart crowds it with them.
        chart.getStyler().setXAxisMax(1.0001 * steps.size());
        chart.getStyler().setXAxisTickMarkSpacingHint(90).setXAxisMin(0.0).setYAxisMin(0.0)
                .setYAxisMin(ACCURACY_AXIS, 0.0)
                .setYAxisMax(ACCURACY_AXIS, 1.0);
        chart.getStyler().setYAxisGroupPosition(ACCURACY_AXIS, YAxisPosition.Right);
        chart.setYAxisGroupTitle(ACCURACY_AXIS, "test accuracy");

        double[] everyStep = new double[steps.size()];
        for (int i = 0; i < everyStep.length; i++) {
            everyStep[i] = i + 1;
        }
        double[] middles = new double[epochEnds.size()];
        for (int i = 0; i < middles.length; i++) {
            middles[i] = ((i == 0 ? 0 : epochEnds.get(i - 1)) + epochEnds.get(i) + 1) / 2.0;
        }
        double[] ends = epochEnds.stream().mapToDouble(end -> end).toArray();
        series(chart, "loss of each step", everyStep, steps, STEP, 1);
        series(chart, "mean loss of each epoch", middles, epochLosses, EPOCH, 2.5f)
                .setMarker(SeriesMarkers.CIRCLE);
        series(chart, "test accuracy", ends, accuracies, ACCURACY, 2.5f).setMarker(SeriesMarkers.DIAMOND)
                .setYAxisGroup(ACCURACY_AXIS);
        return chart;
    }

    private static XYSeries series(XYChart chart, String name, double[] x, List<Double> y, Color color,
            float width) {
        double[] values = y.stream().mapToDouble(value -> value).toArray();
        XYSeries series = chart.addSeries(name, x, values);
        series.setMarker(SeriesMarkers.NONE).setMarkerColor(color);
        series.setLineColor(color).setLineStyle(new BasicStroke(width));
        return series;
    }
}
