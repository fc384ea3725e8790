package it.app

/** The module's own code calls what the plugin has made of its graph. */
fun scaledAndFactor(vararg x: Float): FloatArray {
    val scaling = Scaling(1)
    return scaling.scale(x).y.toFloats() + scaling.scaleFactor().toFloats()
}
