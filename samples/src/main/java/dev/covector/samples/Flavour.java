package dev.covector.samples;

import java.util.Locale;

/** Which of the generated kernels run: the vector ones where the machine has them, or one kind by force. */
enum Flavour {
    AUTO, VECTOR, SCALAR;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
