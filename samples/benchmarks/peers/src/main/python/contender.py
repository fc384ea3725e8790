"""PyTorch as a contender of the benchmark of workloads: contender.py WORKLOAD DATA.safetensors THREADS

Prints "ready CHECKSUM" after four steps, then answers "run MILLIS" with "time MEDIAN_NS LEAST_NS STEPS".
"""

import json
import os
import statistics
import struct
import sys
import time
from pathlib import Path

# The other contenders' script sets the environment, which counts from the start of the process only.
if "glibc.malloc" not in os.environ.get("GLIBC_TUNABLES", ""):
    script = str(Path(__file__).resolve().parents[3] / "contender")
    os.execv(script, [script, "pytorch", *sys.argv[1:]])

import torch
from torch.nn import functional as F

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(body, dtype=DTYPES[entry["dtype"]], count=torch.Size(entry["shape"]).numel(),
                                    offset=begin)
            tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def total(tensors):
    return sum(t.double().sum().item() for t in tensors)


def trainable(tensors):
    return [t.contiguous().requires_grad_() for t in tensors]


class Training:
    """An update by gradient descent of the parameters that loss(*parameters) takes, and gradients of others."""

    def __init__(self, loss, parameters, rate=0.01, others=()):
        self.loss, self.parameters, self.rate, self.others = loss, parameters, rate, others
        self.wanted = [*parameters, *others]

    def step(self):
        loss = self.loss(*self.parameters)
        gradients = torch.autograd.grad(loss, self.wanted)
        with torch.no_grad():
            torch._foreach_add_(self.parameters, gradients[:len(self.parameters)], alpha=-self.rate)
        return loss

    def checksum(self):
        for _ in range(4):
            loss = self.step()
        return loss.item() + total(p.detach() for p in self.parameters)


class Gradient:
    """A value and its gradients, without an update."""

    def __init__(self, value, inputs, summary=lambda gradient: gradient):
        self.value, self.inputs, self.summary = value, inputs, summary

    def step(self):
        value = self.value(*self.inputs)
        return value, torch.autograd.grad(value, self.inputs)

    def checksum(self):
        for _ in range(4):
            value, gradients = self.step()
        return value.item() + total(self.summary(g) for g in gradients)


class Prediction:
    def __init__(self, module, x, summary):
        self.module, self.x, self.summary = module, x, summary

    def step(self):
        return self.module(self.x)

    def checksum(self):
        for _ in range(4):
            out = self.step()
        return self.summary(out.double()).item()


def linear_regression(d):
    x, y = d["x"], d["y"]
    return Training(lambda weight, bias: F.mse_loss(torch.addmv(bias, x, weight), y),
                    trainable([d["weight"], d["bias"]]))


def linear(x, weight, bias):
    """With a weight [inputs, outputs]: somewhat faster than torch.nn.functional's [outputs, inputs]."""
    return torch.addmm(bias, x, weight)


def layers(d, first=1):
    """Weights and biases in the order of layers."""
    count = sum(name.startswith("w") for name in d)
    return [d[name] for i in range(first, count + 1) for name in (f"w{i}", f"b{i}")]


def perceptron(d):
    x, labels = d["x"], d["labels"]

    def loss(*parameters):
        h = linear(x, *parameters[:2])
        for i in range(2, len(parameters), 2):
            h = linear(F.relu(h, inplace=True), parameters[i], parameters[i + 1])
        return F.cross_entropy(h, labels)

    return Training(loss, trainable([d["weight"], d["bias"]] if "weight" in d else layers(d)))


def tanh_net(d):
    x, y = d["x"], d["y"]

    def loss(w1, b1, w2, b2, w3, b3):
        h = torch.tanh(linear(x, w1, b1))
        h = torch.tanh(linear(h, w2, b2))
        return F.mse_loss(linear(h, w3, b3), y)

    return Training(loss, trainable(layers(d)))


def lenet(d):
    # NCHW: the flattened features are (channel, height, width), so the rows of the next weight move.
    x, labels = d["x"].permute(0, 3, 1, 2).contiguous(), d["labels"]
    w1 = d["w1"].reshape(5, 5, 16, 120).permute(2, 0, 1, 3).reshape(400, 120)

    def loss(k1, c1, k2, c2, w1, b1, w2, b2, w3, b3):
        h = F.avg_pool2d(torch.sigmoid(F.conv2d(x, k1, c1, padding=2)), 2)
        h = F.avg_pool2d(torch.sigmoid(F.conv2d(h, k2, c2)), 2)
        h = torch.sigmoid(linear(h.flatten(1), w1, b1))
        h = torch.sigmoid(linear(h, w2, b2))
        return F.cross_entropy(linear(h, w3, b3), labels)

    parameters = trainable([d["k1"].permute(3, 2, 0, 1), d["c1"], d["k2"].permute(3, 2, 0, 1), d["c2"],
                            w1, d["b1"], *layers(d, 2)])
    return Training(loss, parameters, rate=0.1)


def chain(d):
    return Gradient(lambda x, a, b, c: (torch.tanh(a * x + b) * torch.sigmoid(x) + c).sum(),
                    trainable([d["x"], d["a"], d["b"], d["c"]]))


def attention(d):
    batch, heads, length, width = d["g"].shape
    q, k, v, g = (d[name].reshape(batch * heads, length, width) for name in "qkvg")
    scale = width ** -0.5

    def value(q, k, v):
        weights = torch.softmax(torch.bmm(q * scale, k.transpose(1, 2)), -1)
        return (torch.bmm(weights, v) * g).sum()

    return Gradient(value, trainable([q, k, v]), torch.abs)


class Classifier(torch.nn.Module):
    def __init__(self, d):
        super().__init__()
        for name in ("w1", "w2", "w3"):
            self.register_buffer(name, d[name])
        for name in ("b1", "b2", "b3"):
            self.register_buffer(name, d[name])

    def forward(self, x):
        h = torch.sigmoid(linear(x, self.w1, self.b1))
        h = torch.sigmoid(linear(h, self.w2, self.b2))
        return torch.softmax(linear(h, self.w3, self.b3), 1)


class Logistic(torch.nn.Module):
    def __init__(self, d):
        super().__init__()
        self.register_buffer("w", d["w"])
        self.register_buffer("b", d["b"])

    def forward(self, x):
        return torch.sigmoid(linear(x, self.w, self.b))


def prediction(module, x, summary):
    frozen = torch.jit.freeze(torch.jit.trace(module.eval(), x))
    return Prediction(frozen, x, summary)


def classifier(d):
    return prediction(Classifier(d), d["x"], lambda out: (out * torch.arange(1, 11)).sum())


def logistic(d):
    return prediction(Logistic(d), d["x"], torch.sum)


def residual_block(d):
    x, g = (d[name].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last) for name in ("x", "g"))
    x.requires_grad_()

    def loss(k1, gamma1, beta1, k2, gamma2, beta2):
        h = F.conv2d(x, k1, padding=1)
        h = F.relu(F.batch_norm(h, None, None, gamma1, beta1, training=True), inplace=True)
        h = F.batch_norm(F.conv2d(h, k2, padding=1), None, None, gamma2, beta2, training=True)
        return (F.relu(h.add_(x), inplace=True) * g).sum() / g.numel()

    k1, k2 = (d[name].permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last).requires_grad_() for name in ("k1", "k2"))
    others = [d[name].requires_grad_() for name in ("gamma1", "beta1", "gamma2", "beta2")]
    return Training(loss, [k1, *others[:2], k2, *others[2:]], others=[x])


def bayesian(d):
    x, y = d["x"], d["y"]

    def density(beta):
        z = torch.mv(x, beta)
        return -F.binary_cross_entropy_with_logits(z, y, reduction="sum") - 0.5 * torch.dot(beta, beta)

    return Gradient(density, trainable([d["beta"]]))


def norm_gelu_linear(d):
    x, g = d["x"].requires_grad_(), d["g"]

    def loss(gamma, beta, w, bias):
        h = F.gelu(F.layer_norm(x, gamma.shape, gamma, beta))
        return (linear(h, w, bias) * g).sum() / g.numel()

    return Training(loss, trainable([d["gamma"], d["beta"], d["w"], d["bias"]]), others=[x])


WORKLOADS = {"W1": linear_regression, "W2": perceptron, "W3": perceptron, "W3.50": perceptron, "W4": tanh_net,
             "W5": lenet, "W6": chain, "W7": attention, "W8": classifier, "W8b": logistic, "W9": residual_block,
             "W10": bayesian, "W12": norm_gelu_linear}


def measure(step, millis):
    now = time.perf_counter_ns
    begin = now()
    step()
    batch = max(1, 100_000 // max(1, now() - begin))  # so that reading the clock does not matter
    times, steps, end = [], 0, begin + millis * 1_000_000
    while not times or now() < end:
        before = now()
        for _ in range(batch):
            step()
        times.append((now() - before) / batch)
        steps += batch
    return f"time {statistics.median(times):.1f} {min(times):.1f} {steps}"


def main(name, path, threads):
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    if name not in WORKLOADS:
        print("no products are OpenBLAS's part", flush=True)
        return
    workload = WORKLOADS[name](read(path))
    with torch.inference_mode(isinstance(workload, Prediction)):
        print(f"ready {workload.checksum()!r}", flush=True)
        for line in sys.stdin:
            command = line.split()
            if command[:1] == ["run"]:
                print(measure(workload.step, int(command[1])), flush=True)
            elif command == ["quit"]:
                return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
