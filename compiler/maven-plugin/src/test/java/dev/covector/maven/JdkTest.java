package dev.covector.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JdkTest {
    @TempDir
    private Path folder = Path.of("");

    /** Prints its arguments and ends with their number. */
    private static final String ECHO = """
            public class Echo {
                public static void main(String[] arguments) {
                    System.out.print(String.join("|", arguments));
                    System.exit(arguments.length);
                }
            }
            """;

    @Test
    void passesArgumentsAndGivesOutputAndStatus() throws IOException {
        Path echo = Files.writeString(folder.resolve("Echo.java"), ECHO);
        Jdk own = new Jdk(program -> null, folder.resolve("scratch"));
        assertEquals(new Jdk.Ended(3, "a b|c\\d|\"e\""),
                own.run("java", List.of(echo.toString(), "a b", "c\\d", "\"e\"")));
    }

    @Test
    void refusesAJdkThatIsTooOld() throws IOException {
        Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
        Jdk old = new Jdk(program -> folder.resolve("jdk/bin").resolve(program).toString(), folder);
        assertEquals(
                "compiling graphs needs a JDK of version 21 or later, and this build uses 17; choose one by"
                        + " maven-toolchains-plugin's goal select-jdk-toolchain, or start Maven with it",
                assertThrows(IllegalStateException.class, () -> old.run("java", List.of())).getMessage());
    }
}
