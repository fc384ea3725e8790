package dev.covector.runtime;

import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Philox;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Program.Buffer;
import dev.covector.runtime.kernel.Program.Commit;
import dev.covector.runtime.kernel.Program.Launch;
import dev.covector.runtime.kernel.Program.Port;
import dev.covector.runtime.kernel.Program.Storage;
import dev.covector.runtime.kernel.Program.Task;
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What a compiler would make of a small graph, written by hand: each function shows one thing that calls can
 * do.
 */
final class ToyGraph {
    /** The elements of the parameter "v". */
    static final int V = 5_000;
    /** No function has more. */
    private static final int NESTS = 8;
    /** Enough that a launch goes to all workers. */
    private static final Dim MUCH = Dim.of(1 << 30);
    private static final Dim LITTLE = Dim.of(1);

    private static final Dim BATCH = Dim.of("batch");

    private ToyGraph() {}

    static CompiledGraph compiled() {
        return CompiledGraph.of(program());
    }

    /** With vector code, which is the same and counts its calls. */
    static CompiledGraph withVectorCode(AtomicInteger calls) {
        Program program = program();
        List<Program.Function> functions = program.functions().stream().map(f -> {
            Code vector = (nest, frame, scratch, from, to) -> {
                calls.incrementAndGet();
                f.code().scalar().run(nest, frame, scratch, from, to);
            };
            return new Program.Function(f.name(), f.inputs(), f.results(), f.buffers(), f.storages(),
                    f.requirements(), f.dims(),
                    f.reals(), f.integers(), f.nests(), f.launches(), f.commits(), f.updates(), f.random(),
                    new FunctionCode(NESTS, f.code().scalar(), () -> vector), f.notes());
        }).toList();
        return CompiledGraph
                .of(new Program(program.name(), program.parameters(), functions, program.initial()));
    }

    private static Program program() {
        return new Program("toy",
                List.of(new Program.Parameter("v", DType.FLOAT32, Shape.of(V), true),
                        new Program.Parameter("pair", DType.INT32, Shape.of(2), true)),
                List.of(rows(), advance(), read(), swap(), draw(),
                        matmul(DType.FLOAT32), matmul(DType.FLOAT64)),
                initial());
    }

    private static Program.Function initial() {
        return new Builder("initial").result("v", DType.FLOAT32, Shape.of(V))
                .result("pair", DType.INT32, Shape.of(2))
                .random().loop(LITTLE, Dim.of(V), (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        floats(f, 0)[i] = 1 + f.step;
                    }
                    ints(f, 1)[0] = (int) f.seed;
                    ints(f, 1)[1] = -1;
                }).build();
    }

    /**
     * sum[i] = x[i,0] + x[i,1] + x[i,2] + bias[i], in two launches that go to the workers from some batch on;
     * twice ties another input to 2·batch.
     */
    private static Program.Function rows() {
        return new Builder("rows").input("x", DType.FLOAT32, Shape.of(BATCH, 3))
                .input("bias", DType.FLOAT32, Shape.of(BATCH))
                .input("twice", DType.INT32, Shape.of(List.of(BATCH.times(2))))
                .temporary(DType.FLOAT32, BATCH)
                .result("sum", DType.FLOAT32, Shape.of(BATCH))
                .result("x", DType.FLOAT32, Shape.of(BATCH, 3), 0)
                .loop(BATCH.times(1_000), BATCH, (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        int x = f.offsets[0] + 3 * i;
                        floats(f, 3)[i] = floats(f, 0)[x] + floats(f, 0)[x + 1] + floats(f, 0)[x + 2];
                    }
                }).loop(BATCH.times(1_000), BATCH, (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        floats(f, 4)[i] = floats(f, 3)[i] + floats(f, 1)[f.offsets[1] + i];
                    }
                }).build();
    }

    /** v += by, in place. */
    private static Program.Function advance() {
        return new Builder("advance").input("by", DType.FLOAT32, Shape.scalar()).held(0).updates(0)
                .loop(MUCH, Dim.of(V), (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        floats(f, 1)[i] += floats(f, 0)[f.offsets[0]];
                    }
                }).build();
    }

    /** Returns v, through a kernel and as the parameter itself. */
    private static Program.Function read() {
        return new Builder("read").held(0).result("copy", DType.FLOAT32, Shape.of(V))
                .result("itself", DType.FLOAT32, Shape.of(V), 0)
                .loop(MUCH, Dim.of(V), (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        floats(f, 1)[i] = floats(f, 0)[i];
                    }
                }).build();
    }

    /** Exchanges the elements of pair by way of a commit; returns the pair as it was. */
    private static Program.Function swap() {
        return new Builder("swap").held(1).temporary(DType.INT32, Dim.of(2))
                .result("before", DType.INT32, Shape.of(2), 0).updates(1).commit(1, 1)
                .loop(LITTLE, Dim.of(2), (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        ints(f, 1)[i] = ints(f, 0)[1 - i];
                    }
                }).build();
    }

    private static Program.Function draw() {
        return new Builder("draw").result("u", DType.FLOAT32, Shape.of(100)).random()
                .loop(MUCH, Dim.of(100), (f, s, from, to) -> {
                    for (int i = from; i < to; i++) {
                        floats(f, 0)[i] = Philox.bits32(f.seed, f.step, 7, i) >>> 8;
                    }
                }).build();
    }

    /** c = a · b, of [m,k] and [k,n]; "matmul64" packs A by rows. */
    private static Program.Function matmul(DType dtype) {
        boolean floats = dtype == DType.FLOAT32;
        Dim m = Dim.of("m");
        Dim n = Dim.of("n");
        Dim k = Dim.of("k");
        Builder b = new Builder(floats ? "matmul32" : "matmul64").input("a", dtype, Shape.of(m, k))
                .input("b", dtype, Shape.of(k, n)).result("c", dtype, Shape.of(m, n)).dims(k, n);
        int packA = b.nest((f, s, from, to) -> {
            for (int i = s.m0; i < s.m1; i++) {
                for (int p = s.k0; p < s.k1; p++) {
                    int source = f.offsets[0] + i * f.dims[0] + p;
                    if (floats) {
                        int row = i - s.m0;
                        s.a[s.aOffset + row / FloatGemm.TILE_M * FloatGemm.A_TILE
                                + (p - s.k0) * FloatGemm.A_STRIDE + row % FloatGemm.TILE_M] =
                                        floats(f, 0)[source];
                    } else {
                        s.a64[s.aOffset + (i - s.m0) * DoubleGemm.A_ROW + p - s.k0] =
                                ((double[]) f.buffers[0])[source];
                    }
                }
            }
        });
        int packB = b.nest((f, s, from, to) -> {
            for (int p = s.k0; p < s.k1; p++) {
                for (int j = s.n0; j < s.n1; j++) {
                    int source = f.offsets[1] + p * f.dims[1] + j;
                    if (floats) {
                        int column = j - s.n0;
                        s.b[s.bOffset + column / FloatGemm.TILE_N * FloatGemm.PANEL
                                + (p - s.k0) * FloatGemm.TILE_N + column % FloatGemm.TILE_N] =
                                        floats(f, 1)[source];
                    } else {
                        s.b64[s.bOffset + (p - s.k0) * DoubleGemm.TILE_N + j - s.n0] =
                                ((double[]) f.buffers[1])[source];
                    }
                }
            }
        });
        int finish = b.nest((f, s, from, to) -> {
            for (int i = s.m0; i < s.m1; i++) {
                for (int j = s.n0; j < s.n1; j++) {
                    int target = i * f.dims[1] + j;
                    if (floats) {
                        floats(f, 2)[target] = s.tile[(i - s.m0) * FloatGemm.TILE_N + j - s.n0];
                    } else {
                        ((double[]) f.buffers[2])[target] =
                                s.tile64[(i - s.m0) * DoubleGemm.TILE_N + j - s.n0];
                    }
                }
            }
        });
        return b.launch(MUCH,
                new Task.Contraction(dtype, Algorithm.DIRECT, packA, packB, finish, Dim.of(1), m, n, k,
                        !floats,
                        Optional.empty(), Optional.empty(), OptionalInt.empty()))
                .build();
    }

    private static float[] floats(Frame frame, int slot) {
        return (float[]) frame.buffers[slot];
    }

    private static int[] ints(Frame frame, int slot) {
        return (int[]) frame.buffers[slot];
    }

    /** One nest. */
    interface Body {
        void run(Frame frame, Scratch scratch, int from, int to);
    }

    /** Puts a function together; slots are numbered in the order in which they are named. */
    private static final class Builder {
        private final String name;
        private final List<Port> inputs = new ArrayList<>();
        private final List<Port> results = new ArrayList<>();
        private final List<Buffer> buffers = new ArrayList<>();
        private final List<Storage> storages = new ArrayList<>();
        private final List<Dim> dims = new ArrayList<>();
        private final List<Launch> launches = new ArrayList<>();
        private final List<Commit> commits = new ArrayList<>();
        private final List<Integer> updates = new ArrayList<>();
        private final List<Body> nests = new ArrayList<>();
        private boolean random;

        Builder(String name) {
            this.name = name;
        }

        Builder input(String input, DType dtype, Shape shape) {
            inputs.add(new Port(input, dtype, shape, buffers.size()));
            buffers.add(new Buffer.Input(inputs.size() - 1));
            return this;
        }

        Builder held(int parameter) {
            buffers.add(new Buffer.Held(parameter));
            return this;
        }

        Builder temporary(DType dtype, Dim length) {
            buffers.add(new Buffer.Own(storages.size()));
            storages.add(new Storage(dtype, List.of(length)));
            return this;
        }

        Builder result(String result, DType dtype, Shape shape) {
            return temporary(dtype, shape.size()).result(result, dtype, shape, buffers.size() - 1);
        }

        Builder result(String result, DType dtype, Shape shape, int slot) {
            results.add(new Port(result, dtype, shape, slot));
            return this;
        }

        Builder dims(Dim... evaluated) {
            dims.addAll(List.of(evaluated));
            return this;
        }

        Builder updates(int parameter) {
            updates.add(parameter);
            return this;
        }

        Builder commit(int slot, int parameter) {
            commits.add(new Commit(slot, parameter));
            return this;
        }

        Builder random() {
            random = true;
            return this;
        }

        int nest(Body body) {
            nests.add(body);
            return nests.size() - 1;
        }

        Builder loop(Dim work, Dim extent, Body body) {
            return launch(work, new Task.Loop(nest(body), extent));
        }

        Builder launch(Dim work, Task task) {
            launches.add(new Launch(List.of(task), work));
            return this;
        }

        Program.Function build() {
            Body[] bodies = nests.toArray(Body[]::new);
            Code scalar = (nest, frame, scratch, from, to) -> bodies[nest].run(frame, scratch, from, to);
            return new Program.Function(name, inputs, results, buffers, storages, List.of(), dims,
                    new double[0], new long[0],
                    IntStream.range(0, NESTS).mapToObj(n -> new Program.Nest(n, List.of())).toList(),
                    launches, commits, updates, random, new FunctionCode(NESTS, scalar, null),
                    () -> Program.Notes.NONE);
        }
    }
}
