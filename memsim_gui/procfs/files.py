"""All texts of a machine by the paths of the real files, and writing them into a folder."""

from pathlib import Path

from memsim_gui.engine.whole_file import whole_folder
from memsim_gui.procfs import meminfo, status, vmstat, zoneinfo
from memsim_gui.procfs.free import free
from memsim_gui.procfs.lru import lru
from memsim_gui.procfs.snapshot import Snapshot


def files(snapshot: Snapshot) -> dict[str, str]:
    """Return each text by its path without the leading slash; what is no file of its own as NAME.txt."""
    out = {
        "proc/meminfo": meminfo.meminfo(snapshot),
        "proc/swaps": status.swaps(snapshot),
        "proc/vmstat": vmstat.vmstat(snapshot),
        "proc/zoneinfo": zoneinfo.zoneinfo(snapshot),
    }
    for task in snapshot.tasks:
        out[f"proc/{snapshot.pid(task)}/status"] = status.status(snapshot, task)
        out[f"proc/{snapshot.pid(task)}/smaps_rollup"] = status.smaps_rollup(snapshot, task)
    for node in range(snapshot.nodes):
        folder = f"sys/devices/system/node/node{node}"
        out[f"{folder}/meminfo"] = meminfo.node_meminfo(snapshot, node)
        out[f"{folder}/numastat"] = vmstat.numastat(snapshot, node)
        out[f"{folder}/vmstat"] = vmstat.node_vmstat(snapshot, node)
    values = meminfo.values(snapshot)
    return {**out, "dmesg-lru.txt": lru(snapshot), "free-h.txt": free(values, human=True), "free-k.txt": free(values)}


def write(snapshot: Snapshot, folder: Path) -> None:
    """Write all files into a new folder, whole or not at all. Raises InputError."""
    with whole_folder(folder) as unfinished:
        for path, text in files(snapshot).items():
            target = unfinished / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
