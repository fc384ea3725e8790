package dev.covector.compiler.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nests of a function, and the methods that they run: nests of one {@link NestForm} share that of the first of them.
 *
 * @param nests  all of them
 * @param method for each nest the number of its method
 * @param forms  for each nest its form if it shares its method, else null
 * @param first  for each method the nest that it is emitted from
 */
public record Methods(List<Nest> nests, List<Integer> method, List<@Nullable NestForm> forms,
        List<Integer> first) {
    /** A method for each form. */
    public static Methods shared(List<Nest> nests) {
        List<NestForm> forms = nests.stream().map(NestForm::of).toList();
        Map<NestForm, Integer> known = new HashMap<>();
        List<Integer> first = new ArrayList<>();
        List<Integer> users = new ArrayList<>();
        List<Integer> method = new ArrayList<>();
        for (int n = 0; n < nests.size(); n++) {
            int number = known.computeIfAbsent(forms.get(n), form -> first.size());
            if (number == first.size()) {
                first.add(n);
                users.add(0);
            }
            users.set(number, users.get(number) + 1);
            method.add(number);
        }
        List<@Nullable NestForm> needed = new ArrayList<>();
        for (int n = 0; n < nests.size(); n++) {
            needed.add(users.get(method.get(n)) > 1 ? forms.get(n) : null);
        }
        return new Methods(nests, method, needed, first);
    }

    /** A method for each nest. */
    public static Methods apart(List<Nest> nests) {
        List<Integer> numbers = new ArrayList<>();
        List<@Nullable NestForm> forms = new ArrayList<>();
        for (int n = 0; n < nests.size(); n++) {
            numbers.add(n);
            forms.add(null);
        }
        return new Methods(nests, numbers, forms, numbers);
    }

    /** The nests that become code, by the number of their method. */
    public List<Nest> emitted() {
        List<Nest> emitted = new ArrayList<>();
        for (int n : first) {
            NestForm form = forms.get(n);
            emitted.add(form == null ? nests.get(n) : nests.get(n).shared(form));
        }
        return emitted;
    }

    /** The nest whose method nest {@code n} runs: itself, or one before it. */
    public int model(int n) {
        return first.get(method.get(n));
    }
}
