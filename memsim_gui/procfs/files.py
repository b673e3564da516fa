"""All texts of a machine by the paths of the real files, and writing them into a folder."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from memsim_gui.engine.whole_file import whole_folder
from memsim_gui.procfs import meminfo, status, vmstat, zoneinfo
from memsim_gui.procfs.free import free
from memsim_gui.procfs.lru import lru
from memsim_gui.procfs.snapshot import Snapshot

FREE_H, FREE_K, DMESG = "free-h.txt", "free-k.txt", "dmesg-lru.txt"


def texts(snapshot: Snapshot) -> dict[str, Callable[[], str]]:
    """Return what writes each text, by its path without the leading slash; what is no file of its own as NAME.txt."""
    out: dict[str, Callable[[], str]] = {
        "proc/meminfo": partial(meminfo.meminfo, snapshot),
        "proc/swaps": partial(status.swaps, snapshot),
        "proc/vmstat": partial(vmstat.vmstat, snapshot),
        "proc/zoneinfo": partial(zoneinfo.zoneinfo, snapshot),
    }
    for task in snapshot.tasks:
        out[f"proc/{snapshot.pid(task)}/status"] = partial(status.status, snapshot, task)
        out[f"proc/{snapshot.pid(task)}/smaps_rollup"] = partial(status.smaps_rollup, snapshot, task)
    for node in range(snapshot.nodes):
        folder = f"sys/devices/system/node/node{node}"
        out[f"{folder}/meminfo"] = partial(meminfo.node_meminfo, snapshot, node)
        out[f"{folder}/numastat"] = partial(vmstat.numastat, snapshot, node)
        out[f"{folder}/vmstat"] = partial(vmstat.node_vmstat, snapshot, node)
    out[DMESG] = partial(lru, snapshot)
    out[FREE_H] = partial(_free, snapshot, human=True)
    out[FREE_K] = partial(_free, snapshot, human=False)
    return out


def _free(snapshot: Snapshot, *, human: bool) -> str:
    return free(meminfo.values(snapshot), human=human)


def files(snapshot: Snapshot) -> dict[str, str]:
    """Return each text by its path, as `texts` names them."""
    return {path: write() for path, write in texts(snapshot).items()}


def write(snapshot: Snapshot, folder: Path) -> None:
    """Write all files into a new folder, whole or not at all. Raises InputError."""
    with whole_folder(folder) as unfinished:
        for path, text in files(snapshot).items():
            target = unfinished / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
