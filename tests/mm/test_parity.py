"""Compiled and plain Python runs end in the same state, event for event; two runs are bit-identical."""

import hashlib
import os
import subprocess
import sys

import numpy as np

from memsim_gui.mm.project import project
from tests.mm.machines import Bench
from tests.mm.sequences import do, prepare

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
    ("child_exits",),
    ("read_file", [0, 1, 0, 1, 2, 0]),
]


def story_digest(*, kernel: bool) -> str:
    """Digest of all events and of the final state."""
    bench = prepare(Bench(frames=112, kernel=kernel))
    for step in STORY:
        do(bench, step)
    digest = hashlib.sha256(bench.trace.events(0, len(bench.trace)).tobytes())
    for array in project(bench.state):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def test_plain_python_and_compiled_code_agree():
    here = [story_digest(kernel=False), story_digest(kernel=True)]
    code = "from tests.mm.test_parity import story_digest as d; print(d(kernel=False), d(kernel=True))"
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    there = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert there.stdout.split() == here


def test_two_runs_are_identical():
    assert story_digest(kernel=True) == story_digest(kernel=True)
