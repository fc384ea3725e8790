package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each node of a function: whether it is read from a buffer that exists, computed wherever it is used,
 * or computed once by a kernel.
 */
final class Roles {
    enum Role {
        /** An input, a parameter or data of the graph: has a buffer. */
        LEAF,
        /** The elements of another buffer under another shape. */
        VIEW,
        /** Costs next to nothing, and is computed wherever it is used. */
        INLINE,
        /** Computed by the kernel that it is a member of. */
        MEMBER
    }

    /** More nodes than this are not computed again at each use. It also bounds how deep lowering recurses. */
    private static final int MOST_INLINE = 24;
    /** Instructions for an element that take no longer than reading it. */
    private static final int MOST_OF_A_VARIANT = 3;

    /** So many elements are worth a kernel that transposes them. */
    private static final int LARGE = 1 << 12;

    /** By the ids of nodes. */
    private final @Nullable Role[] roles;
    /** Of what is inline: what one use computes. */
    private final Map<Node, Use> uses = new HashMap<>();
    private final Map<Node, List<Node>> users = new HashMap<>();
    private final Set<Node> buffered = new HashSet<>();
    /** Computed from nothing but constants, extents and the index. */
    private final Set<Node> free = new HashSet<>();
    /** Nodes that a contraction computes while it packs, or a concat while it copies. */
    private final Set<Node> packed = new HashSet<>();
    private final Set<Node> updateOnly = new HashSet<>();
    /** Read by what is in {@link #updateOnly}, and by nothing else. */
    private final Set<Node> readByUpdates = new HashSet<>();

    /** Whether arithmetic is never computed again at each use. */
    private final boolean separate;

    Roles(Graph.Function function) {
        this(function, false);
    }

    /** Each op is a member, but for movement, and for the products of a contraction that is a sum of them. */
    static Roles separate(Graph.Function function) {
        return new Roles(function, true);
    }

    private Roles(Graph.Function function, boolean separate) {
        this.separate = separate;
        List<Node> nodes = function.nodes();
        roles = new @Nullable Role[nodes.isEmpty() ? 0 : nodes.getLast().id() + 1];
        for (Node node : nodes) {
            node.inputs().forEach(input -> users.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
        }
        buffered.addAll(function.outputs());
        nodes.stream().filter(this::computesFree).forEach(free::add);
        nodes.forEach(this::demandBuffers);
        for (Node node : nodes) {
            Role role = decide(node);
            roles[node.id()] = role;
            if (role == Role.INLINE) {
                uses.put(node, use(node));
            }
        }
        markUpdateOnly(function, nodes);
    }

    /** Whether each op is a kernel of its own. */
    boolean isSeparate() {
        return separate;
    }

    Role of(Node node) {
        Role role = roles[node.id()];
        return role == null ? Role.MEMBER : role;
    }

    boolean isMember(Node node) {
        return of(node) == Role.MEMBER;
    }

    /** Whether this must be in memory when its kernel is done, whoever uses it. */
    boolean isBuffered(Node node) {
        return buffered.contains(node);
    }

    /** Whether this only serves to give parameters their new values. */
    boolean isUpdateOnly(Node node) {
        return updateOnly.contains(node);
    }

    /** Whether nothing needs this before parameters get their new values, so that it can be computed as late as they. */
    boolean canWaitForUpdates(Node node) {
        return updateOnly.contains(node) || readByUpdates.contains(node);
    }

    /** About how many instructions an element of a member takes, with what is inline in its operands. */
    int costWithOperands(Node member) {
        return use(member).cost();
    }

    /** A node together with its inline operands and theirs: how many, and about how many instructions. */
    private record Use(int nodes, int cost) {}

    private Use use(Node node) {
        int nodes = 1;
        int cost = isMovement(node) || node.inputs().isEmpty() ? 0 : cost(node);
        for (Node input : node.inputs()) {
            Use use = uses.get(input);
            if (use != null) {
                nodes += use.nodes();
                cost += use.cost();
            }
        }
        return new Use(nodes, cost);
    }

    List<Node> users(Node node) {
        return users.getOrDefault(node, List.of());
    }

    // ---- which operands can only be read from memory

    private void demandBuffers(Node node) {
        switch (node.op()) {
            case Op.Dot dot -> node.inputs().forEach(input -> pack(List.of(input)));
            case Op.Pad pad -> {
                if (isLeftOut(node)) {
                    packed.add(node);
                    buffered.add(node.input(0));
                } else {
                    pack(node.inputs());
                }
            }
            case Op.Concat concat -> pack(node.inputs());
            case Op.Reshape reshape -> {
                if (!IndexMaps.isIndexMap(node)) {
                    buffered.add(node.input(0));
                }
            }
            // Its rows are read twice, the second time at indices that are computed.
            case Op.ArgSort sort when node.input(0).type().dtype().bytes() == 8 ->
                    buffered.add(node.input(0));
            case Op.Broadcast broadcast -> {
                if (isTurnedAndRepeated(node)) {
                    buffered.add(node.input(0));
                }
            }
            case Op.Gather gather -> buffered.add(node.input(0));
            case Op.ScatterAdd scatter -> node.inputs().forEach(input -> {
                if (!free.contains(input)) {
                    buffered.add(input);
                }
            });
            default -> {
            }
        }
    }

    /** Whether a large operand is transposed so that neighbours are none any more, and then repeated: once should be enough. */
    private boolean isTurnedAndRepeated(Node node) {
        Node turned = node.input(0);
        int last = turned.type().shape().rank() - 1;
        Dim size = turned.type().shape().size();
        return !separate && turned.op() instanceof Op.Transpose(List<Integer> permutation)
                && permutation.getLast() != last && size.isConstant() && size.value() >= LARGE
                && Repeated.repeats(node) && users(node).stream().allMatch(Roles::isElementwise)
                && users(node).stream().noneMatch(this::isSpreadProduct);
    }

    /**
     * Movement and cheap arithmetic that nobody else needs is done while operands are packed, or put together; all else
     * is read from memory.
     */
    private void pack(List<Node> operands) {
        Deque<Node> open = new ArrayDeque<>(operands);
        for (int ops = 0; !open.isEmpty(); ops++) {
            Node node = open.pop();
            boolean arithmetic = !separate && isElementwise(node) && isCheap(node) && users(node).size() == 1
                    && isVectorisable(node);
            if ((isMovement(node) || arithmetic) && !buffered.contains(node) && ops < MOST_INLINE) {
                packed.add(node);
                if (node.op() instanceof Op.Windows) { // its operand's elements are asked for again and again
                    if (!isLeftOut(node.input(0))) {
                        buffered.add(node.input(0));
                    }
                } else {
                    open.addAll(node.inputs());
                }
            } else if (!free.contains(node)) {
                buffered.add(node);
            }
        }
    }

    /** Whether this is padding that only one contraction sees, which leaves it out of its sums. */
    private boolean isLeftOut(Node node) {
        if (separate || !(node.op() instanceof Op.Pad) || !hasOneUser(node)) {
            return false;
        }
        Node windows = users(node).getFirst();
        if (!(windows.op() instanceof Op.Windows) || !hasOneUser(windows)) {
            return false;
        }
        Node product = users(windows).getFirst();
        return product.op() instanceof Op.Dot && product.input(1) == windows
                && Places.leavesOutPadding(product);
    }

    private boolean hasOneUser(Node node) {
        return users(node).size() == 1 && !buffered.contains(node);
    }

    private Role decide(Node node) {
        boolean inMemory = buffered.contains(node);
        return switch (node.op()) {
            case Op.Input op -> Role.LEAF;
            case Op.Parameter op -> Role.LEAF;
            case Op.Constant constant ->
                    constant.value().isScalar() ? inMemory ? Role.MEMBER : Role.INLINE : Role.LEAF;
            case Op.Reshape op when !IndexMaps.isIndexMap(node) -> Role.VIEW;
            default -> {
                boolean cheap = isMovement(node) || free.contains(node) || isSpreadProduct(node)
                        || !separate && (isMask(node) || isVariant(node));
                boolean inline = packed.contains(node) || cheap && use(node).nodes() <= MOST_INLINE;
                yield inline && !inMemory ? Role.INLINE : Role.MEMBER;
            }
        };
    }

    /** A bool (or a cast of one) of what is in memory anyway: cheaper to compute again than to store. */
    private boolean isMask(Node node) {
        boolean logic = switch (node.op()) {
            case Op.Compare op -> true;
            case Op.Cast op -> true;
            case Op.Unary op -> node.type().dtype() == DType.BOOL;
            case Op.Binary op -> node.type().dtype() == DType.BOOL;
            default -> false;
        };
        return logic && node.inputs().stream().allMatch(this::isInMemoryOrFree);
    }

    /** A product that only a sum reads, and that has more elements than a factor: as a contraction without a tile. */
    private boolean isSpreadProduct(Node node) {
        return node.op() instanceof Op.Binary(BinaryKind kind) && kind == BinaryKind.MUL
                && node.inputs().stream().anyMatch(factor -> factor.op() instanceof Op.Broadcast)
                && users(node).size() == 1
                && (!separate || isMadeWith(users(node).getFirst(), node))
                && users(node).getFirst().op() instanceof Op.Reduce(ReduceKind of, List<Integer> axes)
                && of == ReduceKind.SUM;
    }

    /** Whether one op became both. */
    private static boolean isMadeWith(Node sum, Node product) {
        return product.name() == null && product.line() == sum.line();
    }

    /** Next to nothing more than reading one value that others read as well, like {@code s · (1 − s)}. */
    private boolean isVariant(Node node) {
        if (!isElementwise(node) || !node.type().dtype().isFloating()
                || use(node).cost() > MOST_OF_A_VARIANT) {
            return false;
        }
        Set<Node> read = new HashSet<>();
        node.inputs().forEach(input -> addRead(input, read));
        return read.size() == 1 && read.stream().allMatch(one -> users(one).size() > 1
                && one.type().dtype() == node.type().dtype()
                && one.type().shape().equals(node.type().shape()));
    }

    /** What a kernel reads where it takes {@code node}. */
    private void addRead(Node node, Set<Node> read) {
        if (roles[node.id()] != Role.INLINE) {
            read.add(node);
        } else {
            node.inputs().forEach(input -> addRead(input, read));
        }
    }

    private boolean isInMemoryOrFree(Node node) {
        Node at = node;
        while (isMovement(at) && !buffered.contains(at)) {
            at = at.input(0);
        }
        Role role = roles[at.id()];
        return buffered.contains(at) || role == Role.LEAF || role == Role.VIEW || role == Role.INLINE;
    }

    private void markUpdateOnly(Graph.Function function, List<Node> nodes) {
        Set<Node> results = new HashSet<>(function.results().values());
        Set<Node> values = new HashSet<>();
        function.updates().forEach(update -> values.add(update.value()));
        for (Node node : nodes.reversed()) {
            if (results.contains(node) || !updateOnly.containsAll(users(node))) {
                continue;
            }
            boolean isRead = !users(node).isEmpty();
            if (values.contains(node) || isRead && (isElementwise(node) || isMovement(node))) {
                updateOnly.add(node);
            } else if (isRead) {
                readByUpdates.add(node);
            }
        }
    }

    // ---- kinds of ops

    private boolean computesFree(Node node) {
        return switch (node.op()) {
            case Op.Constant constant -> constant.value().isScalar();
            case Op.Iota op -> true;
            case Op.Extent op -> true;
            default -> !node.inputs().isEmpty() && free.containsAll(node.inputs())
                    && (isMovement(node)
                            || !separate && isElementwise(node)
                                    && (isCheap(node) || node.type().shape().rank() == 0));
        };
    }

    /** Whether this only says where its operand's elements are. */
    static boolean isMovement(Node node) {
        return switch (node.op()) {
            case Op.Broadcast op -> true;
            case Op.Transpose op -> true;
            case Op.Slice op -> true;
            case Op.Reverse op -> true;
            case Op.Windows op -> true;
            case Op.Reshape op -> IndexMaps.isIndexMap(node);
            default -> false;
        };
    }

    static boolean isElementwise(Node node) {
        return switch (node.op()) {
            case Op.Unary op -> true;
            case Op.Binary op -> true;
            case Op.Compare op -> true;
            case Op.Select op -> true;
            case Op.Cast op -> true;
            default -> false;
        };
    }

    static boolean isReduction(Node node) {
        return switch (node.op()) {
            case Op.Reduce op -> true;
            case Op.Arg op -> true;
            case Op.PartialSum op -> true;
            default -> false;
        };
    }

    /**
     * About how many instructions an element takes: of functions that become arithmetic fewer than they have steps, but so
     * many that as much vector code as a kernel may have stays below what HotSpot compiles.
     */
    static int cost(Node node) {
        return switch (node.op()) {
            case Op.Unary unary -> switch (unary.kind()) {
                case EXP, EXPM1, ASIN, ACOS, ATAN -> 18;
                case LOG, LOG1P, SIN, COS, TAN, SINH, COSH, TANH, SIGMOID -> 28;
                case SOFTPLUS, ERF -> 45;
                case FLOOR, CEIL, ROUND -> 7;
                case RSQRT -> 8;
                case SQRT, RECIPROCAL -> 4;
                case NEG, ABS, SIGN, SQUARE, RELU, NOT, IS_NAN, IS_FINITE -> 1;
            };
            case Op.Binary binary -> switch (binary.kind()) {
                case DIV, REM, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> 4;
                case POW -> 100;
                case ATAN2 -> 25;
                case ADD, SUB, MUL, MAX, MIN, AND, OR, XOR -> 1;
            };
            case Op.RandomBits bits -> 12;
            case Op.ArgSort sort -> 20;
            default -> 1;
        };
    }

    static boolean isCheap(Node node) {
        return cost(node) < 4;
    }

    private static boolean isVectorisable(Node node) {
        return node.type().dtype().bytes() == node.input(0).type().dtype().bytes();
    }
}
