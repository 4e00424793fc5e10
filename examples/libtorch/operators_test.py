# SPDX-License-Identifier: MIT
"""The operators from Python: usage operators_test.py LIBRARY DIGITS NETWORK.

Each gradient passes torch.autograd.gradcheck in double; values are compared with PyTorch's own; TorchScript gives what the
operator gives. Then DistributedDataParallel trains the digits network with two processes, to the loss of one, and the trained
network is saved to the file NETWORK in TorchScript.
"""

import os
import sys
import tempfile
import unittest

import torch
import torch.distributed as distributed
import torch.nn.functional as functional

LIBRARY, DIGITS, NETWORK = sys.argv[1:4]
torch.ops.load_library(LIBRARY)
rectify = torch.ops.rectify

PEERS = {
    "identity": lambda x: x,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "relu6": functional.relu6,
    "hard_tanh": functional.hardtanh,
    "thresholded_relu": lambda x: functional.threshold(x, 1, 0),
    "hard_sigmoid": functional.hardsigmoid,
    "hard_swish": functional.hardswish,
    "softsign": functional.softsign,
    "elu": functional.elu,
    "selu": functional.selu,
    "celu": functional.celu,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": functional.logsigmoid,
    "softplus": functional.softplus,
    "tanh": torch.tanh,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "mish": functional.mish,
}
SCHEMAS = [schema for schema in torch._C._jit_get_all_schemas() if schema.name.startswith("rectify::")]
FUNCTIONS = sorted(s.name.split("::")[1] for s in SCHEMAS if not s.name.endswith("_backward"))
ELEMENTWISE = [name for name in FUNCTIONS if name != "prelu"]


def inputs(*shape, dtype=torch.double):
    """Numbers on both sides of 0 and of the other kinks, none so near to one that a difference quotient would cross it."""
    torch.manual_seed(1)
    x = torch.randn(*shape, dtype=torch.double) * 3
    for kink in (-3.0, -1.0, 0.0, 1.0, 3.0, 6.0):
        x = torch.where((x - kink).abs() < 1e-3, x + 0.01, x)
    return x.to(dtype).requires_grad_()


def gradcheck(function, arguments):
    return torch.autograd.gradcheck(function, arguments, atol=1e-8, rtol=1e-6)  # its default lets an error of 0.1 % pass


def script_of(name):
    return torch.jit.CompilationUnit(f"def f(x):\n  return torch.ops.rectify.{name}(x)\n").f


class Operators(unittest.TestCase):
    def test_all_are_compared(self):
        self.assertEqual(ELEMENTWISE, sorted(PEERS))

    def test_gradients(self):
        for name in ELEMENTWISE:
            with self.subTest(name):
                self.assertTrue(gradcheck(getattr(rectify, name), (inputs(7, 5),)))
        self.assertTrue(gradcheck(lambda x: rectify.elu(x, -1.7), (inputs(7, 5),)))
        self.assertTrue(gradcheck(lambda x: rectify.hard_tanh(x, min_val=-2.5), (inputs(7, 5),)))

    def test_gradients_of_slopes(self):
        one = torch.tensor([0.3], dtype=torch.double, requires_grad=True)
        each = torch.tensor([0.1, -0.4, 1.5], dtype=torch.double, requires_grad=True)
        for shape in ((4, 3), (2, 3, 5), (2, 3, 2, 3)):
            for slope in (one, each):
                with self.subTest(shape=shape, slopes=slope.numel()):
                    x = inputs(*shape)
                    self.assertTrue(gradcheck(rectify.prelu, (x, slope)))
                    torch.testing.assert_close(rectify.prelu(x, slope), functional.prelu(x, slope))

    def test_values_and_gradients_are_pytorchs(self):
        for name, peer in PEERS.items():
            for dtype in (torch.float, torch.double, torch.bfloat16):
                with self.subTest(name, dtype=dtype):
                    x = inputs(1000, dtype=dtype)
                    with torch.no_grad():
                        x[:6] = torch.tensor([0.0, -3.0, -1.0, 1.0, 3.0, 6.0])  # the kinks themselves too
                        if name == "hard_swish":
                            x[4] = 4  # at 3 PyTorch's slope is 1 in its vector loop, and 3/2 in what is left of a tensor
                    mine = getattr(rectify, name)(x)
                    # in float, since some of PyTorch's have no bfloat16; and a hair wider, since it rounds more than once
                    wide = x.detach().to(torch.float if dtype == torch.bfloat16 else dtype).requires_grad_()
                    theirs = peer(wide)
                    close = {torch.bfloat16: (8e-3, 1e-3), torch.float: (1e-5, 1e-6), torch.double: (1e-10, 1e-13)}[dtype]
                    torch.testing.assert_close(mine.to(wide.dtype), theirs, rtol=close[0], atol=close[1])
                    mine.sum().backward()
                    theirs.sum().backward()
                    if name == "hard_sigmoid":
                        wide.grad = wide.grad.float().to(wide.dtype)  # of doubles too, PyTorch's slope is the float next to 1/6
                        x.grad = x.grad.to(torch.promote_types(dtype, torch.float)).float().to(dtype)
                    torch.testing.assert_close(x.grad.to(wide.dtype), wide.grad, rtol=close[0], atol=close[1])

    def test_script(self):
        x = inputs(100)
        for name in ELEMENTWISE:
            with self.subTest(name):
                self.assertTrue(torch.equal(script_of(name)(x), getattr(rectify, name)(x)))

    def test_strides(self):
        x = inputs(2, 3, 4, 5)
        for strided in (x.transpose(1, 3), x[:, :, ::2], x.to(memory_format=torch.channels_last), x[:0]):
            torch.testing.assert_close(rectify.silu(strided), functional.silu(strided))
            dy = torch.rand_like(strided.contiguous())
            mine, = torch.autograd.grad(rectify.silu(strided), strided, dy)
            theirs, = torch.autograd.grad(functional.silu(strided), strided, dy)
            torch.testing.assert_close(mine, theirs)
        self.assertTrue(rectify.silu(x.to(memory_format=torch.channels_last)).is_contiguous(memory_format=torch.channels_last))

    def test_threads(self):
        x = inputs(300_000, dtype=torch.float)
        results = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            results.append(rectify.gelu(x))
        self.assertTrue(torch.equal(*results))

    def test_refused(self):
        x = inputs(4, 3)
        with self.assertRaisesRegex(ValueError, "parameter alpha = inf must be finite"):
            rectify.elu(x, float("inf"))
        with self.assertRaisesRegex(RuntimeError, "slope has 2 elements, but x is of shape"):
            rectify.prelu(x, torch.ones(2, dtype=torch.double))
        with self.assertRaisesRegex(RuntimeError, "slope must be of the type of x"):
            rectify.prelu(x, torch.ones(3))
        with self.assertRaisesRegex(RuntimeError, "dy is of shape"):
            rectify.silu_backward(x[:2], x)
        with self.assertRaisesRegex(RuntimeError, "not implemented for 'Int'"):
            rectify.silu(torch.ones(3, dtype=torch.int))
        gradient, = torch.autograd.grad(rectify.silu(x).sum(), x, create_graph=True)
        with self.assertRaisesRegex(RuntimeError, "silu_backward is not implemented"):
            gradient.sum().backward()  # the derivative of the derivative: an error, not 0


class Network(torch.nn.Module):
    """The network of examples/digits, with a slope for each unit."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.dense = torch.nn.ModuleList([torch.nn.Linear(n, 32) for n in (64, 32, 32)])
        self.slopes = torch.nn.ParameterList([torch.nn.Parameter(torch.full((32,), 0.25)) for _ in range(3)])
        self.scores = torch.nn.Linear(32, 10)
        self.double()

    def forward(self, x):
        x = torch.ops.rectify.prelu(self.dense[0](x), self.slopes[0])
        x = torch.ops.rectify.prelu(self.dense[1](x), self.slopes[1])
        x = torch.ops.rectify.prelu(self.dense[2](x), self.slopes[2])
        return self.scores(x)


def train(rank, size, path):
    """Each process takes its share of each batch of 32; returns the mean loss of each epoch, and the network."""
    with open(DIGITS) as lines:
        rows = torch.tensor([[int(field) for field in line.split(",")] for line in lines])
    images, labels = rows[:, :64].double() / 8 - 1, rows[:, 64]
    network = model = Network()
    if size > 1:
        distributed.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=size)
        model = torch.nn.parallel.DistributedDataParallel(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for epoch in range(4):
        torch.manual_seed(epoch)
        batches = torch.randperm(len(rows))[: len(rows) // 32 * 32].view(-1, 32)
        total = torch.zeros((), dtype=torch.double)
        for batch in batches:
            mine = batch.chunk(size)[rank]
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(images[mine]), labels[mine])
            loss.backward()
            optimizer.step()
            total += loss.detach() / size
        if size > 1:
            distributed.all_reduce(total)
        losses.append(total.item() / len(batches))
    return losses, network


class Distributed(unittest.TestCase):
    def test_two_processes_reach_the_loss_of_one(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "store")
            second = os.fork()  # before libtorch has any threads: unittest runs the classes in the order of their names
            if second == 0:
                os._exit(0 if train(1, 2, path)[0] else 1)
            together, _ = train(0, 2, path)
            distributed.destroy_process_group()
            self.assertEqual(os.waitpid(second, 0)[1], 0)
        alone, network = train(0, 1, None)
        for epoch, (one, two) in enumerate(zip(alone, together), 1):
            print(f"epoch {epoch}: loss of one process {one:.15f}, of two {two:.15f}, difference {abs(one - two):.1e}")
        self.assertLess(max(abs(one - two) for one, two in zip(alone, together)), 1e-12)
        self.assertLess(alone[-1], alone[0] / 2)
        torch.jit.script(network).save(NETWORK)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
