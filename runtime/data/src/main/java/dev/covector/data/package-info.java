/**
 * From files to mini-batches.
 *
 * <p>{@link dev.covector.data.Table} reads CSV files, and makes tensors of numbers and text; {@link dev.covector.data.Idx}
 * reads MNIST and its relatives. {@link dev.covector.data.Split} holds examples out to validate with.
 * {@link dev.covector.data.DataLoader} makes shuffled mini-batches on a thread of its own, which may apply
 * {@link dev.covector.data.Transforms} to images.
 *
 * <pre>{@code
 * Table table = Table.readCsv(Path.of("iris.csv"));
 * Tensor features = table.drop("species").toTensor();                // f32[150,4]
 * Tensor labels = table.codes("species");                            // i32[150]
 *
 * Split split = Split.random(table.rows(), 0.2, 42);
 * StandardScaler scaler = StandardScaler.fit(split.train(features));
 * Tensor x = scaler.transform(split.train(features));                // f32[120,4]
 *
 * DataLoader loader = DataLoader.of(16, x, split.train(labels)).shuffle().seed(42);
 * for (int epoch = 0; epoch < 100; epoch++) {
 *     for (Batch batch : loader.epoch(epoch)) {
 *         train.input("x", batch.get(0)).input("label", batch.get(1)).run();
 *     }
 * }
 * }</pre>
 *
 * <p>All randomness comes from seeds: equal seeds give equal bits on every machine, whatever the number of threads.
 */
@NullMarked
package dev.covector.data;

import org.jspecify.annotations.NullMarked;
