package dev.covector.explain;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven over the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final int SECONDS = 60;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private int sent;

    private Browser(Process process, Path profile, int port) throws Exception {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create(page(port)), new Listener()).get(SECONDS, TimeUnit.SECONDS);
    }

    /** The program that there is on this machine. */
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst();
    }

    /** A window of this size, in CSS pixels, without a page yet. */
    static Browser open(Path program, int width, int height) throws Exception {
        Path profile = Files.createTempDirectory("covector-browser");
        // No network at all: a page that asked for something would show an error.
        Process process = new ProcessBuilder(program.toString(), "--headless=new", "--no-sandbox",
                "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars", "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND",
                "--remote-debugging-port=0", "--window-size=" + width + "," + height,
                "--user-data-dir=" + profile, "about:blank")
                .redirectErrorStream(true).redirectOutput(profile.resolve("log").toFile()).start();
        try {
            return new Browser(process, profile, port(profile, process));
        } catch (Exception e) {
            end(process, profile);
            throw e;
        }
    }

    private static int port(Path profile, Process process) throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        for (int tenths = 0; tenths < 10 * SECONDS && process.isAlive(); tenths++) {
            if (Files.exists(file) && Files.readAllLines(file).size() > 1) {
                return Integer.parseInt(Files.readAllLines(file).getFirst());
            }
            Thread.sleep(100);
        }
        throw new IOException("the browser does not start: " + Files.readString(profile.resolve("log")));
    }

    /** The address at which the first page is driven. */
    private static String page(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/json").toURL().openStream()) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (JsonElement target : JsonParser.parseString(json).getAsJsonArray()) {
                if (target.getAsJsonObject().get("type").getAsString().equals("page")) {
                    return target.getAsJsonObject().get("webSocketDebuggerUrl").getAsString();
                }
            }
            throw new IOException("no page: " + json);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(JsonParser.parseString(text.toString()).getAsJsonObject());
                text.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void take(JsonObject message) {
        if (message.has("id")) {
            CompletableFuture<JsonObject> answer = answers.remove(message.get("id").getAsInt());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        JsonObject of = message.getAsJsonObject("params");
        switch (message.get("method").getAsString()) {
            case "Runtime.exceptionThrown" -> problems.add(of.toString());
            case "Runtime.consoleAPICalled" -> {
                if (!of.get("type").getAsString().equals("log")) {
                    problems.add(of.toString());
                }
            }
            case "Log.entryAdded" -> problems.add(of.toString());
            default -> {
            }
        }
    }

    /** A command of the protocol. */
    JsonObject send(String method, Map<String, ?> parameters)
            throws ExecutionException, InterruptedException, TimeoutException {
        int id = ++sent;
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        String command = new Gson().toJson(Map.of("id", id, "method", method, "params", parameters));
        socket.sendText(command, true).get(SECONDS, TimeUnit.SECONDS);
        JsonObject message = answer.get(SECONDS, TimeUnit.SECONDS);
        if (message.has("error")) {
            throw new IllegalStateException(method + ": " + message.get("error"));
        }
        return message.getAsJsonObject("result");
    }

    /** Goes to a page, with problems told from the beginning on. */
    void go(Path file) throws Exception {
        send("Runtime.enable", Map.of());
        send("Log.enable", Map.of());
        send("Page.enable", Map.of());
        send("Page.navigate", Map.of("url", file.toUri().toString()));
        await("location.protocol === 'file:' && document.readyState === 'complete'");
    }

    /** Light or dark. */
    void colours(String scheme) throws Exception {
        send("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** What an expression is, as text; a promise is waited for. */
    String eval(String expression) throws Exception {
        JsonObject result = send("Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        JsonElement value = result.getAsJsonObject("result").get("value");
        return value == null ? "undefined"
                : value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        for (int tries = 0; tries < 20 * SECONDS; tries++) {
            if (eval("!!(" + expression + ")").equals("true")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new TimeoutException("never true: " + expression + "; problems: " + problems);
    }

    /** Presses and releases a key. */
    void press(String key) throws Exception {
        Map<String, Object> event =
                key.length() == 1 ? Map.of("key", key, "text", key) : Map.of("key", key);
        for (String type : List.of("keyDown", "keyUp")) {
            Map<String, Object> parameters = new HashMap<>(event);
            parameters.put("type", type);
            send("Input.dispatchKeyEvent", parameters);
        }
    }

    void type(String text) throws Exception {
        send("Input.insertText", Map.of("text", text));
    }

    /** Clicks in the middle of the first element that a selector finds, as a mouse does. */
    void click(String selector) throws Exception {
        String found = "document.querySelector(" + new Gson().toJson(selector) + ")";
        await(found);
        eval("(() => { const e = " + found + "; if (e.getBoundingClientRect().bottom > innerHeight)"
                + " e.scrollIntoView({block: 'center'}); })()");
        JsonObject at = JsonParser.parseString(eval("(() => { const r = " + found
                + ".getBoundingClientRect(); return JSON.stringify({x: r.left + r.width / 2, y: r.top + r.height / 2}); })()"))
                .getAsJsonObject();
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            send("Input.dispatchMouseEvent", Map.of("type", type, "x", at.get("x").getAsDouble(), "y",
                    at.get("y").getAsDouble(), "button", "left", "clickCount", 1));
        }
    }

    void screenshot(Path file) throws Exception {
        String data = send("Page.captureScreenshot", Map.of("format", "png")).get("data").getAsString();
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** Errors, warnings and exceptions so far. */
    List<String> problems() {
        return new ArrayList<>(problems);
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        end(process, profile);
    }

    private static void end(Process process, Path profile) throws IOException, InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        for (int tries = 0;; tries++) {
            try (Stream<Path> files = Files.walk(profile)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
                return;
            } catch (IOException | UncheckedIOException e) {
                if (tries == 20) {
                    throw e;
                }
                Thread.sleep(100); // its last processes are still writing
            }
        }
    }
}
