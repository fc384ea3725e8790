package it.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class AppTest {
    @Test
    void callsItsGraph() {
        assertArrayEquals(new float[]{2, -4, 2}, AppKt.scaledAndFactor(1, -2));
    }
}
