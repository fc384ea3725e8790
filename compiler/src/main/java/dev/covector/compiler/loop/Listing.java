package dev.covector.compiler.loop;

import java.util.List;
import java.util.Map;

/**
 * The printed nests of a function, which line tables and stack traces point into. A class file has no room for line
 * numbers above 65,535, so long listings have several pages.
 *
 * @param pages each with lines of its own, from 1
 * @param page  the page that each nest is on which has a method of its own; ascending
 * @param line  the line of each statement on its page; by identity, and without an order of its own
 */
public record Listing(List<String> pages, List<Integer> page, Map<Stmt, Integer> line) {
    public Listing {
        pages = List.copyOf(pages);
        page = List.copyOf(page);
    }

    /** All pages, one after the other. */
    public String text() {
        return String.join("\n", pages);
    }

    /** What a page is called in stack traces and dumps, where the first one is called {@code name}. */
    public static String file(String name, int page) {
        return page == 0 ? name : name + "." + (page + 1);
    }
}
