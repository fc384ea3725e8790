"""The counterpart of TrainingSpeed.java for PyTorch: training_speed.py mlp|linear|lenet|conv THREADS"""

import time

START = time.time()  # the interpreter itself takes some 20 ms more

import os
import statistics
import sys

# Before torch loads its BLAS, which has threads of its own: without this, "1 thread" uses all cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", sys.argv[2])
os.environ.setdefault("OMP_NUM_THREADS", sys.argv[2])

import torch
from torch import nn


def main(model, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    if model == "mlp":
        net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
        x, y = torch.rand(256, 784), torch.randint(10, (256,))
        lossof, rate = nn.functional.cross_entropy, 0.5
    elif model == "lenet":
        net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5),
                            nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(),
                            nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))
        x, y = torch.rand(256, 1, 28, 28), torch.randint(10, (256,))
        lossof, rate = nn.functional.cross_entropy, 0.9
    elif model == "conv":
        net = nn.Sequential(nn.Conv2d(64, 64, 3, padding=1), nn.ReLU())
        x, y = nn.Parameter(torch.randn(8, 64, 28, 28)), None
        lossof, rate = lambda a, b: a.sum(), 1e-6
    else:
        net = nn.Linear(2, 1)
        x, y = torch.rand(10, 2), torch.rand(10, 1)
        lossof, rate = lambda a, b: 0.5 * nn.functional.mse_loss(a, b), 0.03
    optimiser = torch.optim.SGD([*net.parameters(), *([x] if model == "conv" else [])], lr=rate)

    def step():
        optimiser.zero_grad()
        loss = lossof(net(x), y)
        loss.backward()
        optimiser.step()
        return loss

    reached = []
    for _ in range(500):
        step().item()
        reached.append(round((time.time() - START) * 1e3))
    micros = []
    end = time.perf_counter() + 4
    while time.perf_counter() < end:
        before = time.perf_counter()
        step()
        micros.append((time.perf_counter() - before) * 1e6)
    print(f"{model:6} torch  {threads} threads: {statistics.median(micros):9.3f} us a step "
          f"(median; least {min(micros):9.3f}); ms from the start to the "
          f"1st {reached[0]}, 20th {reached[19]}, 500th {reached[499]}")


main(sys.argv[1], int(sys.argv[2]))
