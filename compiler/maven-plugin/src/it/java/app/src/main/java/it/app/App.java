package it.app;

/** The module's own code calls what the plugin has made of its graphs. */
public class App {
    public static float[] scaledAndTripled(float... x) {
        float[] scaled = new Scaling(1).scale(x).y().toFloats();
        return new Triple(1).triple(scaled).y().toFloats();
    }

    /** The loss after some steps towards y = x0 - x1. */
    public static float train(int steps) {
        float[] x = {1, 2, 3, 5, 4, 1, 2, 2};
        float[] y = {-1, -2, 3, 0};
        Line line = new Line(7);
        float loss = Float.NaN;
        for (int i = 0; i < steps; i++) {
            loss = line.train(x, y).loss();
        }
        return loss;
    }
}
