"""Compiled and plain Python runs end in the same state, event for event; two runs are bit-identical."""

import hashlib
import os
import subprocess
import sys

import numpy as np

from tests.mm.machines import Bench
from tests.mm.sequences import do, prepare
from tests.mm.test_nodes import busy_machine
from tests.mm.test_policies import POLICIES

STORY = [
    ("write_anon", list(range(50))),
    ("read_file", list(range(30))),
    ("mlock", (0x7F0000001234, 30000)),
    ("write_file", list(range(20, 40))),
    ("write_anon", list(range(40, 90))),
    ("touch_file", list(range(10)), True),
    ("kswapd",),
    ("read_anon", list(range(90))),
    ("fork",),
    ("write_anon", list(range(0, 90, 3))),
    ("sync",),
    ("drop",),
    ("madvise", 20, 10, 21),
    ("munlock", (0x7F0000001234, 12000)),
    ("madvise", 40, 10, 8),
    ("madvise", 60, 8, 20),
    ("scan", 1, 8),
    ("child_exits",),
    ("read_file", [0, 1, 0, 1, 2, 0]),
    ("madvise", 70, 5, 4),
    ("direct",),
    ("sleep",),
    ("wait",),
]
VARIANTS = [(kernel, policy) for kernel in (False, True) for policy in POLICIES]
NODES = (2, 5)


def story_digest(kernel: bool, policy: int) -> str:  # noqa: FBT001 - one of VARIANTS
    """Digest of all events and of the final state."""
    bench = prepare(Bench(frames=112, kernel=kernel, policy=policy))
    for step in STORY:
        do(bench, step)
    return digest_of(bench.trace, bench.view)


def nodes_digest(nodes: int) -> str:
    """The same of a machine with several nodes, under pressure."""
    machine = busy_machine(nodes)
    return digest_of(machine.trace, machine.view())


def digest_of(trace, view) -> str:
    digest = hashlib.sha256(trace.events(0, len(trace)).tobytes())
    for array in view:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def digests() -> list[str]:
    return [story_digest(*variant) for variant in VARIANTS] + [nodes_digest(nodes) for nodes in NODES]


def test_plain_python_and_compiled_code_agree():
    code = "from tests.mm.test_parity import digests; print(*digests())"
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    there = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert there.stdout.split() == digests()


def test_two_runs_are_identical():
    assert digests() == digests()
