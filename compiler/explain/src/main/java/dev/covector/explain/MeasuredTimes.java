package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.runtime.MachineLimits;
import dev.covector.runtime.Profile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a profile has measured, by the explanation's names of functions and kernels. */
final class MeasuredTimes {
    private final Map<String, Map<String, Profile.Kernel>> kernels = new LinkedHashMap<>();
    private final Map<String, Profile.Function> functions = new HashMap<>();
    private final Optional<MachineLimits> limits;

    private MeasuredTimes(Optional<MachineLimits> limits) {
        this.limits = limits;
    }

    static MeasuredTimes none() {
        return new MeasuredTimes(Optional.empty());
    }

    /** As far as it has got; measures the machine's limits if that has not been done. */
    static MeasuredTimes of(Profile profile) {
        List<Profile.Kernel> rows = profile.kernels();
        MeasuredTimes times =
                new MeasuredTimes(rows.isEmpty() ? Optional.empty() : Optional.of(profile.limits()));
        rows.forEach(row -> times.kernels.computeIfAbsent(row.function(), key -> new LinkedHashMap<>())
                .put(row.name(), row));
        profile.functions().forEach(function -> times.functions.put(function.name(), function));
        return times;
    }

    boolean isEmpty() {
        return kernels.isEmpty();
    }

    /** Whether something was measured of a function's kernels one by one. */
    boolean has(Explanation.Function function) {
        return function.kernels().stream().anyMatch(kernel -> of(function, kernel).isPresent());
    }

    Optional<Profile.Kernel> of(Explanation.Function function, Explanation.Kernel kernel) {
        return Optional.ofNullable(kernels.getOrDefault(function.name(), Map.of()).get(kernel.name()));
    }

    /** How long a call of a function takes, in nanoseconds. */
    Optional<Double> call(Explanation.Function function) {
        return Optional.ofNullable(functions.get(function.name()))
                .map(of -> (double) of.nanos() / Math.max(1, of.calls()));
    }

    MachineLimits limits() {
        return limits.orElseThrow();
    }

    /** For the page: per function, its kernels and how long a call takes. */
    String json() {
        JsonWriter json = new JsonWriter();
        json.object(() -> kernels.forEach((function, rows) -> json.name(function)
                .object(() -> rows.forEach((name, row) -> json.name(name).object(() -> kernel(json, row))))));
        return json.toString();
    }

    private void kernel(JsonWriter json, Profile.Kernel row) {
        json.name("seconds").value(1e-9 * row.nanos() / Math.max(1, row.calls()));
        json.member("calls", row.calls()).member("code", row.flavour());
        double share = row.shareOf(limits());
        if (Double.isFinite(share) && row.flops() + row.bytes() > 0) {
            json.name("share").value(share);
            json.member("limit", row.isBoundByMemory(limits()) ? "memory bandwidth" : "arithmetic");
        }
    }
}
