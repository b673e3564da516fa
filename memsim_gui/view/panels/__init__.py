"""The docks of the window, one panel a file. Adding a panel means adding it here, and nowhere else."""

from typing import NamedTuple

from PySide6.QtCore import Qt

from memsim_gui.view.panel import Panel
from memsim_gui.view.panels.address_space import AddressSpacePanel
from memsim_gui.view.panels.charts import ChartsPanel
from memsim_gui.view.panels.code_path import CodePathPanel
from memsim_gui.view.panels.controls import ControlsPanel
from memsim_gui.view.panels.counters import CountersPanel
from memsim_gui.view.panels.log import LogPanel
from memsim_gui.view.panels.page_cache import PageCachePanel
from memsim_gui.view.panels.page_inspector import PageInspectorPanel
from memsim_gui.view.panels.physical_map import PhysicalMapPanel
from memsim_gui.view.panels.proc import ProcPanel
from memsim_gui.view.panels.swap_map import SwapMapPanel
from memsim_gui.view.panels.timeline import TimelinePanel

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class Entry(NamedTuple):
    """A panel's class, where its dock begins, and the key that shows and hides it."""

    panel: type[Panel]
    area: Qt.DockWidgetArea
    shortcut: str


REGISTRY = (
    Entry(ControlsPanel, LEFT, "Ctrl+1"),
    Entry(PageInspectorPanel, RIGHT, "Ctrl+2"),
    Entry(PageCachePanel, RIGHT, "Ctrl+3"),
    Entry(AddressSpacePanel, RIGHT, "Ctrl+4"),
    Entry(PhysicalMapPanel, RIGHT, "Ctrl+5"),
    Entry(SwapMapPanel, RIGHT, "Ctrl+6"),
    Entry(TimelinePanel, BOTTOM, "Ctrl+7"),
    Entry(ChartsPanel, BOTTOM, "Ctrl+Shift+H"),
    Entry(CountersPanel, BOTTOM, "Ctrl+8"),
    Entry(ProcPanel, BOTTOM, "Ctrl+Shift+P"),
    Entry(LogPanel, BOTTOM, "Ctrl+9"),
    Entry(CodePathPanel, BOTTOM, "Ctrl+Shift+C"),
)
