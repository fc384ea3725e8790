package dev.covector.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.covector.runtime.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The course's recipe on the real data. The expected numbers come from a program of a few lines in another language. */
final class HousePricesTest {
    @Test
    void theRecipeGives331Features() {
        Path house = Path.of(String.valueOf(System.getenv("COVECTOR_DATA")), "house");
        assumeTrue(Files.isDirectory(house), "COVECTOR_DATA doesn't name a directory with house/ in it");
        Table train = Table.readCsv(house.resolve("kaggle_house_pred_train.csv"));
        Table test = Table.readCsv(house.resolve("kaggle_house_pred_test.csv"));
        assertEquals(List.of(1460, 81, 1459, 80),
                List.of(train.rows(), train.names().size(), test.rows(), test.names().size()));
        assertEquals(6965, train.names().stream().mapToInt(train::missing).sum());

        Table all = train.drop("Id", "SalePrice").concat(test.drop("Id"));
        Table features = OneHotEncoder.fit(all).transform(StandardScaler.fit(all).transform(all));
        Tensor x = features.rows(0, train.rows()).toTensor();
        Tensor unseen = features.rows(train.rows(), all.rows()).toTensor();

        assertEquals(36, all.names().stream().filter(all::isNumeric).count());
        assertEquals("f32[1460,331]", x.describe());
        assertEquals("f32[1459,331]", unseen.describe());
        assertEquals(List.of("MSSubClass", "YrSold", "MSZoning_C (all)", "MSZoning_nan", "Condition1_PosA",
                "SaleCondition_nan"),
                List.of(0, 35, 36, 41, 100, 330).stream().map(features.names()::get).toList());
        assertArrayEquals(new float[]{0.06731988f, -0.18444262f, -0.21784137f, 0.6460727f},
                Arrays.copyOf(x.rows(0, 1).toFloats(), 4), 1e-6f);
        assertArrayEquals(new float[]{0.06731988f, 0.20108048f, -0.06860838f, 0.6460727f},
                Arrays.copyOf(unseen.rows(1458, 1459).toFloats(), 4), 1e-6f);
        double numbers = 0;
        double dummies = 0;
        for (int i = 0; i < features.names().size(); i++) {
            for (double value : features.numbers(features.names().get(i))) {
                numbers += i < 36 ? Math.abs(value) : 0;
                dummies += i < 36 ? 0 : value;
            }
        }
        assertEquals(71723.17035845948, numbers, 1e-6);
        assertEquals(43 * 2919, dummies, "one category for each column of text and row");
    }

    /** What is known when only the training set is: its means, deviations and categories. */
    @Test
    void theTestSetCanBeEncodedAsTheTrainingSet() {
        Path house = Path.of(String.valueOf(System.getenv("COVECTOR_DATA")), "house");
        assumeTrue(Files.isDirectory(house), "COVECTOR_DATA doesn't name a directory with house/ in it");
        Table train = Table.readCsv(house.resolve("kaggle_house_pred_train.csv")).drop("Id", "SalePrice");
        Table test = Table.readCsv(house.resolve("kaggle_house_pred_test.csv")).drop("Id");
        StandardScaler scaler = StandardScaler.fit(train);
        OneHotEncoder encoder = OneHotEncoder.fit(train);
        assertEquals(encoder.transform(train).names(), encoder.transform(test).names());
        assertEquals(1459, encoder.transform(scaler.transform(test)).toTensor().dim(0));
    }
}
