package dev.covector.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown, with columns aligned so that a terminal shows it as well. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows. */
    public Table(List<String> header) {
        rows.add(List.copyOf(header));
    }

    /** Adds a row of as many cells as the header has. */
    public void add(List<String> row) {
        if (row.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(row + " does not go under " + rows.getFirst());
        }
        rows.add(List.copyOf(row));
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] width = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                String padding = " ".repeat(width[i] - cell.length());
                text.append("| ").append(i == 0 ? cell + padding : padding + cell).append(' ');
            }
            text.append("|\n");
            if (r == 0) {
                for (int i = 0; i < columns; i++) {
                    text.append("| ").append("-".repeat(i == 0 ? width[i] : width[i] - 1))
                            .append(i == 0 ? " " : ": ");
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
