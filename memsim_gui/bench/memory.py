"""bytes_per_*: how much memory the core's state takes for one more page frame and for one more virtual page."""

from memsim_gui.bench.result import Result
from memsim_gui.engine.machine_spec import build
from memsim_gui.mm import boot
from memsim_gui.trace import kinds

SMALL, LARGE = 1 << 16, 1 << 17


def bytes_per_frame() -> Result:
    """Bytes that a machine's state grows by for each page frame."""
    return Result((_state_bytes(frames=LARGE) - _state_bytes(frames=SMALL)) / (LARGE - SMALL), "the core's state")


def bytes_per_vpage() -> Result:
    """Bytes that a machine's state grows by for each mapped page of a file: its table entry and its cache slot."""
    grown = _state_bytes(pages=LARGE) - _state_bytes(pages=SMALL)
    return Result(grown / (LARGE - SMALL), "page table entry and page cache slot in the core's state")


def _state_bytes(frames: int = SMALL, pages: int = SMALL) -> int:
    layout = build({"memory": frames, "detail": "kernel"}).layout(kinds.LEVEL_COUNTERS)
    state = boot.new_state(layout._replace(sizes=layout.sizes._replace(ptes=pages, cells=pages)))
    return sum(int(table.nbytes) for table in state)


MEASUREMENTS = {"bytes_per_frame": bytes_per_frame, "bytes_per_vpage": bytes_per_vpage}
