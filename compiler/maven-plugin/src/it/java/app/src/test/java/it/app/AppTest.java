package it.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AppTest {
    @Test
    void callsItsGraphs() {
        assertArrayEquals(new float[]{6, -12}, App.scaledAndTripled(1, -2));
        assertTrue(App.train(300) < 0.01f, "loss " + App.train(300));
    }
}
