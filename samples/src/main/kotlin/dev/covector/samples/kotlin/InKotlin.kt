@file:JvmName("InKotlin")

package dev.covector.samples.kotlin

import dev.covector.samples.command.Sample

/** Samples of which there is a twin in Java, in the order of the course. */
fun samples(): List<Sample> =
    listOf(
        LinearRegressionSample(),
        MlpSample(),
        LeNetSample(),
        KernelRegressionSample(),
        AttentionScoresSample(),
    )
