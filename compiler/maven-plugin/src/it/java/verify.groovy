String[] logs = new File(basedir, "build.log").text.split("BUILD SUCCESS")
assert logs.length == 4 // three builds, and what is behind them

["Compiling it.app.Scaling from src/main/covector/it/app/scaling.txt",
        "Compiling 1 source file of src/main/covector-java",
        "Compiling it.app.Line from it.models.Models#line",
        "Compiling it.app.Triple from it.factories.Triples#graph"].each {
    assert logs[0].contains(it)
}
["Scaling", "Line", "Triple"].each {
    assert logs[1].contains("it.app." + it + " is up to date.")
}
// Neither graphs nor the facades nor the module's own code again.
assert !logs[1].contains("Compiling ")
assert logs[1].contains("Tests run: 1, Failures: 0")

// Only the graph whose text is another.
assert logs[2].contains("Compiling it.app.Scaling from src/changed/covector/it/app/scaling.txt")
assert logs[2].contains("it.app.Triple is up to date.")
assert logs[2].findAll("Compiling it.app").size() == 1

assert new File(basedir, "app/target/generated-sources/covector/it/app/Scaling.java").file
assert new File(basedir, "app/target/classes/it/app/Scaling.class").file
assert !new File(basedir, "app/target/classes/it/factories").exists()
