package dev.covector.runtime;

import java.io.IOException;

/** A file that is no well-formed safetensors file, or holds what a {@link Tensor} can't. The message names the file. */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;

    SafetensorsException(String message) {
        super(message);
    }
}
