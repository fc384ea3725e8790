package dev.covector.runtime.kernel;

import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/** Whether vectors can be used in this JVM, and how wide they are. */
public final class VectorSupport {
    private static final @Nullable Module MODULE = find();
    private static final int BITS = MODULE == null ? 0 : Shape.bits();

    private VectorSupport() {}

    /** The module jdk.incubator.vector; null where it is missing. Classes that name it must not be touched then. */
    public static @Nullable Module module() {
        return MODULE;
    }

    /** What ModuleLayer.findModule would find, by streams and lambdas, which a JVM that starts has not linked yet. */
    private static @Nullable Module find() {
        for (Module module : ModuleLayer.boot().modules()) {
            if (module.getName().equals("jdk.incubator.vector")) {
                VectorSupport.class.getModule().addReads(module);
                return module;
            }
        }
        return null;
    }

    /** 512, 256 or 128; 0 without the module jdk.incubator.vector. */
    public static int bits() {
        return BITS;
    }

    /**
     * Names the Vector API, so must not be touched without it. The shape is what all preferred species have; to ask one of
     * these would have the thread that wants to compile initialise some 250 classes of vectors, which can be another's work.
     */
    private static final class Shape {
        static int bits() {
            int preferred = VectorShape.preferredShape().vectorBitSize();
            return preferred >= 512 ? 512 : preferred >= 256 ? 256 : 128;
        }
    }
}
