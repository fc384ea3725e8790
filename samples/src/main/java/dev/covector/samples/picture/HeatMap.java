package dev.covector.samples.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.HeatMapSeries;

/** A matrix as colours, the first row at the top: light is least, dark greatest. */
public final class HeatMap implements Picture {
    private final String title;
    private final String rowsTitle;
    private final String columnsTitle;
    private final List<String> rows;
    private final List<String> columns;
    private final double[][] values;

    /**
     * A matrix to be drawn.
     *
     * @param rows    a name for each row, all of them different
     * @param columns a name for each column, all of them different
     * @param values  in row-major order
     */
    public HeatMap(String title, String rowsTitle, List<String> rows, String columnsTitle,
            List<String> columns, double[] values) {
        if (values.length != rows.size() * columns.size()) {
            throw new IllegalArgumentException(values.length + " values are not " + rows.size() + " rows of "
                    + columns.size());
        }
        this.title = title;
        this.rowsTitle = rowsTitle;
        this.rows = List.copyOf(rows);
        this.columnsTitle = columnsTitle;
        this.columns = List.copyOf(columns);
        this.values = new double[rows.size()][columns.size()];
        for (int i = 0; i < values.length; i++) {
            this.values[i / columns.size()][i % columns.size()] = values[i];
        }
    }

    @Override
    public BufferedImage draw() {
        HeatMapChart chart = new HeatMapChartBuilder().width(900).height(640).title(title)
                .xAxisTitle(columnsTitle).yAxisTitle(rowsTitle).build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setShowValue(false)
                .setRangeColors(new Color[]{new Color(0xF7, 0xFB, 0xFF), new Color(0x6B, 0xAE, 0xD6),
                    new Color(0x08, 0x30, 0x6B)});
        List<Number[]> cells = new ArrayList<>();
        int last = rows.size() - 1;
        for (int column = 0; column < columns.size(); column++) {
            for (int row = 0; row <= last; row++) {
                cells.add(new Number[]{column, last - row, values[row][column]});
            }
        }
        List<String> upwards = new ArrayList<>(rows);
        Collections.reverse(upwards);
        HeatMapSeries series = chart.addSeries("values", columns, upwards, cells);
        series.setMin(rounded(series.getMin(), RoundingMode.FLOOR));
        series.setMax(rounded(series.getMax(), RoundingMode.CEILING));
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** An end of the scale, as exact as three digits of the largest value: XChart writes as many as there are. */
    private double rounded(double end, RoundingMode outwards) {
        double largest = Arrays.stream(values).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
        if (largest == 0 || !Double.isFinite(largest)) {
            return end;
        }
        int decimals = 2 - (int) Math.floor(Math.log10(largest));
        return BigDecimal.valueOf(end).setScale(decimals, outwards).doubleValue();
    }
}
