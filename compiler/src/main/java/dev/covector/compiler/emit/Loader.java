package dev.covector.compiler.emit;

import dev.covector.runtime.kernel.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Defines the classes of one compiled function. They are ordinary classes of an unnamed module: it reads the
 * Vector API's without ado, their frames are in stack traces, and all of it is unloaded with the last graph that has
 * the function.
 */
public final class Loader extends ClassLoader {
    private final Map<String, byte[]> pending = new HashMap<>();
    private final List<Object> kept = new ArrayList<>();

    /** A loader without classes. */
    public Loader() {
        super("covector", Loader.class.getClassLoader());
    }

    /** Keeps something for as long as there is one of its classes. */
    public synchronized void keep(Object what) {
        kept.add(what);
    }

    /**
     * Defines the classes of a function and makes its driver.
     *
     * @param files as {@link Emitter#emit} returns them
     */
    public synchronized Code load(List<Emitter.ClassFile> files) {
        for (Emitter.ClassFile file : files) {
            pending.put(file.name().replace('/', '.'), file.bytes());
        }
        String driver = files.get(0).name().replace('/', '.');
        try {
            return (Code) loadClass(driver).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the driver " + driver + " can't be made", e);
        }
    }

    /** A class of its own is looked for nowhere else, which would be in each file of the application's class path. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            return pending.containsKey(name) ? findClass(name) : super.loadClass(name, resolve);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = pending.remove(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
