package dev.covector.runtime.kernel;

import dev.covector.runtime.CallException;
import java.util.function.ToLongFunction;

/**
 * Looks at the calls of a function, launch by launch, and stops those that go wrong. May be asked by several threads at
 * once. Parameters are updated after the last launch only.
 */
public interface Watch {
    /**
     * Before the first launch.
     *
     * @param dims the extents that names are bound to
     * @throws CallException if the call must not go on
     */
    void begin(Frame frame, ToLongFunction<String> dims);

    /**
     * Before a launch.
     *
     * @throws CallException if the call must not go on
     */
    void before(int launch, Frame frame, ToLongFunction<String> dims);

    /**
     * After a launch.
     *
     * @throws CallException if the call must not go on
     */
    void after(int launch, Frame frame, ToLongFunction<String> dims);
}
