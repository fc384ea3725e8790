package dev.covector.samples.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one most likely means. */
final class Nearest {
    private Nearest() {}

    /** Empty if more than half of what was typed would have to be changed. */
    static Optional<String> to(String typed, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(name -> distance(typed, name)))
                .filter(name -> 2 * distance(typed, name) <= Math.max(typed.length(), name.length()));
    }

    /** The least number of letters to insert, drop, change, or swap with their neighbour (Damerau, 1964). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] =
                        Math.min(cost[i - 1][j - 1] + changed, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
