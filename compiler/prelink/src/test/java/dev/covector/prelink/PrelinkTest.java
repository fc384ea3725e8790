package dev.covector.prelink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The class {@link Linked} before and after. */
final class PrelinkTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void copyClasses() throws Exception {
        Path classes = Path.of(Linked.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path copies = Files.createDirectories(folder.resolve("dev/covector/prelink"));
        try (Stream<Path> files = Files.list(classes.resolve("dev/covector/prelink"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("Linked"))
                    .toList()) {
                Files.copy(file, copies.resolve(file.getFileName()));
            }
        }
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private long dynamicCalls() throws IOException {
        long count = 0;
        for (byte[] file : contents().values()) {
            ClassNode node = new ClassNode();
            new ClassReader(file).accept(node, 0);
            for (MethodNode method : node.methods) {
                count += Stream.of(method.instructions.toArray())
                        .filter(InvokeDynamicInsnNode.class::isInstance).count();
            }
        }
        return count;
    }

    /** Takes the classes of the folder before any others. */
    private static final class FolderLoader extends URLClassLoader {
        FolderLoader(Path folder) throws IOException {
            super(new URL[]{folder.toUri().toURL()}, PrelinkTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : name.contains(".Linked") ? findClass(name)
                        : super.loadClass(name, resolve);
            }
        }
    }

    @Test
    void doesTheSameWithoutLinking() throws Exception {
        assertTrue(dynamicCalls() > 30);
        Prelink.main(new String[]{folder.toString()});
        assertEquals(0, dynamicCalls());
        try (FolderLoader loader = new FolderLoader(folder)) {
            Class<?> linked = loader.loadClass(Linked.class.getName());
            var constructor = linked.getDeclaredConstructor();
            constructor.setAccessible(true);
            assertEquals(new Linked().call(), ((Callable<?>) constructor.newInstance()).call());
        }
    }

    @Test
    void doingItAgainChangesNothing() throws IOException {
        Prelink.main(new String[]{folder.toString()});
        Map<String, byte[]> once = contents();
        Prelink.main(new String[]{folder.toString()});
        Map<String, byte[]> twice = contents();
        assertEquals(once.keySet(), twice.keySet());
        once.forEach((name, content) -> assertArrayEquals(content, twice.get(name), name));
    }
}
