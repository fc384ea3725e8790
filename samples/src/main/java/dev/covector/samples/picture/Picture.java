package dev.covector.samples.picture;

import java.awt.image.BufferedImage;

/** What people would rather look at than read. */
public interface Picture {
    /** Draws it, without a display. */
    BufferedImage draw();
}
