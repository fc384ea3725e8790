/** What a compiled graph needs to run. */
module dev.covector.runtime {
    // Both are there if the application has them: vectors make it faster, annotations tell what may be null. Neither is
    // transitive: who compiles against this module need not have them.
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.covector.runtime;
    exports dev.covector.runtime.kernel;
}
