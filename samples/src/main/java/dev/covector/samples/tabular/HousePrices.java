package dev.covector.samples.tabular;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Schedule;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A house's price from its features: a linear model of the price's logarithm, since errors of prices are relative. */
final class HousePrices {
    /** Where the bias starts: the logarithm of what a house costs, more or less. */
    private static final double LOG_PRICE = 12;

    private HousePrices() {}

    static Graph graph(int features, Schedule learningRate, double weightDecay) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("house_prices");
        Expr house = g.input("house", FLOAT32, Shape.of(batch, features));
        Expr price = g.input("price", FLOAT32, Shape.of(batch));

        Linear linear =
                Linear.of(g, "linear", features, 1, Initializers.zeros(), Initializers.constant(LOG_PRICE));
        Expr logPrice = linear.invoke(house).squeeze(-1);
        Expr loss = Losses.squared(logPrice, price.log()).mean();
        Expr penalty = linear.weight().square().sum().times(weightDecay / 2);

        g.function("train").updates(Adam.of(learningRate).minimize(loss.plus(penalty)));
        g.function("evaluate").returns("log_rmse", loss.times(2).sqrt());
        return g.build();
    }
}
