package dev.covector.compiler;

import java.util.Map;

/** Small graphs, one for each way in which loops can be made. */
final class Kernels {
    private Kernels() {}

    static final Map<String, String> GRAPHS = Map.ofEntries(
            Map.entry("softmax-of-rows", softmax("[n,1000]", 1)),
            Map.entry("softmax-of-columns", softmax("[10,n]", 0)),
            Map.entry("sum-of-columns", """
                    graph g
                      %0 = input x : f32[n,256]
                      %1 = reduce_sum %0 axes=[0] : f32[256]
                      function f(%0) -> y=%1
                    """),
            Map.entry("sum-of-all", """
                    graph g
                      %0 = input x : f32[n,3,5]
                      %1 = exp %0 : f32[n,3,5]
                      %2 = reduce_sum %1 axes=[0,1,2] : f32[]
                      function f(%0) -> y=%2
                    """),
            Map.entry("transposed-sum", """
                    graph g
                      %0 = input x : f32[n,m]
                      %1 = input z : f32[m,n]
                      %2 = transpose %0 permutation=[1,0] : f32[m,n]
                      %3 = add %1 %2 : f32[m,n]
                      function f(%0, %1) -> y=%3
                    """),
            Map.entry("broadcast-on-both-sides", """
                    graph g
                      %0 = input x : f32[n,1]
                      %1 = input z : f32[m]
                      %2 = reshape %0 : f32[n]
                      %3 = broadcast %2 axes=[0] : f32[n,m]
                      %4 = tanh %1 : f32[m]
                      %5 = broadcast %4 axes=[1] : f32[n,m]
                      %6 = mul %3 %5 : f32[n,m]
                      function f(%0, %1) -> y=%6
                    """),
            Map.entry("gather-and-scatter", """
                    graph g
                      %0 = input x : f32[n,8]
                      %1 = input i : i32[k]
                      %2 = gather %0 %1 axis=0 : f32[k,8]
                      %3 = neg %2 : f32[k,8]
                      %4 = scatter_add %0 %1 %3 axis=0 : f32[n,8]
                      function f(%0, %1) -> y=%4
                    """),
            Map.entry("batched-contraction", """
                    graph g
                      %0 = input x : f32[b,n,4,16]
                      %1 = input z : f32[b,m,4,16]
                      %2 = dot %0 %1 batch=[0,2]x[0,2] contract=[3]x[3] : f32[b,4,n,m]
                      %3 = relu %2 : f32[b,4,n,m]
                      function f(%0, %1) -> y=%3
                    """),
            Map.entry("small-contraction", """
                    graph g
                      %0 = input x : f32[n,2]
                      %1 = input w : f32[2]
                      %2 = dot %0 %1 contract=[1]x[0] : f32[n]
                      %3 = neg %2 : f32[n]
                      function f(%0, %1) -> y=%3
                    """),
            Map.entry("random-numbers", """
                    graph g
                      %0 = input x : f32[n,8]
                      %1 = random_bits stream=0 : i32[n,8]
                      %2 = cast %1 : f32[n,8]
                      %3 = lt %2 %0 : bool[n,8]
                      function f(%0) -> y=%3
                    """),
            Map.entry("argmax", """
                    graph g
                      %0 = input x : f32[n,10]
                      %1 = argmax %0 axis=1 : i32[n]
                      function f(%0) -> y=%1
                    """),
            Map.entry("dropout", """
                    graph g
                      %0 = input x : f32[n,20]
                      %1 = random_bits stream=0 : i32[n,20]
                      %2 = constant 1073741824 : i32[]
                      %3 = broadcast %2 axes=[] : i32[n,20]
                      %4 = lt %1 %3 : bool[n,20]
                      %5 = constant 0.0 : f32[]
                      %6 = broadcast %5 axes=[] : f32[n,20]
                      %7 = select %4 %0 %6 : f32[n,20]
                      function f(%0) -> y=%7
                    """),
            Map.entry("cumulative-sum", """
                    graph g
                      %0 = input x : f32[n,3,20]
                      %1 = cumsum %0 axis=1 reverse : f32[n,3,20]
                      %2 = cumsum %0 axis=2 exclusive : f32[n,3,20]
                      function f(%0) -> y=%1, z=%2
                    """),
            Map.entry("sort", """
                    graph g
                      %0 = input x : f32[n,20]
                      %1 = input z : f64[n,20]
                      %2 = argsort %0 axis=1 : i32[n,20]
                      %3 = argsort %1 axis=0 descending : i32[n,20]
                      function f(%0, %1) -> y=%2, w=%3
                    """),
            Map.entry("merged-axes", """
                    graph g
                      %0 = input x : f32[n,3,5]
                      %1 = input z : f32[n,3,5]
                      %2 = add %0 %1 : f32[n,3,5]
                      function f(%0, %1) -> y=%2
                    """));

    private static String softmax(String shape, int axis) {
        return """
                graph g
                  %0 = input x : f32SHAPE
                  %1 = reduce_max %0 axes=[AXIS] : f32[n]
                  %2 = broadcast %1 axes=[OTHER] : f32SHAPE
                  %3 = sub %0 %2 : f32SHAPE
                  %4 = exp %3 : f32SHAPE
                  %5 = reduce_sum %4 axes=[AXIS] : f32[n]
                  %6 = broadcast %5 axes=[OTHER] : f32SHAPE
                  %7 = div %4 %6 : f32SHAPE
                  function f(%0) -> y=%7
                """.replace("SHAPE", shape).replace("AXIS", "" + axis).replace("OTHER", "" + (1 - axis));
    }
}
