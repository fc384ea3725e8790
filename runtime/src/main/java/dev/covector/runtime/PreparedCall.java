package dev.covector.runtime;

import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.NestCode;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import dev.covector.runtime.kernel.Watch;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function with all memory that its calls need. For one thread at a time, and for speed: a run allocates
 * nothing as long as no dimension exceeds what the call has seen before.
 *
 * <p><strong>Results are views of that memory: the next run overwrites them</strong>, also in tensors that
 * were taken before. Take a {@link Tensor#copy copy} of what must last. {@link Session#call} has no such
 * catch.
 *
 * <pre>{@code
 * PreparedCall train = session.prepare("train");
 * for (int i = 0; i + 256 <= images.dim(0); i += 256) {
 *     float loss = train.input("x", images.rows(i, i + 256)).input("label", labels.rows(i, i + 256))
 *             .run().scalar("loss");
 * }
 * }</pre>
 */
public final class PreparedCall {
    /** In the place of an input's array, between calls. */
    private static final Object NOTHING = new Object();

    private final Session session;
    private final LinkedFunction linked;
    private final Frame frame;
    /** Those of nests that share their code. */
    private final List<Frame> nestFrames = new ArrayList<>();
    private final Extents extents;
    private final @Nullable Tensor[] inputs;
    private final @Nullable InputPort[] boundBy;
    private final Object[] storages;
    private final LaunchRun[] launches;
    private final Results results;
    /**
     * For each result the slot that is copied to it after the last launch, or -1 if it is in a storage
     * anyway.
     */
    private final int[] copied;
    /** Whether there is anything to copy, so that a call of a tiny graph need not look. */
    private final boolean copies;
    private final boolean random;
    private final boolean exclusive;
    /** Whether an input's shape has changed since the dimensions were evaluated. */
    private boolean stale = true;
    /**
     * Whether it is not stale, changes nothing that other calls see, and is so short that it may as well run twice: all that a
     * tiny graph's call has to ask.
     */
    private boolean brief;
    /** Times the launches while the session is being profiled. */
    private @Nullable ProfiledCall profiled;

    PreparedCall(Session session, LinkedFunction linked, Flavour flavour) {
        this.session = session;
        this.linked = linked;
        Program.Function function = linked.function;
        this.frame = new Frame(function.buffers().size(), function.dims().size(), function.reals(),
                function.integers(), function.notes());
        this.frame.seed = session.seed();
        this.extents = new Extents(function.name(), linked.names);
        this.inputs = new @Nullable Tensor[linked.inputs.length];
        this.boundBy = new @Nullable InputPort[linked.names.size()];
        this.storages = function.storages().stream().map(storage -> Tensor.newArray(storage.dtype(), 0))
                .toArray();
        this.results = new Results(linked);
        this.copied = function.results().stream().mapToInt(
                port -> function.buffers().get(port.slot()) instanceof Program.Buffer.Own ? -1 : port.slot())
                .toArray();
        this.copies = Arrays.stream(copied).anyMatch(slot -> slot >= 0) || !function.commits().isEmpty();
        this.random = function.random();
        this.exclusive = !function.updates().isEmpty() || !function.commits().isEmpty();
        for (int slot = 0; slot < frame.buffers.length; slot++) {
            switch (function.buffers().get(slot)) {
                case Program.Buffer.Held held -> frame.buffers[slot] = session.array(held.parameter());
                case Program.Buffer.Constant constant -> {
                    frame.buffers[slot] = constant.data().array();
                    frame.offsets[slot] = constant.data().offset();
                }
                case Program.Buffer.Input input -> {} // comes with each call
                case Program.Buffer.Own own -> {} // grows with the dimensions
            }
        }
        this.launches = launches(session.options().workers(), flavour);
    }

    private LaunchRun[] launches(Workers workers, Flavour flavour) {
        Step.Nest[] nests = nests(flavour);
        Scratch[] scratch = new Scratch[workers.threads()];
        Arrays.setAll(scratch, i -> new Scratch());
        List<LaunchRun> runs = new ArrayList<>();
        for (Program.Launch launch : linked.function.launches()) {
            List<Step> steps = launch.tasks().stream().map(task -> step(task, nests, flavour)).toList();
            runs.add(new LaunchRun(steps, linked.formula(launch.work()), workers, scratch));
        }
        return runs.toArray(LaunchRun[]::new);
    }

    private Step.Nest[] nests(Flavour flavour) {
        NestCode[] codes = linked.function.code().nests(flavour);
        Step.Nest[] nests = new Step.Nest[linked.numbers.length];
        for (int n = 0; n < nests.length; n++) {
            Frame own = frame;
            if (linked.numbers[n].length > 0) {
                own = frame.with(linked.numbers[n]);
                nestFrames.add(own);
            }
            nests[n] = new Step.Nest(codes[linked.function.nests().get(n).code()], own);
        }
        return nests;
    }

    private Step step(Program.Task task, Step.Nest[] nests, Flavour flavour) {
        return switch (task) {
            case Program.Task.Loop loop ->
                    new Step.Loop(nests[loop.nest()], linked.formula(loop.extent()), linked.vector(flavour));
            case Program.Task.Contraction c -> {
                Step.Parts parts =
                        new Step.Parts(c.algorithm(), packing(c.packA(), nests), packing(c.packB(), nests),
                                nests[c.finish()],
                                linked.formula(c.batch()), linked.formula(c.m()), linked.formula(c.n()),
                                linked.formula(c.k()), c.packsRows(), linked.vector(flavour));
                yield switch (c.dtype()) {
                    case FLOAT32 ->
                            new Step.OfFloats(parts, frame, inPlace(c.a(), nests), inPlace(c.b(), nests),
                                    c.c());
                    case FLOAT64 -> new Step.OfDoubles(parts, frame);
                    case INT32, INT64, BOOL -> throw new IllegalArgumentException(
                            "function \"" + linked.name() + "\" has a contraction of " + c.dtype());
                };
            }
        };
    }

    private static Step.@Nullable Nest packing(int nest, Step.Nest[] nests) {
        return nest < 0 ? null : nests[nest];
    }

    private static Step.@Nullable InPlace inPlace(Optional<Program.Task.InPlace> operand, Step.Nest[] nests) {
        return operand.map(x -> new Step.InPlace(nests[x.places()], x.slot(), x.run(), x.step()))
                .orElse(null);
    }

    /**
     * Gives an input its data, for this run and those that follow. The call reads the tensor's array when it
     * runs, so it may as well be filled again between runs.
     *
     * @throws CallException if there is no such input, or the data is of another type, rank or fixed extent
     */
    public PreparedCall input(String name, Tensor data) {
        setInput(linked.input(name), data);
        return this;
    }

    void setInput(int index, Tensor data) {
        InputPort port = linked.inputs[index];
        Tensor before = inputs[index];
        if (before == data) {
            return;
        }
        if (before == null || before.dtype() != data.dtype() || !sameShape(before, data)) {
            port.check(data);
            stale = true;
            brief = false;
        }
        for (Object storage : storages) {
            if (storage == data.array()) {
                throw port.aliased();
            }
        }
        inputs[index] = data;
        frame.buffers[port.slot()] = data.array();
        frame.offsets[port.slot()] = data.offset();
    }

    private static boolean sameShape(Tensor a, Tensor b) {
        if (a.rank() != b.rank()) {
            return false;
        }
        for (int axis = 0; axis < a.rank(); axis++) {
            if (a.dim(axis) != b.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    /** Lets go of the inputs' arrays. */
    void clearInputs() {
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = null;
            frame.buffers[linked.inputs[i].slot()] = NOTHING;
        }
        stale = true;
        brief = false;
    }

    /**
     * Runs the function. A function with updates changes the session's parameters; if it fails while it runs
     * (an integer divided by zero, say), the parameters it updates may have any mixture of old and new
     * values.
     *
     * @return <strong>views</strong>, valid until the next run; always the same object
     * @throws CallException if an input is missing, the inputs bind a named dimension to different values, an
     *     extent that is computed from them is negative, or an array would be too long; or what a kernel throws
     */
    public Results run() {
        return brief && executeAtAGlance() ? results : runAll();
    }

    private Results runAll() {
        if (stale) {
            bind();
        }
        if (random) {
            frame.step = session.nextStep();
            for (Frame own : nestFrames) {
                own.step = frame.step;
            }
        }
        return executeLocked();
    }

    /** Runs what draws initial values, which is step 0. */
    Results runInitial() {
        bind();
        return executeLocked();
    }

    /**
     * Without the lock of the parameters, which takes longer than a tiny graph.
     *
     * @return false if somebody changed them meanwhile, so that all has to be computed again
     */
    private boolean executeAtAGlance() {
        long seen = session.lock().glance();
        if (seen < 0) {
            return false;
        }
        try {
            runLaunches();
            if (copies) {
                copyResultsAndCommits();
            }
        } catch (RuntimeException e) {
            // What is thrown for parameters of which some are old and some new says nothing.
            if (session.lock().isUnchanged(seen)) {
                throw e;
            }
        }
        return session.lock().isUnchanged(seen);
    }

    private void runLaunches() {
        for (LaunchRun launch : launches) {
            launch.run();
        }
    }

    private Results executeLocked() {
        boolean alone = session.lock().acquire(exclusive);
        try {
            if (alone) {
                runLaunches();
            } else {
                runAttended();
            }
            if (copies) {
                copyResultsAndCommits();
            }
        } finally {
            session.lock().release(exclusive, alone);
        }
        return results;
    }

    /** With others at the same time, or profiled, or checked. */
    private void runAttended() {
        Watch watch = linked.watch;
        Profile profile = session.profiling();
        if (watch != null) {
            runWatched(watch);
        } else if (profile != null) {
            runProfiled(profile);
        } else {
            runLaunches();
        }
    }

    private void runWatched(Watch watch) {
        watch.begin(frame, extents::value);
        for (int i = 0; i < launches.length; i++) {
            watch.before(i, frame, extents::value);
            launches[i].run();
            watch.after(i, frame, extents::value);
        }
    }

    private void runProfiled(Profile profile) {
        ProfiledCall call = profiled;
        if (call == null) {
            call = new ProfiledCall(linked, launches);
            profiled = call;
        }
        call.run(extents, profile);
    }

    private void copyResultsAndCommits() {
        for (int i = 0; i < copied.length; i++) {
            if (copied[i] >= 0) {
                copy(copied[i], results.array(i), results.size(i));
            }
        }
        // By index, since an iterator would be allocated until HotSpot knows better.
        for (int i = 0; i < linked.function.commits().size(); i++) {
            Program.Commit commit = linked.function.commits().get(i);
            Object parameter = session.array(commit.parameter());
            copy(commit.slot(), parameter, Array.getLength(parameter));
        }
    }

    private void copy(int slot, Object to, int size) {
        System.arraycopy(frame.buffers[slot], frame.offsets[slot], to, 0, size);
    }

    /** Evaluates all that depends on the named dimensions, and lets arrays grow. */
    private void bind() {
        Arrays.fill(boundBy, null);
        for (int i = 0; i < inputs.length; i++) {
            Tensor input = inputs[i];
            if (input == null) {
                throw linked.inputs[i].missing();
            }
            linked.inputs[i].bind(input, extents, boundBy);
        }
        for (int i = 0; i < inputs.length; i++) {
            Tensor input = inputs[i];
            if (input != null) {
                linked.inputs[i].checkComputed(input, extents);
            }
        }
        for (int i = 0; i < linked.requirements.length; i++) {
            if (extents.evaluateLong(linked.requirements[i]) < 0) {
                List<String> checks = linked.function.notes().get().checks();
                throw extents.negative(linked.requirements[i],
                        checks.get(checks.size() - linked.requirements.length + i));
            }
        }
        for (int i = 0; i < linked.dims.length; i++) {
            frame.dims[i] = extents.evaluate(linked.dims[i]);
        }
        growStorages();
        bindResults();
        boolean isBrief = !exclusive && !random;
        for (LaunchRun launch : launches) {
            launch.bind(extents);
            isBrief &= launch.isBrief();
        }
        stale = false;
        brief = isBrief;
    }

    private void growStorages() {
        for (int i = 0; i < storages.length; i++) {
            int length = 0;
            for (Formula formula : linked.storages[i]) {
                length = Math.max(length, extents.length(formula));
            }
            if (Array.getLength(storages[i]) < length) {
                storages[i] = Tensor.newArray(linked.function.storages().get(i).dtype(), length);
            }
        }
        for (int slot = 0; slot < frame.buffers.length; slot++) {
            if (linked.function.buffers().get(slot) instanceof Program.Buffer.Own own) {
                frame.buffers[slot] = storages[own.storage()];
            }
        }
    }

    private void bindResults() {
        for (int i = 0; i < copied.length; i++) {
            if (copied[i] < 0) {
                Object buffer = frame.buffers[linked.function.results().get(i).slot()];
                results.set(i, extents, buffer);
            } else {
                results.set(i, extents, results.array(i));
                int size = results.size(i);
                if (Array.getLength(results.array(i)) < size) {
                    DType dtype = linked.function.results().get(i).dtype();
                    results.set(i, extents, Tensor.newArray(dtype, size));
                }
            }
        }
    }
}
