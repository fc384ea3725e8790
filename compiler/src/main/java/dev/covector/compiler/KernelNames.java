package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names that say what a kernel does: the ops that cost most, in their order. */
final class KernelNames {
    private static final int WORDS = 4;

    private KernelNames() {}

    static String of(Kernel kernel) {
        Set<String> words = new LinkedHashSet<>();
        for (Node member : kernel.members()) {
            if (Roles.isReduction(member) || !Roles.isElementwise(member) || !Roles.isCheap(member)) {
                words.add(word(member));
            }
        }
        for (Node member : kernel.members()) {
            words.add(word(member));
        }
        List<String> shown = new ArrayList<>(words);
        return String.join("_", shown.subList(0, Math.min(WORDS, shown.size())));
    }

    static String word(Node member) {
        return switch (member.op()) {
            case Op.Dot dot when member.input(0).op() instanceof Op.Windows -> "conv";
            case Op.Dot dot -> "matmul";
            case Op.Reduce reduce -> reduce.kind().toString();
            case Op.Reshape reshape -> "copy";
            default -> member.op().word();
        };
    }
}
