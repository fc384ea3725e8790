String[] logs = new File(basedir, "build.log").text.split("BUILD SUCCESS")
assert logs.length == 3
assert logs[0].contains("Compiling it.app.Scaling from src/main/covector/it/app/scaling.txt")
assert new File(basedir, "target/generated-sources/covector/it/app/Scaling.java").text.contains("\n@NullMarked\n")
assert logs[0].contains("Tests run: 1, Failures: 0")
assert logs[1].contains("it.app.Scaling is up to date.")
