/** What a compiled graph needs to run. */
module dev.covector.runtime {
    // Both are there if the application has them: vectors make it faster, annotations tell what may be null.
    requires static jdk.incubator.vector;
    requires static transitive org.jspecify;

    exports dev.covector.runtime;
    exports dev.covector.runtime.kernel;
}
