String log = new File(basedir, "build.log").text
assert log.contains("""src/main/covector/it/app/wrong.txt:6:8: dot: the contracting dimensions differ: \
2 (axis 1 of the first) and 3 (axis 0 of the second)
[ERROR]   %3 = dot %0 %1 contract=[1]x[0] : f32[batch]
[ERROR]        ^""")
assert !log.contains("\tat ") // no stack trace
