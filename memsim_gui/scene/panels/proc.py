"""The files of /proc and /sys at a moment: how people call them, and which of their lines have changed."""

from collections.abc import Callable

from memsim_gui.procfs import snapshot
from memsim_gui.procfs.files import DMESG, FREE_H, FREE_K, texts
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

FIRST = {FREE_H: "free -h", "proc/meminfo": "/proc/meminfo", "proc/vmstat": "/proc/vmstat"}
OF_PAGES = ("free -", "/proc/meminfo", "/proc/swaps", "smaps_rollup", "dmesg")
LAST = {FREE_K: "free -k", DMESG: "dmesg: the LRU lists"}


def files(view: ViewState, trace: Trace) -> dict[str, Callable[[], str]]:
    """Return what writes each text by the name that people know, the ones asked for most first."""
    found = snapshot.of_view(view, trace.meta.first_pfn, trace.labels.tasks)
    names = {found.pid(task): found.task_names[task] for task in found.tasks if task < len(found.task_names)}
    paths = texts(found)
    out = {title: paths.pop(path) for path, title in FIRST.items()}
    last = {title: paths.pop(path) for path, title in LAST.items()}
    for path, write in paths.items():
        pid = path.split("/")[1]
        who = f"  ({names[int(pid)]})" if pid.isdecimal() and int(pid) in names else ""
        out[f"/{path}{who}"] = write
    return out | last


def tells_pages(title: str) -> bool:
    """Whether a text is made of single pages and swap slots too, not of counters and tables alone."""
    return any(part in title for part in OF_PAGES)


def changed_lines(before: str, now: str) -> list[int]:
    """Numbers of the lines that are not as they were: in their place, or anywhere where lines came or went."""
    old, new = before.splitlines(), now.splitlines()
    if len(old) == len(new):
        return [number for number, (was, line) in enumerate(zip(old, new, strict=True)) if was != line]
    known = set(old)
    return [number for number, line in enumerate(new) if line not in known]
