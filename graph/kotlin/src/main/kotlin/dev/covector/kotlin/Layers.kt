package dev.covector.kotlin

import dev.covector.graph.Convolution
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Initializer
import dev.covector.graph.nn.AdditiveAttention
import dev.covector.graph.nn.BatchNorm
import dev.covector.graph.nn.Conv1d
import dev.covector.graph.nn.Conv2d
import dev.covector.graph.nn.Embedding
import dev.covector.graph.nn.Initializers
import dev.covector.graph.nn.LayerNorm
import dev.covector.graph.nn.Linear
import dev.covector.graph.nn.MultiHeadAttention
import kotlin.math.sqrt

// Those layers of dev.covector.graph.nn that have parameters. All others are made and called as
// they are: Dropout.of(0.5).

/**
 * Any layer, whose parameters are named below the property by the path that [create] is given.
 * Properties that [create] itself declares are named as anywhere else; those of a [Layer] are named
 * below its path.
 *
 * ```kotlin
 * val output by layer { Linear.of(this, it, 256, 10) }
 * val net by layer { path -> Sequential.of(path, 6) { Residual.of(Linear.of(this, it, 64, 64)) } }
 * val heads by layer { path -> List(3) { i -> Linear.of(this, "$path.$i", 64, 10) } }
 * ```
 *
 * @param create makes the layer by its path
 */
public fun <T> GraphBuilder.layer(create: @CovectorDsl GraphBuilder.(path: String) -> T): Named<T> =
    atPath { path ->
        create(path)
    }

/**
 * An affine map of the last axis, with float32 parameters `weight`, `[inFeatures, outFeatures]`,
 * and `bias`, `[outFeatures]`. Both start uniform in ±1/√inFeatures unless told otherwise.
 *
 * ```kotlin
 * val hidden by linear(784, 256)
 * val y = hidden(x).relu()
 * ```
 */
public fun GraphBuilder.linear(
    inFeatures: Int,
    outFeatures: Int,
    weight: Initializer = byFanIn(inFeatures),
    bias: Initializer = byFanIn(inFeatures),
): Named<Linear> = atPath { path -> Linear.of(this, path, inFeatures, outFeatures, weight, bias) }

/**
 * A convolution of sequences, `[batch, length, inChannels]`, with float32 parameters `weight`,
 * `[size, inChannels / groups, outChannels]`, and `bias`, `[outChannels]`. Both start uniform in
 * ±1/√(fan in) unless told otherwise.
 *
 * ```kotlin
 * val features by conv1d(64, 128, size = 3, Convolution.of().samePadding())
 * ```
 *
 * @param bias null for none, as what is normalised next needs none
 */
public fun GraphBuilder.conv1d(
    inChannels: Int,
    outChannels: Int,
    size: Int,
    settings: Convolution = Convolution.of(),
    weight: Initializer = byFanIn(size * (inChannels / settings.groups())),
    bias: Initializer? = byFanIn(size * (inChannels / settings.groups())),
): Named<Conv1d> = atPath { path ->
    if (bias == null) {
        Conv1d.withoutBias(this, path, inChannels, outChannels, size, settings, weight)
    } else {
        Conv1d.of(this, path, inChannels, outChannels, size, settings, weight, bias)
    }
}

/**
 * A convolution of images, `[batch, height, width, inChannels]`, with float32 parameters `weight`,
 * `[size, size, inChannels / groups, outChannels]`, and `bias`, `[outChannels]`. Both start uniform
 * in ±1/√(fan in) unless told otherwise.
 *
 * ```kotlin
 * val edges by conv2d(3, 64, size = 7, Convolution.of().stride(2).padding(3))
 * val y = edges(image).relu()
 *
 * val conv by conv2d(64, 64, size = 3, Convolution.of().padding(1), bias = null)
 * val norm by batchNorm(64)
 * ```
 *
 * @param bias null for none, as what is normalised next needs none
 */
public fun GraphBuilder.conv2d(
    inChannels: Int,
    outChannels: Int,
    size: Int,
    settings: Convolution = Convolution.of(),
    weight: Initializer = byFanIn(size * size * (inChannels / settings.groups())),
    bias: Initializer? = byFanIn(size * size * (inChannels / settings.groups())),
): Named<Conv2d> = atPath { path ->
    if (bias == null) {
        Conv2d.withoutBias(this, path, inChannels, outChannels, size, settings, weight)
    } else {
        Conv2d.of(this, path, inChannels, outChannels, size, settings, weight, bias)
    }
}

/**
 * A [conv2d] whose kernel is not square, with `weight` of shape `[height, width, inChannels /
 * groups, outChannels]`.
 *
 * ```kotlin
 * val rows by conv2d(3, 8, height = 1, width = 7)
 * ```
 */
public fun GraphBuilder.conv2d(
    inChannels: Int,
    outChannels: Int,
    height: Int,
    width: Int,
    settings: Convolution = Convolution.of(),
): Named<Conv2d> = atPath { path ->
    Conv2d.of(this, path, inChannels, outChannels, intArrayOf(height, width), settings)
}

/**
 * The mean and the variance of each channel, the last axis, taken away over all other axes. Float32
 * parameters `weight` and `bias` scale and shift it; the states `running_mean` and `running_var`
 * are the averages that it learns in [Training][dev.covector.graph.nn.Training]. All are
 * `[channels]`.
 *
 * ```kotlin
 * val norm by batchNorm(64)
 * val inTraining = norm(x, training)
 * ```
 */
public fun GraphBuilder.batchNorm(channels: Int): Named<BatchNorm> = atPath { path ->
    BatchNorm.of(this, path, channels)
}

/**
 * The mean and the variance of each row of the last axis taken away; float32 parameters `weight`
 * and `bias`, `[features]`, scale and shift it.
 *
 * ```kotlin
 * val norm by layerNorm(512)
 * ```
 */
public fun GraphBuilder.layerNorm(features: Int): Named<LayerNorm> = atPath { path ->
    LayerNorm.of(this, path, features)
}

/**
 * A row of the float32 parameter `weight`, `[count, width]`, for each index (int32 or int64); it
 * starts standard normal.
 *
 * ```kotlin
 * val words by embedding(10_000, 64)
 * val vectors = words(tokens)              // [batch,length] to [batch,length,64]
 * ```
 */
public fun GraphBuilder.embedding(count: Int, width: Int): Named<Embedding> = atPath { path ->
    Embedding.of(this, path, count, width)
}

/**
 * Attention by several heads, with the affine maps `query`, `key`, `value` and `output` from
 * `width` to `width` features.
 *
 * ```kotlin
 * val attention by multiHeadAttention(64, heads = 4)
 * val y = attention(x)                     // [batch,length,64] to itself
 * ```
 */
public fun GraphBuilder.multiHeadAttention(width: Int, heads: Int): Named<MultiHeadAttention> =
    atPath { path ->
        MultiHeadAttention.of(this, path, width, heads)
    }

/**
 * Attention whose scores a small network computes, of queries and keys that may have different
 * features, with float32 parameters `query_weight`, `[queryFeatures, hidden]`, `key_weight`,
 * `[keyFeatures, hidden]`, and `score_weight`, `[hidden]`.
 *
 * ```kotlin
 * val attention by additiveAttention(20, 2, hidden = 8)
 * val y = attention(query, key, value)
 * ```
 */
public fun GraphBuilder.additiveAttention(
    queryFeatures: Int,
    keyFeatures: Int,
    hidden: Int,
): Named<AdditiveAttention> = atPath { path ->
    AdditiveAttention.of(this, path, queryFeatures, keyFeatures, hidden)
}

/** What the layers start with in Java, too. */
private fun byFanIn(fanIn: Int): Initializer {
    val bound = 1 / sqrt(fanIn.toDouble())
    return Initializers.uniform(-bound, bound)
}
