package dev.covector.runtime;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * The extent of an axis: a number, a name that is bound at each call, or an integer polynomial over such names (and
 * floor divisions of them). Kept in a canonical form, so that two dimensions that are equal for every binding <em>by
 * algebra</em> are {@link #equals equal}.
 *
 * <pre>{@code
 * Dim batch = Dim.of("batch");
 * batch.times(28).times(28).equals(batch.times(784));   // true
 * }</pre>
 */
public final class Dim {
    /** What a term multiplies: a name, or a floor division, which stays closed. */
    private sealed interface Atom extends Comparable<Atom> {
        record Name(String name) implements Atom {
            @Override
            public String toString() {
                return name;
            }
        }

        record FloorDiv(Dim dividend, int divisor) implements Atom {
            @Override
            public String toString() {
                return FLOOR_DIV + "(" + dividend + "," + divisor + ")";
            }
        }

        @Override
        default int compareTo(Atom other) {
            return toString().compareTo(other.toString());
        }
    }

    /** A product of atoms in ascending order; the empty product is the constant term. */
    private record Product(List<Atom> factors) implements Comparable<Product> {
        static final Product UNIT = new Product(List.of());

        Product times(Product other) {
            List<Atom> all = new ArrayList<>(factors);
            all.addAll(other.factors);
            Collections.sort(all);
            return new Product(List.copyOf(all));
        }

        /** Higher degrees first, then by name: the order in which people write polynomials. */
        @Override
        public int compareTo(Product other) {
            int byDegree = Integer.compare(other.factors.size(), factors.size());
            return byDegree != 0 ? byDegree : factors.toString().compareTo(other.factors.toString());
        }
    }

    /** The word for a floor division; no name is that. */
    private static final String FLOOR_DIV = "floordiv";
    /** Nearly all dimensions of a compilation are small numbers; made when they are first asked for. */
    private static final @Nullable Dim[] SMALL = new @Nullable Dim[1025];

    private final TreeMap<Product, Long> terms;
    private final boolean isConstant;
    /** The value of a constant. */
    private final long constant;

    private Dim(TreeMap<Product, Long> terms) {
        this.terms = terms;
        this.isConstant = terms.isEmpty() || terms.size() == 1 && terms.firstKey().factors.isEmpty();
        this.constant = isConstant && !terms.isEmpty() ? terms.firstEntry().getValue() : 0;
    }

    /** The fixed extent {@code value}. */
    public static Dim of(long value) {
        if (value < 0 || value >= SMALL.length) {
            return constant(value);
        }
        Dim small = SMALL[(int) value];
        if (small == null) {
            small = constant(value);
            SMALL[(int) value] = small;
        }
        return small;
    }

    private static Dim constant(long value) {
        TreeMap<Product, Long> terms = new TreeMap<>();
        if (value != 0) {
            terms.put(Product.UNIT, value);
        }
        return new Dim(terms);
    }

    /**
     * The extent called {@code name}, bound at each call. Two dimensions with one name are one dimension.
     *
     * @throws IllegalArgumentException if the name is not an identifier of letters, digits and underscores
     */
    public static Dim of(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z_0-9]*") || name.equals(FLOOR_DIV)) {
            throw new IllegalArgumentException(
                    "a dimension's name must be an identifier, got \"" + name + "\"");
        }
        TreeMap<Product, Long> terms = new TreeMap<>();
        terms.put(new Product(List.of(new Atom.Name(name))), 1L);
        return new Dim(terms);
    }

    /** The sum of both. */
    public Dim plus(Dim other) {
        if (isConstant && other.isConstant) {
            return of(Math.addExact(constant, other.constant));
        }
        TreeMap<Product, Long> sum = new TreeMap<>(terms);
        other.terms.forEach((product, factor) -> add(sum, product, factor));
        return new Dim(sum);
    }

    /** The sum with a number. */
    public Dim plus(long other) {
        return plus(of(other));
    }

    /** The difference of both. */
    public Dim minus(Dim other) {
        return plus(other.times(-1));
    }

    /** The product of both. */
    public Dim times(Dim other) {
        if (isConstant && other.isConstant) {
            return of(Math.multiplyExact(constant, other.constant));
        }
        TreeMap<Product, Long> product = new TreeMap<>();
        terms.forEach(
                (p, a) -> other.terms.forEach((q, b) -> add(product, p.times(q), Math.multiplyExact(a, b))));
        return new Dim(product);
    }

    /** The product with a number. */
    public Dim times(long other) {
        return times(of(other));
    }

    /** The quotient rounded towards negative infinity; {@code divisor} is positive. */
    public Dim floorDiv(int divisor) {
        if (divisor <= 0) {
            throw new IllegalArgumentException("divisor must be positive, got " + divisor);
        }
        if (divisor == 1) {
            return this;
        }
        if (isConstant) {
            return of(Math.floorDiv(constant, (long) divisor));
        }
        // Multiples of the divisor come out: floordiv(64*n+33, 32) is 2*n+1.
        TreeMap<Product, Long> quotient = new TreeMap<>();
        TreeMap<Product, Long> remainder = new TreeMap<>();
        terms.forEach((product, factor) -> {
            add(quotient, product, Math.floorDiv(factor, (long) divisor));
            add(remainder, product, Math.floorMod(factor, (long) divisor));
        });
        Dim rest = new Dim(remainder);
        if (!rest.isConstant()) {
            add(quotient, new Product(List.of(new Atom.FloorDiv(rest, divisor))), 1L);
        }
        return new Dim(quotient);
    }

    /** The quotient rounded towards positive infinity; {@code divisor} is positive. */
    public Dim ceilDiv(int divisor) {
        return plus(divisor - 1L).floorDiv(divisor);
    }

    /**
     * This divided by {@code divisor} if the division leaves no remainder for any binding and the divisor is a single
     * term, else null.
     */
    public @Nullable Dim dividedExactlyBy(Dim divisor) {
        if (divisor.terms.size() != 1) {
            return equals(divisor) && !terms.isEmpty() ? of(1) : null;
        }
        Map.Entry<Product, Long> by = divisor.terms.firstEntry();
        TreeMap<Product, Long> quotient = new TreeMap<>();
        for (Map.Entry<Product, Long> term : terms.entrySet()) {
            List<Atom> rest = new ArrayList<>(term.getKey().factors);
            for (Atom factor : by.getKey().factors) {
                if (!rest.remove(factor)) {
                    return null;
                }
            }
            if (term.getValue() % by.getValue() != 0) {
                return null;
            }
            quotient.put(new Product(List.copyOf(rest)), term.getValue() / by.getValue());
        }
        return new Dim(quotient);
    }

    /** Whether this is a number, whatever the names are bound to. */
    public boolean isConstant() {
        return isConstant;
    }

    /** Whether this is the number {@code value}. */
    public boolean isExactly(long value) {
        return isConstant && constant == value;
    }

    /**
     * The number that this is.
     *
     * @throws IllegalStateException if it depends on a name
     */
    public long value() {
        if (!isConstant) {
            throw new IllegalStateException("the dimension " + this + " is only known at a call");
        }
        return constant;
    }

    /**
     * Whether this is at least 0 for all extents that its names may have, as far as the signs of its terms tell: of
     * {@code n+1} they do, of {@code 2*n-floordiv(n,2)} they don't.
     */
    public boolean isNonNegative() {
        return isConstant && constant >= 0 || terms.entrySet().stream().allMatch(term -> term.getValue() > 0
                && term.getKey().factors.stream().allMatch(atom -> switch (atom) {
                    case Atom.Name name -> true;
                    case Atom.FloorDiv div -> div.dividend().isNonNegative();
                }));
    }

    /** Whether this is a bare name, so that an input's extent there binds it. */
    public boolean isName() {
        return terms.size() == 1
                && terms.firstEntry().getValue() == 1
                && terms.firstKey().factors.size() == 1
                && terms.firstKey().factors.get(0) instanceof Atom.Name;
    }

    /** The names that this depends on. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        for (Product product : terms.keySet()) {
            for (Atom atom : product.factors) {
                switch (atom) {
                    case Atom.Name name -> names.add(name.name());
                    case Atom.FloorDiv div -> names.addAll(div.dividend().names());
                }
            }
        }
        return names;
    }

    /** The extent where each name has the value that {@code binding} gives it. */
    public long evaluate(ToLongFunction<String> binding) {
        long sum = 0;
        for (Map.Entry<Product, Long> term : terms.entrySet()) {
            long product = term.getValue();
            for (Atom atom : term.getKey().factors) {
                product = Math.multiplyExact(product, switch (atom) {
                    case Atom.Name name -> binding.applyAsLong(name.name());
                    case Atom.FloorDiv div -> Math.floorDiv(div.dividend().evaluate(binding), div.divisor());
                });
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }

    /**
     * This over values of {@code names} in their order.
     *
     * @throws IllegalArgumentException if it depends on another name
     */
    Formula formula(List<String> names) {
        long[] coefficients = new long[terms.size()];
        Formula.Factor[][] products = new Formula.Factor[terms.size()][];
        int i = 0;
        for (Map.Entry<Product, Long> term : terms.entrySet()) {
            coefficients[i] = term.getValue();
            products[i++] = term.getKey().factors.stream().map(atom -> switch (atom) {
                case Atom.Name name -> {
                    int index = names.indexOf(name.name());
                    if (index < 0) {
                        throw new IllegalArgumentException("nothing binds the dimension " + name);
                    }
                    yield new Formula.Name(index);
                }
                case Atom.FloorDiv div -> new Formula.FloorDiv(div.dividend().formula(names), div.divisor());
            }).toArray(Formula.Factor[]::new);
        }
        return new Formula(this, coefficients, products);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Dim dim && isConstant == dim.isConstant
                && constant == dim.constant && (isConstant || terms.equals(dim.terms));
    }

    @Override
    public int hashCode() {
        return isConstant ? Long.hashCode(constant) : terms.hashCode();
    }

    /** Such as {@code 784}, {@code batch}, {@code 2*batch+1} or {@code floordiv(batch+31,32)}. */
    @Override
    public String toString() {
        if (isConstant) {
            return Long.toString(constant);
        }
        StringBuilder text = new StringBuilder();
        terms.forEach((product, factor) -> {
            if (!text.isEmpty() && factor > 0) {
                text.append('+');
            }
            List<String> factors = new ArrayList<>();
            if (product.factors.isEmpty() || factor != 1 && factor != -1) {
                factors.add(Long.toString(factor));
            } else if (factor == -1) {
                text.append('-');
            }
            product.factors.forEach(atom -> factors.add(atom.toString()));
            text.append(String.join("*", factors));
        });
        return text.toString();
    }

    /** Writes this as {@link #readFrom} reads it: a sum of products of names and floor divisions. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeShort(terms.size());
        for (Map.Entry<Product, Long> term : terms.entrySet()) {
            out.writeLong(term.getValue());
            out.writeByte(term.getKey().factors.size());
            for (Atom atom : term.getKey().factors) {
                switch (atom) {
                    case Atom.Name name -> out.writeUTF(name.name());
                    case Atom.FloorDiv div -> {
                        out.writeUTF(FLOOR_DIV);
                        div.dividend().writeTo(out);
                        out.writeInt(div.divisor());
                    }
                }
            }
        }
    }

    /** Reads what {@link #writeTo} wrote. */
    public static Dim readFrom(DataInput input) throws IOException {
        TreeMap<Product, Long> terms = new TreeMap<>();
        for (int left = input.readUnsignedShort(); left > 0; left--) {
            long factor = input.readLong();
            Atom[] factors = new Atom[input.readUnsignedByte()];
            for (int i = 0; i < factors.length; i++) {
                String name = input.readUTF();
                factors[i] = name.equals(FLOOR_DIV) ? new Atom.FloorDiv(readFrom(input), input.readInt())
                        : new Atom.Name(name);
            }
            terms.put(factors.length == 0 ? Product.UNIT : new Product(List.of(factors)), factor);
        }
        Dim read = new Dim(terms);
        return read.isConstant ? of(read.constant) : read;
    }

    private static void add(TreeMap<Product, Long> terms, Product product, long factor) {
        long sum = Math.addExact(terms.getOrDefault(product, 0L), factor);
        if (sum == 0) {
            terms.remove(product);
        } else {
            terms.put(product, sum);
        }
    }
}
