/** What a compiled graph needs to run. */
module dev.covector.runtime {
    // Annotations that tell what may be null; not transitive, so that who compiles against this module need not have them.
    // The Vector API's module is no requirement either, or each compilation would warn of it: VectorSupport has it read.
    requires static org.jspecify;

    exports dev.covector.runtime;
    exports dev.covector.runtime.kernel;
}
