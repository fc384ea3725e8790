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

/** The recipes of courses, on real data. */
final class RealDataTest {
    private static Path data(String folder) {
        Path directory = Path.of(String.valueOf(System.getenv("COVECTOR_DATA")), folder);
        assumeTrue(Files.isDirectory(directory),
                "COVECTOR_DATA doesn't name a directory with " + folder + "/ in it");
        return directory;
    }

    /** What the package's documentation shows. */
    @Test
    void fromAFileToMiniBatches() {
        Table table = Table.readCsv(data("iris").resolve("iris.csv"));
        Tensor features = table.drop("species").toTensor();
        Tensor labels = table.codes("species");
        assertEquals("f32[150,4] and i32[150]", features.describe() + " and " + labels.describe());
        assertEquals(List.of("setosa", "versicolor", "virginica"), table.categories("species"));

        Split split = Split.random(table.rows(), 0.2, 42);
        StandardScaler scaler = StandardScaler.fit(split.train(features));
        Tensor x = scaler.transform(split.train(features));
        assertEquals("f32[120,4]", x.describe());
        assertEquals(0, StandardScaler.fit(x).mean()[3], 1e-6);
        assertEquals(1, StandardScaler.fit(x).std()[3], 1e-6);

        DataLoader loader = DataLoader.of(16, x, split.train(labels)).shuffle().seed(42);
        int[] counts = new int[3];
        for (Batch batch : loader.epoch(0)) {
            for (int label : batch.get(1).toInts()) {
                counts[label]++;
            }
        }
        for (int label : split.validation(labels).toInts()) {
            counts[label]++;
        }
        assertArrayEquals(new int[]{50, 50, 50}, counts);
    }

    /** House prices. The expected numbers come from a program of a few lines in another language. */
    @Test
    void theRecipeGives331Features() {
        Path house = data("house");
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
        Path house = data("house");
        Table train = Table.readCsv(house.resolve("kaggle_house_pred_train.csv")).drop("Id", "SalePrice");
        Table test = Table.readCsv(house.resolve("kaggle_house_pred_test.csv")).drop("Id");
        StandardScaler scaler = StandardScaler.fit(train);
        OneHotEncoder encoder = OneHotEncoder.fit(train);
        assertEquals(encoder.transform(train).names(), encoder.transform(test).names());
        assertEquals(1459, encoder.transform(scaler.transform(test)).toTensor().dim(0));
    }
}
