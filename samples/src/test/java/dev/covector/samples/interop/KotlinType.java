package dev.covector.samples.interop;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Java type as Kotlin is to see it: what is not annotated is not null.
 *
 * @param projection {@code out}, {@code in} or nothing, before the type
 * @param primitive  whether it can't be null in Java
 */
record KotlinType(String projection, String name, List<KotlinType> arguments, boolean nullable,
        boolean primitive) {
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("java.lang.Object", "Any"),
            Map.entry("java.lang.String", "String"), Map.entry("java.lang.Number", "Number"),
            Map.entry("java.lang.Boolean", "Boolean"), Map.entry("java.lang.Character", "Char"),
            Map.entry("java.lang.Byte", "Byte"), Map.entry("java.lang.Short", "Short"),
            Map.entry("java.lang.Integer", "Int"), Map.entry("java.lang.Long", "Long"),
            Map.entry("java.lang.Float", "Float"), Map.entry("java.lang.Double", "Double"),
            Map.entry("java.lang.Throwable", "Throwable"),
            Map.entry("java.lang.CharSequence", "CharSequence"),
            Map.entry("java.lang.Iterable", "MutableIterable"),
            Map.entry("java.util.Iterator", "MutableIterator"),
            Map.entry("java.util.Collection", "MutableCollection"),
            Map.entry("java.util.List", "MutableList"),
            Map.entry("java.util.Set", "MutableSet"), Map.entry("java.util.Map", "MutableMap"));

    static KotlinType of(AnnotatedType type) {
        boolean nullable = type.isAnnotationPresent(Nullable.class);
        if (type instanceof AnnotatedArrayType array) {
            KotlinType element = of(array.getAnnotatedGenericComponentType());
            return element.primitive()
                    ? new KotlinType("", element.name() + "Array", List.of(), nullable, false)
                    : new KotlinType("", "Array", List.of(element), nullable, false);
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
            KotlinType bound = of(lower.length > 0 ? lower[0] : wildcard.getAnnotatedUpperBounds()[0]);
            return new KotlinType(lower.length > 0 ? "in " : "out ", bound.name(), bound.arguments(),
                    bound.nullable(),
                    false);
        }
        if (type instanceof AnnotatedTypeVariable) {
            throw new IllegalArgumentException("no type variables: " + type);
        }
        List<KotlinType> arguments = type instanceof AnnotatedParameterizedType generic
                ? Arrays.stream(generic.getAnnotatedActualTypeArguments()).map(KotlinType::of).toList()
                : List.of();
        Type raw =
                type.getType() instanceof ParameterizedType generic ? generic.getRawType() : type.getType();
        return of((Class<?>) raw, arguments, nullable);
    }

    private static KotlinType of(Class<?> type, List<KotlinType> arguments, boolean nullable) {
        if (type.isPrimitive()) {
            String name = type == void.class ? "Unit"
                    : Character.toUpperCase(type.getName().charAt(0)) + type.getName().substring(1);
            return new KotlinType("", name, List.of(), false, true);
        }
        return new KotlinType("", NAMES.getOrDefault(type.getName(), type.getCanonicalName()), arguments,
                nullable,
                false);
    }

    /** The same with nothing, or null, at this place. */
    KotlinType with(boolean otherNullable) {
        return new KotlinType(projection, name, arguments, otherNullable, primitive);
    }

    /** The same with the nullness of one argument, or an argument's argument, changed. */
    List<KotlinType> withOtherArguments() {
        List<KotlinType> all = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            KotlinType argument = arguments.get(i);
            List<KotlinType> changed = new ArrayList<>(argument.withOtherArguments());
            // A consumer of what may be null is a consumer of what is not, and an iterator of what is not one of what may be.
            if (!argument.projection().equals("in ")
                    && !(name.equals("MutableIterator") && !argument.nullable())) {
                changed.add(argument.with(!argument.nullable()));
            }
            for (KotlinType other : changed) {
                List<KotlinType> others = new ArrayList<>(arguments);
                others.set(i, other);
                all.add(new KotlinType(projection, name, others, nullable, primitive));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(projection).append(name);
        if (!arguments.isEmpty()) {
            text.append('<').append(String.join(", ", arguments.stream().map(KotlinType::toString).toList()))
                    .append('>');
        }
        return text.append(nullable ? "?" : "").toString();
    }
}
