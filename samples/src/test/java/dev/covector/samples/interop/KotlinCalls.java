package dev.covector.samples.interop;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Kotlin functions that use each public member of a class, one on a line, with what the compiler is to say of it. What it
 * must warn of or refuse proves that a type is what it should be: where Kotlin did not know whether a value may be null, it
 * would accept all of them in silence.
 */
final class KotlinCalls {
    /** What the compiler must say of a line, by the names of its diagnostics; nothing if there is none. */
    record Line(String code, Set<String> diagnostics) {}

    private static final Set<String> NOTHING = Set.of();
    private static final Set<String> NEEDLESS = Set.of("UNNECESSARY_NOT_NULL_ASSERTION");
    private static final Set<String> NO_TYPE =
            Set.of("ARGUMENT_TYPE_MISMATCH", "JAVA_TYPE_MISMATCH", "NONE_APPLICABLE", "SPREAD_OF_NULLABLE");

    private final List<Line> lines = new ArrayList<>();

    private KotlinCalls() {}

    static List<Line> of(List<Class<?>> types) {
        KotlinCalls calls = new KotlinCalls();
        calls.lines.add(new Line("private fun <T> need(value: T): T = value", NOTHING));
        for (Class<?> type : types) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isPublic(field.getModifiers()) && !field.isSynthetic()) {
                    calls.result(List.of(), type.getCanonicalName() + "." + field.getName(),
                            field.getAnnotatedType());
                }
            }
            PublicApi.executables(type).forEach(member -> calls.member(type, member));
        }
        return calls.lines;
    }

    static String source(List<Line> lines) {
        return lines.stream().map(Line::code).collect(Collectors.joining("\n", "", "\n"));
    }

    /** The lines of which the compiler says something else than it must, with what it says. */
    static List<String> surprises(List<Line> lines, List<KotlinCompiler.Message> messages) {
        Map<Integer, List<KotlinCompiler.Message>> said =
                messages.stream().collect(Collectors.groupingBy(KotlinCompiler.Message::line));
        List<String> surprises = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            List<KotlinCompiler.Message> here = said.getOrDefault(i + 1, List.of());
            if (line.diagnostics().isEmpty() != here.isEmpty()
                    || !here.stream()
                            .allMatch(message -> line.diagnostics().contains(message.diagnostic()))) {
                surprises.add(
                        "\n" + line.code() + "\n    should be " + line.diagnostics() + " and is " + here);
            }
        }
        return surprises;
    }

    private void member(Class<?> type, Executable member) {
        List<KotlinType> parameters =
                Arrays.stream(member.getAnnotatedParameterTypes()).map(KotlinType::of).toList();
        List<String> declared = new ArrayList<>();
        String receiver = type.getCanonicalName();
        if (member instanceof Method && !Modifier.isStatic(member.getModifiers())) {
            declared.add("self: " + receiver);
            receiver = "self";
        }
        String call;
        AnnotatedType result;
        if (member instanceof Constructor<?> constructor) {
            if (Modifier.isAbstract(type.getModifiers())) {
                return;
            }
            call = receiver;
            result = constructor.getAnnotatedReturnType();
        } else {
            call = receiver + "." + member.getName();
            result = member.getAnnotatedReturnType();
        }
        boolean property = type.isRecord() && member.getParameterCount() == 0
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getAccessor().equals(member));
        if (!property) {
            List<String> arguments = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                arguments.add((member.isVarArgs() && i == parameters.size() - 1 ? "*a" : "a") + i);
            }
            call += "(" + String.join(", ", arguments) + ")";
        }
        result(declared(declared, parameters), call, result);
        for (int i = 0; i < parameters.size(); i++) {
            for (KotlinType wrong : nullable(parameters.get(i))) {
                List<KotlinType> others = new ArrayList<>(parameters);
                others.set(i, wrong);
                line(declared(declared, others), call, NO_TYPE);
            }
        }
    }

    private static List<String> declared(List<String> receiver, List<KotlinType> parameters) {
        List<String> all = new ArrayList<>(receiver);
        for (int i = 0; i < parameters.size(); i++) {
            all.add("a" + i + ": " + parameters.get(i));
        }
        return all;
    }

    /** The types that are null where this is not. */
    private static List<KotlinType> nullable(KotlinType type) {
        if (type.primitive()) {
            return List.of();
        }
        List<KotlinType> all = new ArrayList<>(type.withOtherArguments().stream()
                .filter(other -> nulls(other) > nulls(type)).toList());
        if (!type.nullable()) {
            all.add(type.with(true));
        }
        return all;
    }

    private static int nulls(KotlinType type) {
        return (type.nullable() ? 1 : 0) + type.arguments().stream().mapToInt(KotlinCalls::nulls).sum();
    }

    private void result(List<String> declared, String value, AnnotatedType annotated) {
        KotlinType type = KotlinType.of(annotated);
        if (type.name().equals("Unit")) {
            line(declared, value, NOTHING);
            return;
        }
        line(declared, "need<" + type + ">(" + value + ")", NOTHING);
        if (type.primitive()) {
            return;
        }
        if (type.nullable()) {
            line(declared, "need<" + type.with(false) + ">(" + value + ")", NO_TYPE);
        } else {
            line(declared, value + "!!", NEEDLESS);
        }
        for (KotlinType other : type.withOtherArguments()) {
            line(declared, "need<" + other + ">(" + value + ")", NO_TYPE);
        }
    }

    private void line(List<String> declared, String code, Set<String> diagnostics) {
        lines.add(new Line(
                declared.stream().collect(Collectors.joining(", ", "fun f" + lines.size() + "(", ") { "))
                        + code + " }",
                diagnostics));
    }
}
