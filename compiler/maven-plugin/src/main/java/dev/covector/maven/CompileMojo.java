package dev.covector.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/**
 * Compiles graphs ahead of time: each becomes classes among the module's own, and a facade, a class in Java source by which
 * the module's Java and Kotlin code calls it. A graph is a text file under {@code src/main/covector}, where folders are
 * packages, or what a method returns.
 *
 * <p>What hasn't changed is not compiled again: neither the text, nor the class path of the method, nor the plugin.
 */
@Mojo(name = "compile", defaultPhase = LifecyclePhase.GENERATE_SOURCES,
        requiresDependencyResolution = ResolutionScope.COMPILE, threadSafe = true)
public final class CompileMojo extends AbstractMojo {
    private static final String MAIN = "dev.covector.cli.Main";

    private final ToolchainManager toolchains;

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project = new MavenProject();

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
    private List<Artifact> pluginArtifacts = new ArrayList<>();

    /** Where graphs are as text, in files that end with {@code .txt}. */
    @Parameter(defaultValue = "${project.basedir}/src/main/covector")
    private File textDirectory = new File("");

    /** Java sources of methods that make graphs; compiled before, and not part of the module. */
    @Parameter(defaultValue = "${project.basedir}/src/main/covector-java")
    private File factoryDirectory = new File("");

    /** Graphs that methods make, of {@link #factoryDirectory} or of dependencies. */
    @Parameter
    private List<GraphParameter> graphs = new ArrayList<>();

    /** Where the facades' sources are written; becomes a source folder of the module. */
    @Parameter(defaultValue = "${project.build.directory}/generated-sources/covector")
    private File sourcesDirectory = new File("");

    /** Where compilations are kept from build to build. */
    @Parameter(defaultValue = "${project.build.directory}/covector")
    private File workDirectory = new File("");

    /** Whether to do nothing. */
    @Parameter(property = "covector.skip", defaultValue = "false")
    private boolean skip;

    /** For Maven. */
    @Inject
    @SuppressWarnings("NullAway.Init") // Maven sets the fields
    public CompileMojo(ToolchainManager toolchains) {
        this.toolchains = toolchains;
    }

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Skipped.");
            return;
        }
        project.addCompileSourceRoot(sourcesDirectory.getPath());
        try {
            compileAll();
        } catch (IOException e) {
            throw new MojoExecutionException(e.toString(), e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
    }

    private void compileAll() throws IOException, MojoExecutionException, MojoFailureException {
        List<GraphSource> sources = sources();
        Path work = workDirectory.toPath();
        Path classes = Path.of(project.getBuild().getOutputDirectory());
        Workshop workshop = new Workshop(work.resolve("graphs"), classes, sourcesDirectory.toPath());
        Set<String> names = new LinkedHashSet<>();
        for (GraphSource source : sources) {
            if (!names.add(source.className())) {
                throw new MojoFailureException("two graphs have the facade " + source.className());
            }
        }
        workshop.retain(names);
        if (sources.isEmpty()) {
            getLog().info("No graphs: neither in " + textDirectory + " nor in <graphs>.");
            return;
        }

        List<Path> plugin = pluginArtifacts.stream().map(artifact -> artifact.getFile().toPath()).toList();
        List<Path> classPath = classPath(classes);
        Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
        Jdk jdk = new Jdk(program -> toolchain == null ? null : toolchain.findTool(program), work);
        if (sources.stream().anyMatch(source -> source.factory() != null)) {
            classPath.add(0, compileFactories(jdk, plugin, classPath, work));
        }
        String pluginDigest = new Digest().add(plugin).value();
        String classPathDigest = new Digest().add(classPath).value();
        // Who can compile the annotation gets it; nobody else is to need a dependency for it.
        boolean nullMarked = Jars.have(classPath, "org/jspecify/annotations/NullMarked.class");
        for (GraphSource source : sources) {
            String name = source.className();
            Digest digest = new Digest().add(pluginDigest).add(name).add(String.valueOf(nullMarked));
            if (source.file() != null) {
                digest.add(source.file());
            } else {
                digest.add(String.valueOf(source.factory())).add(classPathDigest);
            }
            String value = digest.value();
            if (workshop.isCurrent(name, value)) {
                getLog().info(name + " is up to date.");
            } else {
                getLog().info("Compiling " + name + " from " + describe(source));
                compile(workshop, source, value, jdk, plugin, classPath, nullMarked);
            }
            workshop.publish(name);
        }
    }

    private List<GraphSource> sources() throws IOException {
        List<GraphSource> sources = new ArrayList<>(GraphSource.of(textDirectory.toPath()));
        graphs.forEach(graph -> sources.add(graph.toSource()));
        return sources;
    }

    /** The module's dependencies; not its own classes, which are compiled later. */
    private List<Path> classPath(Path classes) throws MojoExecutionException {
        List<Path> classPath = new ArrayList<>();
        try {
            for (String element : project.getCompileClasspathElements()) {
                if (!Path.of(element).equals(classes)) {
                    classPath.add(Path.of(element));
                }
            }
        } catch (DependencyResolutionRequiredException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
        return classPath;
    }

    /** Compiles the methods' own source folder, against the dependencies and Covector; returns the folder of classes. */
    private Path compileFactories(Jdk jdk, List<Path> plugin, List<Path> classPath, Path work)
            throws IOException, MojoFailureException {
        Path classes = work.resolve("factory-classes");
        Path digestFile = work.resolve("factory-digest");
        String digest = new Digest().add(plugin).add(classPath).add(factoryDirectory.toPath()).value();
        if (Files.exists(digestFile) && Files.readString(digestFile).equals(digest)) {
            return classes;
        }
        Files.deleteIfExists(digestFile);
        Workshop.deleteAll(classes);
        Files.createDirectories(classes);
        List<String> files = List.of();
        if (factoryDirectory.isDirectory()) {
            try (Stream<Path> all = Files.walk(factoryDirectory.toPath())) {
                files = all.map(Path::toString).filter(file -> file.endsWith(".java")).sorted().toList();
            }
        }
        if (!files.isEmpty()) {
            getLog().info(
                    "Compiling " + files.size() + " source file" + (files.size() == 1 ? "" : "s") + " of "
                            + relative(factoryDirectory.toPath()));
            List<Path> all = new ArrayList<>(plugin);
            all.addAll(classPath);
            List<String> arguments = new ArrayList<>(List.of("-encoding", "UTF-8", "-g", "-proc:none", "-d",
                    classes.toString(), "-cp", join(all)));
            arguments.addAll(files);
            Jdk.Ended ended = jdk.run("javac", arguments);
            if (ended.status() != 0) {
                throw new MojoFailureException("javac fails in " + relative(factoryDirectory.toPath()) + ":\n"
                        + ended.output().stripTrailing());
            }
        }
        Files.writeString(digestFile, digest);
        return classes;
    }

    private void compile(Workshop workshop, GraphSource source, String digest, Jdk jdk, List<Path> plugin,
            List<Path> classPath, boolean nullMarked) throws IOException, MojoFailureException {
        List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                join(plugin), MAIN, "compile", "--class", source.className()));
        arguments.addAll(source.arguments(join(classPath)));
        if (nullMarked) {
            arguments.add("--null-marked");
        }
        String[] output = {""};
        boolean compiled = workshop.compile(source.className(), digest, (classes, sources) -> {
            arguments.addAll(List.of("--output", classes.toString(), "--sources", sources.toString()));
            Jdk.Ended ended = jdk.run("java", arguments);
            output[0] = ended.output().stripTrailing().replace(project.getBasedir() + File.separator, "");
            getLog().debug(output[0]);
            return ended.status() == 0;
        });
        if (!compiled) {
            String from = describe(source);
            throw new MojoFailureException(output[0].startsWith(from) ? output[0] : from + ": " + output[0]);
        }
    }

    private String describe(GraphSource source) {
        return source.file() == null ? String.valueOf(source.factory()) : relative(source.file()).toString();
    }

    private static String join(List<Path> paths) {
        return String.join(File.pathSeparator, paths.stream().map(Path::toString).toList());
    }

    private Path relative(Path path) {
        Path base = project.getBasedir().toPath();
        return path.startsWith(base) ? base.relativize(path) : path;
    }
}
