package dev.covector.data;

import static dev.covector.data.DataLoaderTest.assertWrong;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.covector.runtime.Tensor;
import org.junit.jupiter.api.Test;

/** Of tensors; {@link TableTest} has tables. */
final class StandardScalerTest {
    private final Tensor train = Tensor.view(new float[]{99, 1, 10, 5, 2, 10, 9, 3, 10, 4}, 1, 3, 3);

    @Test
    void featuresAreStandardised() {
        StandardScaler scaler = StandardScaler.fit(train);
        assertArrayEquals(new double[]{2, 10, 6}, scaler.mean());
        assertArrayEquals(new double[]{1, 0, Math.sqrt(7)}, scaler.std());
        float r = (float) Math.sqrt(1 / 7.0);
        Tensor scaled = scaler.transform(train);
        assertArrayEquals(new float[]{-1, 0, -r, 0, 0, 3 * r, 1, 0, -2 * r}, scaled.toFloats(), 1e-7f);
        assertNotSame(train.array(), scaled.array());
        assertEquals("f32[1,3] {3.0, 0.0, 0.0}",
                scaler.transform(Tensor.of(new float[]{5, 77, Float.NaN}, 1, 3)).toString());
    }

    @Test
    void theDeviationOfThePopulation() {
        Tensor x = Tensor.of(new double[]{1, 3}, 2, 1);
        assertEquals("f64[2,1] {-1.0, 1.0}", StandardScaler.fit(x, 0).transform(x).toString());
    }

    @Test
    void channelsAreTheLastAxisOfImages() {
        Tensor images = Tensor.of(new float[]{0, 10, 2, 20, 0, 10, 2, 20}, 2, 1, 2, 2);
        StandardScaler scaler = StandardScaler.fit(images, 0);
        assertArrayEquals(new double[]{1, 15}, scaler.mean());
        assertEquals("f32[2,1,2,2] {-1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0}",
                scaler.transform(images).toString());
    }

    @Test
    void mistakesAreTold() {
        assertWrong("standardising wants f32 or f64 of rank 2 or more, features last, got i32[1,1]",
                () -> StandardScaler.fit(Tensor.of(new int[]{1}, 1, 1)));
        assertWrong("standardising wants f32 or f64 of rank 2 or more, features last, got f32[3]",
                () -> StandardScaler.fit(Tensor.of(new float[3], 3)));
        assertWrong("fitted on 3 features, got f32[1,2]",
                () -> StandardScaler.fit(train).transform(Tensor.of(new float[2], 1, 2)));
    }
}
