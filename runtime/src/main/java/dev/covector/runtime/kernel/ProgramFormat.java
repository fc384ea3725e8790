package dev.covector.runtime.kernel;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Programs as bytes: all but their code, which is classes. Read by the very version of the format that has written it,
 * since classes go with it that were written for the runtime of their day. {@link #VERSION} counts changes of either.
 */
public final class ProgramFormat {
    /** Increased whenever bytes written before, or code that was generated before, would be misunderstood. */
    public static final int VERSION = 2;
    /** The version of Covector that this is. */
    public static final String COVECTOR = "0.1.0-SNAPSHOT";

    /** "Covector". */
    private static final long MAGIC = 0x436f766563746f72L;

    /** Bytes of a tensor that are converted at a time. */
    private static final int CHUNK = 1 << 14;

    /** Makes the code of functions. */
    public interface CodeSource {
        /**
         * The code of a function.
         *
         * @param function its number; the initial function has the last
         * @param nests    how many nests it has
         */
        FunctionCode code(int function, int nests);
    }

    private interface Writer<T> {
        void write(DataOutput out, T value) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    private ProgramFormat() {}

    /** Writes a program; the stream stays open. */
    public static void write(OutputStream stream, Program program) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        out.writeLong(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(COVECTOR);
        writeProgram(out, program);
        out.flush();
    }

    /**
     * Reads a program to the end of the stream.
     *
     * @param what the stream is, for messages
     * @throws IOException if it is not a program, of another version, or damaged
     */
    public static Program read(InputStream stream, String what, CodeSource codes) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        try {
            if (in.readLong() != MAGIC) {
                throw new IOException(what + " is not a program that Covector has compiled");
            }
            int version = in.readInt();
            String covector = in.readUTF();
            if (version != VERSION) {
                throw new IOException(what + " was compiled by Covector " + covector + " in format " + version
                        + ", which is " + (version < VERSION ? "older" : "newer") + " than format " + VERSION
                        + " of this Covector " + COVECTOR + "; compile the graph again with Covector "
                        + COVECTOR + ", or run it with covector-runtime " + covector);
            }
            Program program = readProgram(in, codes);
            if (in.read() >= 0) {
                throw new IOException(what + " is damaged: it goes on where it should end");
            }
            return program;
        } catch (EOFException e) {
            throw new IOException(what + " is damaged: it ends too early", e);
        }
    }

    private static void writeProgram(DataOutput out, Program program) throws IOException {
        out.writeUTF(program.name());
        writeList(out, program.parameters(), ProgramFormat::writeParameter);
        writeList(out, program.functions(), ProgramFormat::writeFunction);
        writeFunction(out, program.initial());
    }

    private static Program readProgram(DataInput in, CodeSource codes) throws IOException {
        String name = in.readUTF();
        List<Program.Parameter> parameters = readList(in, ProgramFormat::readParameter);
        int count = in.readInt();
        List<Program.Function> functions = new ArrayList<>();
        for (int function = 0; function <= count; function++) {
            functions.add(readFunction(in, function, codes));
        }
        return new Program(name, parameters, functions.subList(0, count), functions.get(count));
    }

    private static void writeParameter(DataOutput out, Program.Parameter parameter) throws IOException {
        out.writeUTF(parameter.name());
        writeDType(out, parameter.dtype());
        writeShape(out, parameter.shape());
        out.writeBoolean(parameter.trainable());
    }

    private static Program.Parameter readParameter(DataInput in) throws IOException {
        return new Program.Parameter(in.readUTF(), readDType(in), readShape(in), in.readBoolean());
    }

    private static void writeFunction(DataOutput out, Program.Function function) throws IOException {
        out.writeUTF(function.name());
        writeList(out, function.inputs(), ProgramFormat::writePort);
        writeList(out, function.results(), ProgramFormat::writePort);
        writeList(out, function.buffers(), ProgramFormat::writeBuffer);
        writeList(out, function.storages(), ProgramFormat::writeStorage);
        writeList(out, function.requirements(), ProgramFormat::writeDim);
        writeList(out, function.dims(), ProgramFormat::writeDim);
        writeDoubles(out, function.reals());
        writeLongs(out, function.integers());
        writeList(out, function.nests(), ProgramFormat::writeNest);
        writeList(out, function.launches(), ProgramFormat::writeLaunch);
        writeList(out, function.commits(), ProgramFormat::writeCommit);
        writeList(out, function.updates(), DataOutput::writeInt);
        out.writeBoolean(function.random());
        out.writeInt(function.code().nests());
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        writeNotes(new DataOutputStream(notes), function.notes().get());
        out.writeInt(notes.size());
        out.write(notes.toByteArray());
    }

    private static Program.Function readFunction(DataInput in, int number, CodeSource codes)
            throws IOException {
        String name = in.readUTF();
        List<Program.Port> inputs = readList(in, ProgramFormat::readPort);
        List<Program.Port> results = readList(in, ProgramFormat::readPort);
        List<Program.Buffer> buffers = readList(in, ProgramFormat::readBuffer);
        List<Program.Storage> storages = readList(in, ProgramFormat::readStorage);
        List<Dim> requirements = readList(in, Dim::readFrom);
        List<Dim> dims = readList(in, Dim::readFrom);
        double[] reals = readDoubles(in);
        long[] integers = readLongs(in);
        List<Program.Nest> nests = readList(in, ProgramFormat::readNest);
        List<Program.Launch> launches = readList(in, ProgramFormat::readLaunch);
        List<Program.Commit> commits = readList(in, ProgramFormat::readCommit);
        List<Integer> updates = readList(in, DataInput::readInt);
        boolean random = in.readBoolean();
        FunctionCode code = codes.code(number, in.readInt());
        byte[] notes = new byte[in.readInt()];
        in.readFully(notes);
        return new Program.Function(name, inputs, results, buffers, storages, requirements, dims, reals,
                integers, nests, launches, commits, updates, random, code, () -> readNotes(notes));
    }

    private static void writeNotes(DataOutput out, Program.Notes notes) throws IOException {
        writeList(out, notes.checks(), DataOutput::writeUTF);
        writeList(out, notes.kernels(), ProgramFormat::writeKernel);
    }

    private static Program.Notes readNotes(DataInput in) throws IOException {
        return new Program.Notes(readList(in, DataInput::readUTF), readList(in, ProgramFormat::readKernel));
    }

    /** Seldom needed, so not when the rest is read. */
    private static Program.Notes readNotes(byte[] notes) {
        try {
            return readNotes(new DataInputStream(new ByteArrayInputStream(notes)));
        } catch (IOException e) {
            throw new UncheckedIOException("the program is damaged", e);
        }
    }

    private static void writeKernel(DataOutput out, Program.Kernel kernel) throws IOException {
        out.writeUTF(kernel.name());
        writeDim(out, kernel.flops());
        writeDim(out, kernel.bytes());
        writeList(out, kernel.lines(), ProgramFormat::writeLine);
    }

    private static Program.Kernel readKernel(DataInput in) throws IOException {
        return new Program.Kernel(in.readUTF(), Dim.readFrom(in), Dim.readFrom(in),
                readList(in, ProgramFormat::readLine));
    }

    private static void writeLine(DataOutput out, Program.Line line) throws IOException {
        out.writeUTF(line.place());
        writeList(out, line.ops(), DataOutput::writeUTF);
        writeDim(out, line.work());
    }

    private static Program.Line readLine(DataInput in) throws IOException {
        return new Program.Line(in.readUTF(), readList(in, DataInput::readUTF), Dim.readFrom(in));
    }

    private static void writePort(DataOutput out, Program.Port port) throws IOException {
        out.writeUTF(port.name());
        writeDType(out, port.dtype());
        writeShape(out, port.shape());
        out.writeInt(port.slot());
    }

    private static Program.Port readPort(DataInput in) throws IOException {
        return new Program.Port(in.readUTF(), readDType(in), readShape(in), in.readInt());
    }

    private static void writeBuffer(DataOutput out, Program.Buffer buffer) throws IOException {
        switch (buffer) {
            case Program.Buffer.Input input -> {
                out.writeByte(0);
                out.writeInt(input.input());
            }
            case Program.Buffer.Held held -> {
                out.writeByte(1);
                out.writeInt(held.parameter());
            }
            case Program.Buffer.Constant constant -> {
                out.writeByte(2);
                writeTensor(out, constant.data());
            }
            case Program.Buffer.Own own -> {
                out.writeByte(3);
                out.writeInt(own.storage());
            }
        }
    }

    private static Program.Buffer readBuffer(DataInput in) throws IOException {
        int tag = in.readUnsignedByte();
        return switch (tag) {
            case 0 -> new Program.Buffer.Input(in.readInt());
            case 1 -> new Program.Buffer.Held(in.readInt());
            case 2 -> new Program.Buffer.Constant(readTensor(in));
            case 3 -> new Program.Buffer.Own(in.readInt());
            default -> throw new IOException("the program is damaged: there is no buffer of kind " + tag);
        };
    }

    private static void writeTensor(DataOutput out, Tensor tensor) throws IOException {
        writeDType(out, tensor.dtype());
        out.writeByte(tensor.rank());
        for (int extent : tensor.shape()) {
            out.writeInt(extent);
        }
        byte[] bytes = new byte[CHUNK];
        ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < tensor.size();) {
            int count = Math.min(tensor.size() - done, CHUNK / tensor.dtype().bytes());
            chunk.clear();
            int at = tensor.offset() + done;
            switch (tensor.array()) {
                case float[] values -> chunk.asFloatBuffer().put(values, at, count);
                case double[] values -> chunk.asDoubleBuffer().put(values, at, count);
                case int[] values -> chunk.asIntBuffer().put(values, at, count);
                case long[] values -> chunk.asLongBuffer().put(values, at, count);
                default -> {
                    for (int i = 0; i < count; i++) {
                        chunk.put((byte) (((boolean[]) tensor.array())[at + i] ? 1 : 0));
                    }
                }
            }
            out.write(bytes, 0, count * tensor.dtype().bytes());
            done += count;
        }
    }

    private static Tensor readTensor(DataInput in) throws IOException {
        DType dtype = readDType(in);
        int[] shape = new int[in.readUnsignedByte()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = in.readInt();
        }
        Tensor tensor = Tensor.zeros(dtype, shape);
        byte[] bytes = new byte[CHUNK];
        ByteBuffer chunk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < tensor.size();) {
            int count = Math.min(tensor.size() - done, CHUNK / dtype.bytes());
            in.readFully(bytes, 0, count * dtype.bytes());
            chunk.clear();
            switch (tensor.array()) {
                case float[] values -> chunk.asFloatBuffer().get(values, done, count);
                case double[] values -> chunk.asDoubleBuffer().get(values, done, count);
                case int[] values -> chunk.asIntBuffer().get(values, done, count);
                case long[] values -> chunk.asLongBuffer().get(values, done, count);
                default -> {
                    for (int i = 0; i < count; i++) {
                        ((boolean[]) tensor.array())[done + i] = chunk.get() != 0;
                    }
                }
            }
            done += count;
        }
        return tensor;
    }

    private static void writeStorage(DataOutput out, Program.Storage storage) throws IOException {
        writeDType(out, storage.dtype());
        writeList(out, storage.lengths(), ProgramFormat::writeDim);
    }

    private static Program.Storage readStorage(DataInput in) throws IOException {
        return new Program.Storage(readDType(in), readList(in, Dim::readFrom));
    }

    private static void writeCommit(DataOutput out, Program.Commit commit) throws IOException {
        out.writeInt(commit.slot());
        out.writeInt(commit.parameter());
    }

    private static Program.Commit readCommit(DataInput in) throws IOException {
        return new Program.Commit(in.readInt(), in.readInt());
    }

    private static void writeNest(DataOutput out, Program.Nest nest) throws IOException {
        out.writeInt(nest.code());
        writeList(out, nest.numbers(), DataOutput::writeLong);
    }

    private static Program.Nest readNest(DataInput in) throws IOException {
        return new Program.Nest(in.readInt(), readList(in, DataInput::readLong));
    }

    private static void writeLaunch(DataOutput out, Program.Launch launch) throws IOException {
        writeList(out, launch.tasks(), ProgramFormat::writeTask);
        writeDim(out, launch.work());
    }

    private static Program.Launch readLaunch(DataInput in) throws IOException {
        return new Program.Launch(readList(in, ProgramFormat::readTask), Dim.readFrom(in));
    }

    private static void writeTask(DataOutput out, Program.Task task) throws IOException {
        switch (task) {
            case Program.Task.Loop loop -> {
                out.writeByte(0);
                out.writeInt(loop.nest());
                writeDim(out, loop.extent());
            }
            case Program.Task.Contraction c -> {
                out.writeByte(1);
                writeDType(out, c.dtype());
                out.writeUTF(c.algorithm().name());
                out.writeInt(c.packA());
                out.writeInt(c.packB());
                out.writeInt(c.finish());
                writeDim(out, c.batch());
                writeDim(out, c.m());
                writeDim(out, c.n());
                writeDim(out, c.k());
                out.writeBoolean(c.packsRows());
                writeList(out, c.a().stream().toList(), ProgramFormat::writeInPlace);
                writeList(out, c.b().stream().toList(), ProgramFormat::writeInPlace);
                out.writeInt(c.c().orElse(-1));
            }
        }
    }

    private static Program.Task readTask(DataInput in) throws IOException {
        int tag = in.readUnsignedByte();
        return switch (tag) {
            case 0 -> new Program.Task.Loop(in.readInt(), Dim.readFrom(in));
            case 1 -> new Program.Task.Contraction(readDType(in),
                    readAlgorithm(in), in.readInt(), in.readInt(),
                    in.readInt(),
                    Dim.readFrom(in), Dim.readFrom(in), Dim.readFrom(in), Dim.readFrom(in), in.readBoolean(),
                    first(readList(in, ProgramFormat::readInPlace)),
                    first(readList(in, ProgramFormat::readInPlace)), readSlot(in));
            default -> throw new IOException("the program is damaged: there is no task of kind " + tag);
        };
    }

    private static Algorithm readAlgorithm(DataInput in) throws IOException {
        String name = in.readUTF();
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        throw new IOException("the program is damaged: there is no algorithm " + name);
    }

    private static OptionalInt readSlot(DataInput in) throws IOException {
        int slot = in.readInt();
        return slot < 0 ? OptionalInt.empty() : OptionalInt.of(slot);
    }

    private static void writeInPlace(DataOutput out, Program.Task.InPlace inPlace) throws IOException {
        out.writeInt(inPlace.slot());
        out.writeInt(inPlace.places());
        out.writeInt(inPlace.run());
        out.writeInt(inPlace.step());
    }

    private static Program.Task.InPlace readInPlace(DataInput in) throws IOException {
        return new Program.Task.InPlace(in.readInt(), in.readInt(), in.readInt(), in.readInt());
    }

    private static void writeShape(DataOutput out, Shape shape) throws IOException {
        writeList(out, shape.dims(), ProgramFormat::writeDim);
    }

    private static Shape readShape(DataInput in) throws IOException {
        return Shape.of(readList(in, Dim::readFrom));
    }

    private static void writeDim(DataOutput out, Dim dim) throws IOException {
        dim.writeTo(out);
    }

    private static void writeDType(DataOutput out, DType dtype) throws IOException {
        out.writeUTF(dtype.toString());
    }

    private static DType readDType(DataInput in) throws IOException {
        String text = in.readUTF();
        for (DType dtype : DType.values()) {
            if (dtype.toString().equals(text)) {
                return dtype;
            }
        }
        throw new IOException("the program is damaged: there is no dtype " + text);
    }

    private static void writeDoubles(DataOutput out, double[] values) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    private static double[] readDoubles(DataInput in) throws IOException {
        double[] values = new double[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }

    private static void writeLongs(DataOutput out, long[] values) throws IOException {
        out.writeInt(values.length);
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static long[] readLongs(DataInput in) throws IOException {
        long[] values = new long[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readLong();
        }
        return values;
    }

    private static <T> void writeList(DataOutput out, List<T> list, Writer<T> writer) throws IOException {
        out.writeInt(list.size());
        for (T value : list) {
            writer.write(out, value);
        }
    }

    private static <T> List<T> readList(DataInput in, Reader<T> reader) throws IOException {
        List<T> list = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            list.add(reader.read(in));
        }
        return list;
    }

    private static <T> Optional<T> first(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(0));
    }
}
