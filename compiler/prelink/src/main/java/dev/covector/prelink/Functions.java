package dev.covector.prelink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The lambdas and method references of one class, as one class that implements the interfaces of all: an object has the
 * number of its function and what that captured, and each method of an interface is a switch over the number. A function
 * that captures nothing is always the same object, as the JVM has it.
 */
final class Functions {
    private static final String OBJECT = "Ljava/lang/Object;";

    private final ClassNode owner;
    private final List<Function> functions = new ArrayList<>();

    /**
     * A function.
     *
     * @param factory    from what it captures to its interface
     * @param name       of the interface's method
     * @param erased     that method's type
     * @param typed      the same with the types that are used here
     * @param body       what it does
     */
    private record Function(Type factory, String name, Type erased, Type typed, Handle body) {
        Type[] captured() {
            return factory.getArgumentTypes();
        }
    }

    Functions(ClassNode owner) {
        this.owner = owner;
    }

    String name() {
        return owner.name + "$Functions";
    }

    boolean isEmpty() {
        return functions.isEmpty();
    }

    /** Adds the function that {@code call} makes; returns what makes it from now on. */
    MethodInsnNode add(InvokeDynamicInsnNode call) {
        functions.add(new Function(Type.getMethodType(call.desc), call.name, (Type) call.bsmArgs[0],
                (Type) call.bsmArgs[2], (Handle) call.bsmArgs[1]));
        return new MethodInsnNode(Opcodes.INVOKESTATIC, name(), "make" + (functions.size() - 1), call.desc,
                false);
    }

    private int fields() {
        return functions.stream().mapToInt(function -> function.captured().length).max().orElse(0);
    }

    ClassNode classNode(String nestHost) {
        ClassNode made = new ClassNode();
        Set<String> interfaces = new LinkedHashSet<>();
        functions.forEach(function -> interfaces.add(function.factory().getReturnType().getInternalName()));
        made.visit(owner.version, Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC, name(), null,
                "java/lang/Object", interfaces.toArray(String[]::new));
        made.visitSource(owner.sourceFile, null);
        made.nestHostClass = nestHost;
        int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL;
        made.visitField(access, "number", "I", null, null);
        for (int i = 0; i < fields(); i++) {
            made.visitField(access, "captured" + i, OBJECT, null, null);
        }
        constructor(made);
        initialiser(made);
        for (int i = 0; i < functions.size(); i++) {
            factory(made, i);
        }
        Map<String, List<Integer>> methods = new LinkedHashMap<>();
        for (int i = 0; i < functions.size(); i++) {
            Function function = functions.get(i);
            methods.computeIfAbsent(function.name() + function.erased(), key -> new ArrayList<>()).add(i);
        }
        methods.values().forEach(numbers -> dispatch(made, numbers));
        return made;
    }

    private String constructorType() {
        return "(I" + OBJECT.repeat(fields()) + ")V";
    }

    private void constructor(ClassNode made) {
        MethodNode method = new MethodNode(Opcodes.ACC_PRIVATE, "<init>", constructorType(), null, null);
        made.methods.add(method);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitVarInsn(Opcodes.ILOAD, 1);
        method.visitFieldInsn(Opcodes.PUTFIELD, name(), "number", "I");
        for (int i = 0; i < fields(); i++) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, 2 + i);
            method.visitFieldInsn(Opcodes.PUTFIELD, name(), "captured" + i, OBJECT);
        }
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(2, 2 + fields());
    }

    private void create(MethodNode method, int number) {
        method.visitTypeInsn(Opcodes.NEW, name());
        method.visitInsn(Opcodes.DUP);
        method.visitIntInsn(Opcodes.SIPUSH, number);
        int local = 0;
        Type[] captured = functions.get(number).captured();
        for (Type type : captured) {
            method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
            if (!Types.isObject(type)) {
                Types.box(method, type);
            }
            local += type.getSize();
        }
        for (int i = captured.length; i < fields(); i++) {
            method.visitInsn(Opcodes.ACONST_NULL);
        }
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, name(), "<init>", constructorType(), false);
    }

    /** Makes the functions that capture nothing. */
    private void initialiser(ClassNode made) {
        MethodNode method = new MethodNode(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).captured().length == 0) {
                made.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "function" + i,
                        "L" + name() + ";", null, null);
                create(method, i);
                method.visitFieldInsn(Opcodes.PUTSTATIC, name(), "function" + i, "L" + name() + ";");
            }
        }
        if (method.instructions.size() > 0) {
            method.visitInsn(Opcodes.RETURN);
            method.visitMaxs(4 + fields(), 0);
            made.methods.add(method);
        }
    }

    private void factory(ClassNode made, int number) {
        Function function = functions.get(number);
        MethodNode method =
                new MethodNode(Opcodes.ACC_STATIC, "make" + number, function.factory().getDescriptor(),
                        null, null);
        made.methods.add(method);
        if (function.captured().length == 0) {
            method.visitFieldInsn(Opcodes.GETSTATIC, name(), "function" + number, "L" + name() + ";");
        } else {
            create(method, number);
        }
        method.visitInsn(Opcodes.ARETURN);
        method.visitMaxs(5 + fields(), function.factory().getArgumentsAndReturnSizes() >> 2);
    }

    /** The method of an interface, for these functions. */
    private void dispatch(ClassNode made, List<Integer> numbers) {
        Function first = functions.get(numbers.get(0));
        MethodNode method =
                new MethodNode(Opcodes.ACC_PUBLIC, first.name(), first.erased().getDescriptor(), null,
                        null);
        made.methods.add(method);
        Label otherwise = new Label();
        Label[] cases = numbers.stream().map(number -> new Label()).toArray(Label[]::new);
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitFieldInsn(Opcodes.GETFIELD, name(), "number", "I");
        method.visitLookupSwitchInsn(otherwise, numbers.stream().mapToInt(number -> number).toArray(), cases);
        for (int i = 0; i < cases.length; i++) {
            place(method, cases[i]);
            call(method, functions.get(numbers.get(i)));
        }
        place(method, otherwise);
        method.visitTypeInsn(Opcodes.NEW, "java/lang/AbstractMethodError");
        method.visitInsn(Opcodes.DUP);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/AbstractMethodError", "<init>", "()V",
                false);
        method.visitInsn(Opcodes.ATHROW);
        int arguments = first.erased().getArgumentsAndReturnSizes() >> 2;
        method.visitMaxs(6 + 2 * fields() + arguments, arguments);
    }

    private void call(MethodNode method, Function function) {
        Handle body = function.body();
        boolean made = body.getTag() == Opcodes.H_NEWINVOKESPECIAL;
        List<Type> takes = new ArrayList<>();
        if (body.getTag() != Opcodes.H_INVOKESTATIC && !made) {
            takes.add(Type.getObjectType(body.getOwner()));
        }
        takes.addAll(List.of(Type.getArgumentTypes(body.getDesc())));
        if (made) {
            method.visitTypeInsn(Opcodes.NEW, body.getOwner());
            method.visitInsn(Opcodes.DUP);
        }
        int next = 0;
        for (Type captured : function.captured()) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitFieldInsn(Opcodes.GETFIELD, name(), "captured" + next, OBJECT);
            Types.convert(method, Type.getObjectType("java/lang/Object"), captured);
            Types.convert(method, captured, takes.get(next++));
        }
        int local = 1;
        Type[] erased = function.erased().getArgumentTypes();
        Type[] typed = function.typed().getArgumentTypes();
        for (int i = 0; i < erased.length; i++) {
            method.visitVarInsn(erased[i].getOpcode(Opcodes.ILOAD), local);
            local += erased[i].getSize();
            Types.convert(method, erased[i], typed[i]);
            Types.convert(method, typed[i], takes.get(next++));
        }
        method.visitMethodInsn(switch (body.getTag()) {
            case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
            case Opcodes.H_INVOKEINTERFACE -> Opcodes.INVOKEINTERFACE;
            case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
            // A private method of the class itself, too: this class is of the same nest.
            default -> body.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
        }, body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
        Type result = function.erased().getReturnType();
        Type gives = made ? Type.getObjectType(body.getOwner()) : Type.getReturnType(body.getDesc());
        Type wanted = result == Type.VOID_TYPE ? result : function.typed().getReturnType();
        Types.convert(method, gives, wanted);
        Types.convert(method, wanted, result);
        method.visitInsn(result.getOpcode(Opcodes.IRETURN));
    }

    private static void place(MethodNode method, Label label) {
        method.visitLabel(label);
        method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    }
}
