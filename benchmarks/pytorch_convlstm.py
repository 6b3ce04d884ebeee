#!/usr/bin/env python3
"""Training step of the straightforward ConvLSTM cell in PyTorch, the setting of benchmark-convlstm: 32x32 maps, 16
steps, batch 8, hidden 32 and 64. Needs python3-torch. Prints the share of PyTorch's own convolution peak (the largest
rate of convolutions alone, f32, channels last, measured in between), to be held beside what benchmark-convlstm prints on
the same machine. Usage: pytorch_convlstm.py [threads]"""
import os
import statistics
import sys
import time

import torch

BATCH, STEPS, SIZE, ROUNDS = 8, 16, 32, 9


def straightforward(x, weight, bias, hidden):
    h = c = torch.zeros(x.shape[0], hidden, SIZE, SIZE)
    outputs = []
    for t in range(x.shape[1]):
        z = torch.nn.functional.conv2d(torch.cat([x[:, t], h], 1), weight, bias, padding=1)
        i, f, o, g = z.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        outputs.append(h)
    return torch.stack(outputs, 1)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(hidden):
    torch.manual_seed(1)
    bound = (2 * hidden * 9) ** -0.5
    weight = torch.empty(4 * hidden, 2 * hidden, 3, 3).uniform_(-bound, bound).requires_grad_()
    bias = torch.zeros(4 * hidden, requires_grad=True)
    x = torch.randn(BATCH, STEPS, hidden, SIZE, SIZE, requires_grad=True)
    last = torch.channels_last
    pairs = [(torch.randn(BATCH, n, SIZE, SIZE).contiguous(memory_format=last),
              torch.randn(n, n, 3, 3).contiguous(memory_format=last)) for n in (64, 128, 256, 512)]
    steps, alone = [], [[] for _ in pairs]
    for _ in range(ROUNDS):
        for (maps, filters), times in zip(pairs, alone):
            with torch.no_grad():
                times.append(seconds(lambda: torch.nn.functional.conv2d(maps, filters, padding=1)))
        steps.append(seconds(lambda: straightforward(x, weight, bias, hidden).square().mean().backward()))
    peak = max(2 * BATCH * SIZE * SIZE * 9 * filters.shape[0] ** 2 / statistics.median(times)
               for (_, filters), times in zip(pairs, alone))
    work = 3 * 2 * BATCH * STEPS * SIZE * SIZE * 9 * 2 * hidden * 4 * hidden
    step = statistics.median(steps)
    print(f"hidden {hidden}, f32: share of the convolution peak {work / step / peak:.2f}; {BATCH / step:.0f} clips/s")


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count())
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for hidden in (32, 64):
        measure(hidden)


if __name__ == "__main__":
    main()
