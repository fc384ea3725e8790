package dev.covector.benchmarks.peers;

import dev.covector.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes models of ONNX: a graph of float32 operations without attributes, with one input x and one output.
 *
 * <p>A model is a message of protocol buffers: fields, each with a number, and a varint or so many bytes.
 */
final class OnnxModel {
    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final int FLOAT = 1;

    private final Message graph = new Message().bytes(2, "model");
    private String last = "x";

    OnnxModel(int... inputShape) {
        graph.message(11, valueInfo("x", inputShape));
    }

    /** Adds {@code last · weight + bias}. */
    OnnxModel linear(String name, Tensor weight, Tensor bias) {
        graph.message(5, tensor(name + ".weight", weight)).message(5, tensor(name + ".bias", bias));
        return node("Gemm", name, List.of(last, name + ".weight", name + ".bias"));
    }

    /** Adds an operation on what was added last. */
    OnnxModel node(String operation, String name) {
        return node(operation, name, List.of(last));
    }

    private OnnxModel node(String operation, String name, List<String> inputs) {
        Message node = new Message();
        inputs.forEach(input -> node.bytes(1, input));
        graph.message(1, node.bytes(2, name).bytes(3, name).bytes(4, operation));
        last = name;
        return this;
    }

    /** The model, whose output is what was added last. */
    byte[] toBytes(int... outputShape) {
        graph.message(12, valueInfo(last, outputShape));
        return new Message().varint(1, IR_VERSION).message(7, graph)
                .message(8, new Message().bytes(1, "").varint(2, OPERATOR_SET)).toBytes();
    }

    private static Message valueInfo(String name, int... shape) {
        Message dimensions = new Message();
        for (int extent : shape) {
            dimensions.message(1, new Message().varint(1, extent));
        }
        Message tensor = new Message().varint(1, FLOAT).message(2, dimensions);
        return new Message().bytes(1, name).message(2, new Message().message(1, tensor));
    }

    private static Message tensor(String name, Tensor values) {
        Message tensor = new Message();
        for (int extent : values.shape()) {
            tensor.varint(1, extent);
        }
        ByteBuffer raw = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values.toFloats());
        return tensor.varint(2, FLOAT).bytes(8, name).bytes(9, raw.array());
    }

    /** A message of protocol buffers under construction. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int BYTES = 2;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            put((long) field << 3 | VARINT);
            put(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            put((long) field << 3 | BYTES);
            put(value.length);
            out.writeBytes(value);
            return this;
        }

        Message bytes(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.toBytes());
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        /** Seven bits a byte, the lowest first; the eighth tells that more follow. */
        private void put(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
