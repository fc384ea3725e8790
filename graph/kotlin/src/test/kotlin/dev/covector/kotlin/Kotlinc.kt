package dev.covector.kotlin

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Path
import kotlin.io.path.writeText
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

/** Compiles programs in a folder, with what tests see, as strictly as the build. */
internal class Kotlinc(private val folder: Path) {
    val classes: Path = folder.resolve("classes")

    /**
     * What the compiler says of files, given by their names; nothing if it has nothing against
     * them.
     */
    fun compile(files: Map<String, String>): String {
        val paths = files.map { (name, text) ->
            folder.resolve(name).also { it.writeText(text) }.toString()
        }
        val output = ByteArrayOutputStream()
        val exit =
            K2JVMCompiler()
                .exec(
                    PrintStream(output, true),
                    "-no-stdlib",
                    "-no-reflect",
                    "-jvm-target=21",
                    "-Xjspecify-annotations=strict",
                    "-Werror",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString(),
                    *paths.toTypedArray(),
                )
        val said = output.toString()
        check(said.isEmpty() == (exit == ExitCode.OK)) { "$exit: $said" }
        return said
    }
}
