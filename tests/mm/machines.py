"""Small machines for tests of the core, driven by calls."""

import numpy as np

from memsim_gui.mm import boot, calls, tick
from memsim_gui.mm import mm_types as mm
from memsim_gui.mm.project import project
from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import Sizes

TASK = 1
BASE_VPN = 0x7F0000000
MICRO = 1000
MARKS = 4, 6, 8


def tunables(*, kernel: bool, policy: int) -> np.ndarray:
    tun = np.zeros(mm.TUNABLES, np.int64)
    values = {
        mm.TUN_POLICY: policy,
        mm.TUN_SWAPPINESS: 60,
        mm.TUN_PAGE_CLUSTER: 3,
        mm.TUN_PAGEVEC: 15 if kernel else 1,
        mm.TUN_RA_PAGES: 32 if kernel else 0,
        mm.TUN_IO_PAGES: 320,
        mm.TUN_FAULT_AROUND_PAGES: 16 if kernel else 1,
        mm.TUN_SWAP_SLOT_CACHE: int(kernel),
        mm.TUN_PAGE_TABLES: int(kernel),
        mm.TUN_DIRTY_RATIO: 20,
        mm.TUN_DIRTY_BACKGROUND_RATIO: 10,
        mm.TUN_DIRTY_EXPIRE_NS: 30 * 10**9,
        mm.TUN_DIRTY_WRITEBACK_NS: 5 * 10**9,
        mm.TUN_HIT_NS: 100,
        mm.TUN_FAULT_NS: MICRO,
        mm.TUN_SYSCALL_NS: MICRO,
        mm.TUN_SCAN_NS: 200,
        mm.TUN_SWAP_DEVICE: 1,
        mm.TUN_CPUS: 1,
        mm.TUN_PROCESSORS: 1,
        mm.TUN_PAGEOUT_NS: 1000,
        mm.TUN_STAT_BATCH: 64 if kernel else 0,
        mm.TUN_SCHED_SLICE_NS: 100 * MICRO,
    }
    for index, value in values.items():
        tun[index] = value
    return tun


class Bench:
    """A machine, its trace, and calls on it."""

    def __init__(self, *, frames=64, slots=65, kernel=False, policy=mm.POLICY_TWO_LIST, cells=100, metadata=0):
        sizes = Sizes(nodes=1, frames=frames, ptes=1024, cells=cells, slots=slots, vmas=48, files=4, tasks=4, devices=2)
        zone = np.zeros((3, tables.ZONE_COLUMNS), np.int64)
        zone[1, tables.ZONE_MANAGED] = frames
        zone[1, tables.ZONE_MIN : tables.ZONE_HIGH + 1] = MARKS
        zone[1, tables.ZONE_PCP_BATCH] = 3 if kernel else 1
        zone[1, tables.ZONE_PCP_HIGH] = 12 if kernel else 0
        device = np.array([[tables.DEVICE_SSD, 100 * MICRO, 8192, 0, 0]] * 2)
        start = np.zeros(counters.counters_total(1), np.int64)
        tun = tunables(kernel=kernel, policy=policy)
        self.state = boot.new_state(
            mm.Layout(sizes, zone, np.array([0, frames - metadata, 0]), device, tun, start, metadata)
        )
        self.trace = Trace(project(self.state), Meta())
        self.call(calls.CALL_TASK, TASK, 0, 0, -1)

    def call(self, code, *args, items=()):
        """Run a call to its end; return its record (errno in [ERRNO], result in [RESULT])."""
        record = np.zeros(calls.CALL_COLUMNS, np.int64)
        record[0] = code
        record[1 : 1 + len(args)] = args
        status = calls.MORE
        while status == calls.MORE:
            status = tick.run(self.state, record, np.array(items, np.int64), 1 << 40)
            self.drain()
        return record

    def drain(self):
        head = int(self.state.cursor[0])
        self.trace.append(np.array(self.state.ring[:head]).view(kinds.EVENT).reshape(-1))
        self.state.cursor[0] = 0

    def anon(self, pages, vma=0, first_pte=0):
        vm_bits = 3
        self.call(calls.CALL_MMAP, TASK, vma, BASE_VPN + first_pte, pages, first_pte, vm_bits, -1, 0)

    def file(self, pages, row=0, first_cell=0):
        self.call(calls.CALL_OPEN, row, pages, first_cell, 0, tables.FILE_REGULAR, pages * 4096)

    def touch(self, rows, *, write=True):
        return self.call(calls.CALL_TOUCH, TASK, int(write), items=rows)

    def read(self, pages, row=0):
        return self.call(calls.CALL_READ, TASK, row, 4096, items=[page * 4096 for page in pages])

    def write(self, pages, row=0):
        return self.call(calls.CALL_WRITE, TASK, row, 4096, items=[page * 4096 for page in pages])

    @property
    def view(self):
        return project(self.state)

    def vmstat(self, name):
        return counters.vmstat(self.state.counter, 1)[name]
