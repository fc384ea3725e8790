package dev.covector.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.text.GraphText;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shapes that convolutions and pooling make; compiler's ConvolutionOpsTest has their values. */
final class ConvolutionTest {
    private static Arguments conv(String data, String kernel, UnaryOperator<Convolution> settings,
            String result) {
        return Arguments.of(data, kernel, settings, result);
    }

    static Stream<Arguments> convolutions() {
        UnaryOperator<Convolution> plain = c -> c;
        return Stream.of(
                conv("f32[n,28,28,1]", "f32[5,5,1,6]", c -> c.padding(2), "f32[n,28,28,6]"),
                conv("f32[n,14,14,6]", "f32[5,5,6,16]", plain, "f32[n,10,10,16]"),
                conv("f32[n,224,224,1]", "f32[11,11,1,96]", c -> c.stride(4).padding(1), "f32[n,54,54,96]"),
                conv("f32[n,224,224,3]", "f32[7,7,3,64]", c -> c.stride(2).padding(3), "f32[n,112,112,64]"),
                conv("f64[2,9,5]", "f64[3,5,4]", c -> c.stride(2), "f64[2,4,4]"),
                conv("i32[n,4,5,6,1]", "i32[2,3,1,1,2]", plain, "i32[n,3,3,6,2]"),
                conv("f32[n,h,w,3]", "f32[3,3,3,8]", c -> c.samePadding(), "f32[n,h,w,8]"),
                conv("f32[n,h,w,3]", "f32[2,4,3,8]", c -> c.samePadding().dilation(1, 3), "f32[n,h,w,8]"),
                conv("f32[n,h,7,3]", "f32[3,3,3,8]", c -> c.samePadding().stride(2),
                        "f32[n,floordiv(h+1,2),4,8]"),
                conv("f32[n,h,7,3]", "f32[3,3,3,8]", c -> c.stride(3), "f32[n,floordiv(h,3),2,8]"),
                conv("f32[n,h,7,3]", "f32[3,3,3,8]", c -> c.dilation(2, 3), "f32[n,h-4,1,8]"),
                conv("f32[n,h,7,3]", "f32[k,1,3,o]", plain, "f32[n,h-k+1,7,o]"),
                conv("f32[n,h,7,3]", "f32[4,4,3,8]", c -> c.inputDilation(2).padding(2), "f32[n,2*h,14,8]"),
                conv("f32[n,5,2]", "f32[2,2,1]", c -> c.padding(new int[]{1}, new int[]{-2}), "f32[n,3,1]"),
                conv("f32[n,5,6]", "f32[2,2,9]", c -> c.groups(3), "f32[n,4,9]"),
                conv("f32[n,5,2*c]", "f32[2,c,8]", c -> c.groups(2), "f32[n,4,8]"),
                conv("f32[0,5,2]", "f32[2,2,1]", plain, "f32[0,4,1]"),
                conv("f32[n,5,0]", "f32[2,0,3]", plain, "f32[n,4,3]"),
                conv("f32[n,0,1]", "f32[2,1,3]", c -> c.padding(2), "f32[n,3,3]"),
                conv("f32[n,5,2]", "f32[6,2,1]", plain, "refused"),
                conv("f32[n,5,2]", "f32[0,2,1]", plain, "refused"),
                conv("f32[n,5,2]", "f32[2,c,1]", plain, "refused"),
                conv("f32[n,5,2]", "f32[2,2,2,1]", plain, "refused"),
                conv("f32[n,5]", "f32[5,1]", plain, "refused"),
                conv("f32[n,5,2]", "f64[2,2,1]", plain, "refused"),
                conv("f32[n,5,4]", "f32[2,2,3]", c -> c.groups(2), "refused"),
                conv("f32[n,5,5,4]", "f32[2,2,4,3]", c -> c.stride(1, 1, 1), "refused"));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void convMakesItsShape(String data, String kernel, UnaryOperator<Convolution> settings, String result) {
        GraphBuilder g = Graph.builder("test");
        Expr x = input(g, "x", data);
        Expr k = input(g, "k", kernel);
        Convolution convolution = settings.apply(Convolution.of());
        if (result.equals("refused")) {
            assertThrows(GraphException.class, () -> x.conv(k, convolution));
        } else {
            assertEquals(result, x.conv(k, convolution).node().type().toString());
        }
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("f32[n,28,28,6]", Window.of(2), "f32[n,14,14,6]"),
                Arguments.of("f32[n,54,54,96]", Window.of(3).stride(2), "f32[n,26,26,96]"),
                Arguments.of("f32[n,112,112,64]", Window.of(3).stride(2).padding(1), "f32[n,56,56,64]"),
                Arguments.of("f64[n,h,w,3]", Window.of(2, 3), "f64[n,floordiv(h,2),floordiv(w,3),3]"),
                Arguments.of("f32[n,h,3]", Window.of(3).stride(1), "f32[n,h-2,3]"),
                Arguments.of("f32[n,h,3]", Window.of(3).stride(1).padding(new int[]{2}, new int[]{0}),
                        "f32[n,h,3]"),
                Arguments.of("f32[2,4,5,6,1]", Window.of(2), "f32[2,2,2,3,1]"),
                Arguments.of("f32[0,4,0]", Window.of(4), "f32[0,1,0]"),
                Arguments.of("f32[n,0,3]", Window.of(1), "f32[n,0,3]"),
                Arguments.of("f32[n,3,3]", Window.of(4), "refused"),
                Arguments.of("f32[n,3,3]", Window.of(2).padding(2), "refused"),
                Arguments.of("f32[n,3,3]", Window.of(2, 2), "refused"),
                Arguments.of("f32[n,3]", Window.of(1), "refused"),
                Arguments.of("bool[n,3,3]", Window.of(1), "refused"));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void poolsMakeTheirShape(String data, Window window, String result) {
        Expr x = input(Graph.builder("test"), "x", data);
        for (UnaryOperator<Expr> pool : List.<UnaryOperator<Expr>>of(e -> e.maxPool(window),
                e -> e.sumPool(window), e -> e.averagePool(window),
                e -> e.averagePool(window.countPadding(false)))) {
            if (result.equals("refused")) {
                assertThrows(GraphException.class, () -> pool.apply(x));
            } else {
                assertEquals(result, pool.apply(x).node().type().toString());
            }
        }
    }

    /** Integers have a max and a sum, and no average. */
    @Test
    void poolsOfIntegersAreIntegers() {
        Expr x = input(Graph.builder("test"), "x", "i64[n,4,1]");
        assertEquals("i64[n,2,1]", x.maxPool(Window.of(2)).node().type().toString());
        assertEquals("i64[n,2,1]", x.sumPool(Window.of(2)).node().type().toString());
        assertThrows(GraphException.class, () -> x.averagePool(Window.of(2)));
    }

    /** What a convolution of one group, and one of several, is made of. */
    @Test
    void groupsBecomeAnAxis() {
        GraphBuilder g = Graph.builder("groups");
        Expr x = input(g, "x", "f32[n,5,4]");
        Expr k = input(g, "k", "f32[2,2,6]");
        g.function("two").returns("y", x.conv(k, Convolution.of().groups(2)));
        g.function("one").returns("z", x.conv(input(g, "l", "f32[2,4,6]"), Convolution.of().stride(2)));
        assertEquals("""
                %0 = input x : f32[n,5,4]
                %1 = input k : f32[2,2,6]
                %2 = reshape %0 : f32[n,5,2,2]
                %3 = transpose %2 permutation=[2,0,1,3] : f32[2,n,5,2]
                %4 = reshape %1 : f32[2,2,2,3]
                %5 = transpose %4 permutation=[2,0,1,3] : f32[2,2,2,3]
                %6 = conv %3 %5 : f32[2,n,4,3]
                %7 = transpose %6 permutation=[1,2,0,3] : f32[n,4,2,3]
                %8 = reshape %7 : f32[n,4,6]
                %9 = input l : f32[2,4,6]
                %10 = reshape %0 : f32[1,n,5,4]
                %11 = reshape %9 : f32[1,2,4,6]
                %12 = conv %10 %11 stride=[2] : f32[1,n,2,6]
                %13 = reshape %12 : f32[n,2,6]
                function two(%0, %1) -> y=%8
                function one(%0, %9) -> z=%13
                """, GraphText.canonical(g.build()).lines().filter(line -> line.startsWith("  "))
                .map(line -> line.strip() + "\n").reduce("", String::concat));
    }

    private static Expr input(GraphBuilder g, String name, String type) {
        var parsed = GraphText.parse("graph type\n  %0 = input a : " + type
                + "\n  %1 = input b : f32[c]\n  function f(%0, %1) -> a=%0, b=%1\n").nodes().get(0).type();
        return g.input(name, parsed.dtype(), parsed.shape());
    }
}
