package dev.covector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script itself, in a copy of the repository's folders in which everything is built. */
@DisabledOnOs(OS.WINDOWS)
final class LaunchScriptTest {
    @TempDir
    private Path root = Path.of("");

    @BeforeEach
    void folders() throws IOException {
        Path repository = Path.of("../..");
        for (String file : List.of("compiler/bin/covector", "samples/launch.sh")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.copy(repository.resolve(file), root.resolve(file));
        }
        for (String file : List.of("pom.xml", "compiler/pom.xml", "compiler/src/main/A.java",
                "runtime/data/pom.xml",
                "runtime/data/src/main/A.java", "graph/kotlin/pom.xml", "graph/kotlin/src/main/A.kt",
                "compiler/prelink/pom.xml",
                "compiler/prelink/src/main/A.java",
                "compiler/cli/pom.xml", "compiler/cli/src/main/A.java")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.createFile(root.resolve(file));
        }
        Path target = root.resolve("compiler/cli/target");
        Files.createDirectories(target.resolve("lib"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Path.of(entry).toUri().toString());
        }
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", entries));
        new JarOutputStream(Files.newOutputStream(target.resolve("lib/all.jar")), manifest).close();
        Files.createFile(target.resolve("built"));
    }

    private String bash(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(root.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output + process.waitFor();
    }

    @Test
    void worksThroughALinkAndPassesTheStatus() throws Exception {
        Files.writeString(root.resolve("a graph.txt"), """
                covector 1
                graph g
                  %0 = input x : f32[]
                  function f(%0) -> y=%0
                """);
        assertEquals("a graph.txt: graph g, 1 node, 0 parameters, 1 function: f\n0",
                bash("ln -s compiler/bin/covector c; ./c check 'a graph.txt'"));
        assertEquals("nowhere.txt: no such file\n2", bash("compiler/bin/covector check nowhere.txt"));
    }

    @Test
    void completesCommandsAndOptions() throws Exception {
        assertEquals("dump\n--stage\n0", bash("""
                source <(compiler/bin/covector generate-completion)
                compopt() { :; } # is for real completions only
                complete() {
                    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
                    _complete_covector
                    echo "${COMPREPLY[*]}"
                }
                complete covector du
                complete covector dump --st
                """));
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertEquals("compiler/bin/covector: running needs a JDK of version 21 or later, and none was found;"
                + " install one (https://adoptium.net), or set JAVA_HOME to it\n2", bash("""
                        sed -i 's/^jdk_of_system() {/&\\n    return/' samples/launch.sh
                        mkdir tools
                        for tool in dirname readlink sed find head; do ln -s "$(command -v $tool)" tools; done
                        JAVA_HOME= PATH=$PWD/tools compiler/bin/covector check g.txt
                        status=$?
                        rm -r tools
                        exit $status
                        """));
    }
}
