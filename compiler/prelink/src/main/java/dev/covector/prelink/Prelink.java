package dev.covector.prelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Links the {@code invokedynamic} instructions of class files when they are built instead of when they run. Lambdas and
 * method references, switches over types, and the methods of records are compiled by javac to instructions for which the
 * JVM spins a class, or several, when they are executed first. That is nothing to a JVM that runs for long, but half of
 * a cold start. Here they become plain code: one class for the functions of a class ({@link Functions}), and methods
 * ({@link TypeSwitch}, {@link RecordMethods}).
 *
 * <p>Run with the folder of class files that are to be rewritten, in place; doing it again changes nothing. What is not
 * known here stays as it is.
 */
public final class Prelink {
    private final Map<String, ClassNode> classes = new LinkedHashMap<>();
    /** What is to be written. */
    private final Set<ClassNode> changed = new LinkedHashSet<>();

    private Prelink() {}

    public static void main(String[] args) throws IOException {
        new Prelink().run(Path.of(args[0]));
    }

    private void run(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                ClassNode node = new ClassNode();
                new ClassReader(Files.readAllBytes(file)).accept(node, 0);
                classes.put(node.name, node);
            }
        }
        classes.values().forEach(this::link);
        for (ClassNode node : changed) {
            ClassWriter writer = new ClassWriter(0);
            node.accept(writer);
            Files.write(folder.resolve(node.name + ".class"), writer.toByteArray());
        }
    }

    private void link(ClassNode owner) {
        Functions functions = new Functions(owner);
        List<MethodNode> methods = new ArrayList<>();
        for (MethodNode method : owner.methods) {
            for (AbstractInsnNode instruction : method.instructions.toArray()) {
                if (instruction instanceof InvokeDynamicInsnNode call) {
                    MethodInsnNode linked = linked(owner, call, functions, methods);
                    if (linked != null) {
                        method.instructions.set(call, linked);
                        changed.add(owner);
                    }
                }
            }
        }
        owner.methods.addAll(methods);
        if (!functions.isEmpty()) {
            // Members of a nest may call each other's private methods, which bodies of lambdas are.
            ClassNode host = owner.nestHostClass == null ? owner
                    : Objects.requireNonNull(classes.get(owner.nestHostClass));
            if (host.nestMembers == null) {
                host.nestMembers = new ArrayList<>();
            }
            host.nestMembers.add(functions.name());
            changed.add(host);
            changed.add(functions.classNode(host.name));
        }
    }

    /** The call that stands for {@code call}, or null if it stays. */
    private static @Nullable MethodInsnNode linked(ClassNode owner, InvokeDynamicInsnNode call,
            Functions functions,
            List<MethodNode> methods) {
        Handle bootstrap = call.bsm;
        switch (bootstrap.getOwner() + "." + bootstrap.getName()) {
            case "java/lang/invoke/LambdaMetafactory.metafactory" -> {
                return functions.add(call);
            }
            case "java/lang/runtime/SwitchBootstraps.typeSwitch" -> {
                if (!TypeSwitch.isKnown(call)) {
                    return null;
                }
                methods.add(TypeSwitch.method("switch$" + methods.size(), call));
            }
            case "java/lang/runtime/ObjectMethods.bootstrap" ->
                    methods.add(RecordMethods.method("record$" + call.name, owner, call));
            default -> {
                return null;
            }
        }
        MethodNode method = methods.get(methods.size() - 1);
        return new MethodInsnNode(Opcodes.INVOKESTATIC, owner.name, method.name, method.desc,
                (owner.access & Opcodes.ACC_INTERFACE) != 0);
    }
}
