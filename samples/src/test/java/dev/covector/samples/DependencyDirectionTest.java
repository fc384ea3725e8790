package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Modules and packages depend one way. It lives here because only the samples see every module.
 *
 * <p>A new package needs a row only if it should be allowed less, or more, than the package above it.
 */
final class DependencyDirectionTest {
    /** What the classes of a package, and of its sub-packages without a row of their own, may use. */
    private record Row(String name, List<String> mayUse) {
        boolean covers(String packageName) {
            return isIn(packageName, name);
        }

        boolean allows(String packageName) {
            return Stream.concat(mayUse.stream(), ALWAYS.stream()).anyMatch(p -> isIn(packageName, p));
        }
    }

    private static final List<String> ALWAYS = List.of("java", "org.jspecify.annotations");
    private static final String OURS = "dev.covector";

    private static final String RUNTIME = "dev.covector.runtime";
    private static final String KERNEL = "dev.covector.runtime.kernel";
    private static final String GRAPH = "dev.covector.graph";
    private static final String KOTLIN = "dev.covector.kotlin";
    private static final String DATA = "dev.covector.data";
    private static final String IR = "dev.covector.graph.ir";
    private static final String NN = "dev.covector.graph.nn";
    private static final String TEXT = "dev.covector.graph.text";
    private static final String REFERENCE = "dev.covector.compiler.reference";
    private static final String SIMPLIFY = "dev.covector.compiler.simplify";
    private static final String LOOP = "dev.covector.compiler.loop";
    private static final String EMIT = "dev.covector.compiler.emit";
    private static final String FACADE = "dev.covector.compiler.facade";
    private static final String COMPILER = "dev.covector.compiler";
    private static final String EXPLAIN = "dev.covector.explain";
    private static final String CLI = "dev.covector.cli";
    private static final String COMMAND = "dev.covector.samples.command";
    private static final String PICTURE = "dev.covector.samples.picture";
    private static final String SAMPLES = "dev.covector.samples";

    private static final String VECTOR = "jdk.incubator.vector";
    private static final String GUAVA = "com.google.common";
    private static final String FASTCSV = "de.siegmar.fastcsv";
    private static final String ASM = "org.objectweb.asm";

    /** From the bottom up. A package with a row of its own is not part of the one above it. */
    private static final List<Row> ROWS = List.of(
            // These two know each other: sessions run programs, and programs speak of tensors.
            row(RUNTIME, KERNEL),
            row(KERNEL, RUNTIME, VECTOR),
            row(DATA, RUNTIME, KERNEL, FASTCSV),
            row(IR, RUNTIME, GUAVA),
            row(GRAPH, RUNTIME, IR, GUAVA),
            row(NN, RUNTIME, IR, GRAPH, GUAVA),
            row(TEXT, RUNTIME, IR, GRAPH),
            row(KOTLIN, RUNTIME, IR, GRAPH, NN, "kotlin", "org.jetbrains.annotations"),
            // The passes know their tools, and no tool knows another but for what it builds on.
            row(REFERENCE, RUNTIME, KERNEL, IR, GRAPH),
            row(SIMPLIFY, RUNTIME, IR, GRAPH, REFERENCE),
            row(LOOP, RUNTIME, IR),
            row(EMIT, RUNTIME, KERNEL, IR, LOOP, ASM),
            row(FACADE, RUNTIME, KERNEL),
            row(COMPILER, RUNTIME, KERNEL, IR, GRAPH, TEXT, REFERENCE, SIMPLIFY, LOOP, EMIT, FACADE, GUAVA),
            row(EXPLAIN, RUNTIME, KERNEL, IR, GRAPH, TEXT, COMPILER, "org.eclipse.elk", "org.eclipse.emf",
                    "com.google.gson"),
            row(CLI, RUNTIME, IR, GRAPH, TEXT, COMPILER, EXPLAIN, "picocli", "com.github.difflib",
                    "javax.tools"),
            row(COMMAND, RUNTIME, DATA, GRAPH, COMPILER, "picocli", "me.tongfei.progressbar"),
            row(PICTURE, COMMAND, "picocli", "org.knowm.xchart", "javax.imageio"),
            row(SAMPLES, RUNTIME, DATA, IR, GRAPH, NN, KOTLIN, COMPILER, COMMAND, PICTURE, "picocli",
                    "kotlin",
                    "org.jetbrains.annotations"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(OURS);

    @Test
    void everyRowStandsForClasses() {
        for (Row row : ROWS) {
            assertTrue(CLASSES.stream().anyMatch(c -> rowOf(c.getPackageName()) == row),
                    () -> "no class found in " + row.name() + ": this test would check nothing there");
        }
    }

    @Test
    void packagesUseOnlyWhatTheirRowAllows() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass c : CLASSES) {
            Row row = rowOf(c.getPackageName());
            for (Dependency d : c.getDirectDependenciesFromSelf()) {
                JavaClass used = d.getTargetClass().getBaseComponentType();
                if (!used.isPrimitive() && !mayUse(row, used.getPackageName())) {
                    wrong.add(row.name() + " may not use " + used.getName() + ": " + d.getDescription());
                }
            }
        }
        assertNone(wrong);
    }

    /** Libraries stay replaceable, and no vector leaves the method that made it. What is for Kotlin speaks of Kotlin. */
    @Test
    void publicSignaturesOfModulesNameOnlyTheJdkAndCovector() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass c : CLASSES) {
            if (isIn(c.getPackageName(), SAMPLES) || !isVisible(c.getModifiers())) {
                continue;
            }
            for (JavaType type : typesInSignaturesOf(c)) {
                for (JavaClass used : type.getAllInvolvedRawTypes()) {
                    JavaClass named = used.getBaseComponentType();
                    if (!named.isPrimitive() && !isIn(named.getPackageName(), "java")
                            && !isIn(named.getPackageName(), OURS)
                            && !(isIn(c.getPackageName(), KOTLIN)
                                    && isIn(named.getPackageName(), "kotlin"))) {
                        wrong.add(c.getName() + " shows " + named.getName());
                    }
                }
            }
        }
        assertNone(wrong);
    }

    private static List<JavaType> typesInSignaturesOf(JavaClass c) {
        List<JavaType> types = new ArrayList<>(c.getInterfaces());
        c.getSuperclass().ifPresent(types::add);
        for (JavaField field : c.getFields()) {
            if (isVisible(field.getModifiers())) {
                types.add(field.getType());
            }
        }
        for (JavaCodeUnit unit : c.getCodeUnits()) {
            if (isVisible(unit.getModifiers())) {
                types.add(unit.getReturnType());
                types.addAll(unit.getParameterTypes());
                types.addAll(unit.getExceptionTypes());
            }
        }
        return types;
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    private static boolean mayUse(Row row, String packageName) {
        if (!isIn(packageName, OURS)) {
            return row.allows(packageName);
        }
        Row used = rowOf(packageName);
        return used == row || row.mayUse().contains(used.name());
    }

    private static Row rowOf(String packageName) {
        return ROWS.stream().filter(row -> row.covers(packageName))
                .max(Comparator.comparingInt(row -> row.name().length()))
                .orElseThrow(() -> new AssertionError(packageName + " belongs to no row"));
    }

    private static boolean isIn(String packageName, String parent) {
        return packageName.equals(parent) || packageName.startsWith(parent + ".");
    }

    private static Row row(String name, String... mayUse) {
        return new Row(name, List.of(mayUse));
    }

    private static void assertNone(Set<String> wrong) {
        if (!wrong.isEmpty()) {
            fail(wrong.size() + " wrong:\n" + String.join("\n", wrong));
        }
    }
}
