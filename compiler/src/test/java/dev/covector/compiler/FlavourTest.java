package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * The build runs this module's tests once per flavour of generated code. A mistake in the JVM's arguments would
 * silently run one flavour three times; this test asks the JVM itself.
 */
final class FlavourTest {
    @Test
    void jvmIsOfTheFlavourThatTheBuildNamed() {
        String flavour = System.getProperty("covector.test.flavour");
        assumeTrue(flavour != null, "not started by the build: no flavour was named");
        assertEquals(!flavour.equals("scalar"),
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                () -> "jdk.incubator.vector is present, in the flavour " + flavour);
        if (flavour.equals("avx2")) {
            String arch = System.getProperty("os.arch");
            assumeTrue(arch.equals("amd64") || arch.equals("x86_64"), "AVX is not known to " + arch);
            var vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            int level = Integer.parseInt(vm.getVMOption("UseAVX").getValue());
            assertTrue(level <= 2, () -> "UseAVX is " + level + ", in the flavour avx2");
        }
    }
}
