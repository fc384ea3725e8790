package dev.covector.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where compilations are kept: for each graph a folder with its classes, its sources, and the digest of what it was made
 * from. What is there is copied to where the module's own classes and sources are; what a graph no longer has is deleted
 * there. So it doesn't matter who has deleted what in the meantime.
 */
final class Workshop {
    private static final String CLASSES = "classes";
    private static final String SOURCES = "sources";
    private static final String DIGEST = "digest";

    private final Path folder;
    private final Path classes;
    private final Path sources;

    /**
     * A workshop.
     *
     * @param folder  where it is
     * @param classes where the module's classes are
     * @param sources the source folder for facades
     */
    Workshop(Path folder, Path classes, Path sources) {
        this.folder = folder;
        this.classes = classes;
        this.sources = sources;
    }

    /** Compiles to a folder of classes and one of sources; tells whether it could. */
    interface Compilation {
        boolean run(Path classes, Path sources) throws IOException;
    }

    /** Whether what is there was made from what the digest stands for. */
    boolean isCurrent(String className, String digest) throws IOException {
        Path file = folder.resolve(className).resolve(DIGEST);
        return Files.exists(file) && Files.readString(file).equals(digest);
    }

    /** Compiles a graph, and tells whether it could; if not, its last compilation is gone. */
    boolean compile(String className, String digest, Compilation compilation) throws IOException {
        remove(className);
        Path own = Files.createDirectories(folder.resolve(className));
        boolean compiled = compilation.run(Files.createDirectory(own.resolve(CLASSES)),
                Files.createDirectory(own.resolve(SOURCES)));
        if (compiled) {
            Files.writeString(own.resolve(DIGEST), digest);
        } else {
            deleteAll(own);
        }
        return compiled;
    }

    /** Copies a graph's files to the module's; those that are the same already keep their time. */
    void publish(String className) throws IOException {
        copy(folder.resolve(className).resolve(CLASSES), classes);
        copy(folder.resolve(className).resolve(SOURCES), sources);
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file));
            if (!Files.exists(target) || Files.mismatch(file, target) >= 0) {
                Files.createDirectories(target.getParent());
                Files.write(target, Files.readAllBytes(file));
            }
        }
    }

    /** Removes all graphs but these. */
    void retain(Set<String> classNames) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                for (String name : all.map(path -> path.getFileName().toString()).sorted().toList()) {
                    if (Files.exists(folder.resolve(name).resolve(CLASSES)) && !classNames.contains(name)) {
                        remove(name);
                    }
                }
            }
        }
    }

    /** Removes a graph, also from the module's files. */
    private void remove(String className) throws IOException {
        Path own = folder.resolve(className);
        for (Path file : files(own.resolve(CLASSES))) {
            Files.deleteIfExists(classes.resolve(own.resolve(CLASSES).relativize(file)));
        }
        for (Path file : files(own.resolve(SOURCES))) {
            Files.deleteIfExists(sources.resolve(own.resolve(SOURCES).relativize(file)));
        }
        deleteAll(own);
    }

    /** Deletes a folder with all that is in it, if there is one. */
    static void deleteAll(Path own) throws IOException {
        if (Files.exists(own)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(own)) {
                all = new ArrayList<>(walk.toList());
            }
            all.sort(Comparator.reverseOrder());
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
