"""The machine of the core's measurements: one process that has a file mapped shared, and a device without latency.

The mapping is advised as random (MADV_RANDOM), as a database advises its own: a miss then reads one page, as it does in
the cache simulators that the core is compared with, instead of the 32 pages around it.
"""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from memsim_gui.engine.machine_spec import build
from memsim_gui.mm import boot, calls, tick
from memsim_gui.trace import bits, kinds, tables
from memsim_gui.trace.ring import RING_HEAD

BUDGET_OPS = 1 << 18
FIRST_VPN = 1 << 20
MAPPING = bits.VM_READ | bits.VM_SHARED | bits.VM_RAND_READ
Rows = npt.NDArray[np.int64]


class MappedFile:
    """A machine of `frames` page frames in detail kernel, two-list, with `pages` file pages mapped from row 0 on."""

    def __init__(self, frames: int, pages: int, level: int = kinds.LEVEL_COUNTERS) -> None:
        """Build the machine; `level` is a kinds.LEVEL_*."""
        layout = build({"memory": frames, "detail": "kernel", "memsim.instant_io": 1}).layout(level)
        self.state = boot.new_state(layout._replace(sizes=layout.sizes._replace(ptes=pages, cells=pages)))
        self._call(calls.CALL_TASK, 0, 0, 0, -1)
        self._call(calls.CALL_OPEN, 0, pages, 0, 0, tables.FILE_REGULAR, pages * 4096)
        self._call(calls.CALL_MMAP, 0, 0, FIRST_VPN, pages, 0, MAPPING, 0, 0)

    def touch(self, rows: Rows) -> None:
        """Read each of these pages of the mapping once, in order. Events are copied out of the ring and dropped."""
        self._call(calls.CALL_TOUCH, 0, 0, items=rows)

    def _call(self, code: int, *args: int, items: Rows | None = None) -> None:
        call = np.zeros(calls.CALL_COLUMNS, np.int64)
        call[0] = code
        call[calls.ARG : calls.ARG + len(args)] = args
        status = calls.MORE
        while status == calls.MORE:
            status = tick.run(self.state, call, np.empty(0, np.int64) if items is None else items, BUDGET_OPS)
            head = self.state.cursor[RING_HEAD]
            self.state.ring[:head].copy()
            self.state.cursor[RING_HEAD] = 0
        if status == calls.FAILED:
            raise RuntimeError(f"the core refused call {code} with errno {call[calls.ERRNO]}")


def best_seconds(run: Callable[[], None], times: int = 2) -> float:
    """Return the seconds that the fastest of several runs took."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)
