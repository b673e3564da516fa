"""What writing a sysctl would change: the value now, its default, and for two of them the watermarks."""

from collections.abc import Mapping

from memsim_gui.engine import commands as c
from memsim_gui.engine import watermarks
from memsim_gui.engine.machine_spec import DEFAULT_SCALE_FACTOR
from memsim_gui.engine.tunables import TUNABLES, WATERMARK_SYSCTLS, WITHOUT_EFFECT, checked, sysctl_name
from memsim_gui.scene.words import grouped
from memsim_gui.trace import tables
from memsim_gui.trace.view_state import ViewState

MIN_FREE, SCALE = "vm.min_free_kbytes", "vm.watermark_scale_factor"


def change(command: c.SetSysctl, view: ViewState, values: Mapping[str, int]) -> str:
    """Return what writing a sysctl changes; `values` are those in force, by name. Raises InputError."""
    name = sysctl_name(command.name)
    if name in WITHOUT_EFFECT:
        return "→ accepted, without effect in this model"
    value = checked(name, command.value, "")
    if name in WATERMARK_SYSCTLS:
        return _watermarks(view, {**values, name: value})
    now = values.get(name, TUNABLES[name].default)
    same = " already" if now == value else ""
    return f"→ now {grouped(now)}{same}; by default {grouped(TUNABLES[name].default)} ({TUNABLES[name].unit})"


def _watermarks(view: ViewState, values: Mapping[str, int]) -> str:
    managed = [int(pages) for pages in view.zone[:, tables.ZONE_MANAGED] if pages]
    total = sum(managed)
    least = values.get(MIN_FREE) or watermarks.min_free_kbytes(total)
    scale = values.get(SCALE) or DEFAULT_SCALE_FACTOR
    zones = [watermarks.marks(pages, total, least, scale) for pages in managed]
    now = [int(view.zone[:, column].sum()) for column in (tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH)]
    coming = [sum(marks) for marks in zip(*zones, strict=True)]
    return f"→ min/low/high {_three(now)} become {_three(coming)}"


def _three(marks: list[int]) -> str:
    return "/".join(map(grouped, marks))
