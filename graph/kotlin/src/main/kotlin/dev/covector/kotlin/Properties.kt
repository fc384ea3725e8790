package dev.covector.kotlin

import dev.covector.graph.Convolution
import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Updates
import dev.covector.graph.ir.Node
import dev.covector.graph.nn.Conv1d
import dev.covector.graph.nn.Conv2d
import dev.covector.graph.nn.Embedding
import dev.covector.graph.nn.Linear
import dev.covector.graph.nn.Training
import dev.covector.runtime.CompiledGraph
import dev.covector.runtime.DType
import dev.covector.runtime.Dim
import dev.covector.runtime.Parameters
import dev.covector.runtime.Profile
import dev.covector.runtime.Results
import dev.covector.runtime.Session
import dev.covector.runtime.Shape
import dev.covector.runtime.Tensor
import dev.covector.runtime.Workers
import java.util.SortedSet

// What Java asks for by methods, as properties.

/** The element type. */
public val Expr.dtype: DType
    get() = dtype()

/** What this is in the graph, for passes and tools. */
public val Expr.node: Node
    get() = node()

/** The extents, some of which only a call may know. */
public val Expr.shape: Shape
    get() = shape()

/** The number of axes. */
public val Expr.rank: Int
    get() = rank()

/** The builder that this belongs to, for layers and losses of one's own. */
public val Expr.builder: GraphBuilder
    get() = builder()

/** The number of axes. */
public val Shape.rank: Int
    get() = rank()

/** The extents in order. */
public val Shape.dims: List<Dim>
    get() = dims()

/** The number of elements. */
public val Shape.size: Dim
    get() = size()

/** The names of all named extents. */
public val Shape.names: SortedSet<String>
    get() = names()

/**
 * The number that this is.
 *
 * @throws IllegalStateException if it depends on a name
 */
public val Dim.value: Long
    get() = value()

/** The names that this depends on. */
public val Dim.names: SortedSet<String>
    get() = names()

/** The element type. */
public val Tensor.dtype: DType
    get() = dtype()

/** The extents, a copy. */
public val Tensor.shape: IntArray
    get() = shape()

/** The number of axes. */
public val Tensor.rank: Int
    get() = rank()

/** The number of elements. */
public val Tensor.size: Int
    get() = size()

/** The array that this shares; its elements start at [offset]. */
public val Tensor.array: Any
    get() = array()

/** Where in [array] the first element is. */
public val Tensor.offset: Int
    get() = offset()

/** The bytes of an element. */
public val DType.bytes: Int
    get() = bytes()

/** The name that the graph was given. */
public val Graph.name: String
    get() = name()

/** All parameters, in the order declared. */
public val Graph.parameters: List<Graph.Parameter>
    get() = parameters()

/** All functions, in the order declared. */
public val Graph.functions: List<Graph.Function>
    get() = functions()

/** All nodes that something depends on, in topological order. */
public val Graph.nodes: List<Node>
    get() = nodes()

/** The path, such as `hidden.weight`. */
public val Graph.Parameter.name: String
    get() = name()

/** All that it computes: the results, then the updates' values. */
public val Graph.Function.outputs: List<Node>
    get() = outputs()

/** The inputs and all nodes that the outputs depend on, in topological order. */
public val Graph.Function.nodes: List<Node>
    get() = nodes()

/** The number of groups. */
public val Convolution.groups: Int
    get() = groups()

/** The name of the graph. */
public val CompiledGraph.name: String
    get() = name()

/** The names of the functions, in the order of the graph. */
public val CompiledGraph.functionNames: List<String>
    get() = functionNames()

/** The values of the parameters, to be read and set: `session.parameters["hidden.weight"]`. */
public val Session.parameters: Parameters
    get() = parameters()

/** The names of the parameters, in the order of the graph. */
public val Parameters.names: List<String>
    get() = names()

/** The names of the results, in the order of the function. */
public val Results.names: List<String>
    get() = names()

/** How many work, the caller included. */
public val Workers.threads: Int
    get() = threads()

/** The functions that were called, in the order of their first calls. */
public val Profile.functions: List<Profile.Function>
    get() = functions()

/** The kernels that have run, in the order in which their functions run them. */
public val Profile.kernels: List<Profile.Kernel>
    get() = kernels()

/** The user's lines, those that took the longest first. */
public val Profile.lines: List<Profile.Line>
    get() = lines()

/** Flops for each byte; NaN if there are neither. */
public val Profile.Kernel.intensity: Double
    get() = intensity()

/** Flops a second. */
public val Profile.Kernel.flopsPerSecond: Double
    get() = flopsPerSecond()

/** Bytes a second. */
public val Profile.Kernel.bytesPerSecond: Double
    get() = bytesPerSecond()

/** Which code ran: `vector`, `scalar`, or both. */
public val Profile.Kernel.flavour: String
    get() = flavour()

/** Flops for each byte; NaN if there are neither. */
public val Profile.Line.intensity: Double
    get() = intensity()

/** The weight, `[inFeatures, outFeatures]`. */
public val Linear.weight: Expr
    get() = weight()

/** The bias, `[outFeatures]`. */
public val Linear.bias: Expr
    get() = bias()

/** The kernel, `[size, inChannels / groups, outChannels]`. */
public val Conv1d.weight: Expr
    get() = weight()

/** The bias, `[outChannels]`, or null if there is none. */
public val Conv1d.bias: Expr?
    get() = bias()

/** The kernel, `[size, size, inChannels / groups, outChannels]`. */
public val Conv2d.weight: Expr
    get() = weight()

/** The bias, `[outChannels]`, or null if there is none. */
public val Conv2d.bias: Expr?
    get() = bias()

/** The weight, `[count, width]`. */
public val Embedding.weight: Expr
    get() = weight()

/**
 * What blocks have changed so far, such as running averages, for
 * [dev.covector.graph.FunctionBuilder.updates].
 */
public val Training.updates: Updates
    get() = updates()
