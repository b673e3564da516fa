"""Swap map: every slot of the swap area, free or used, and whether its page is in the swap cache too."""

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.panels import swap_map
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import unbroken
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import spaced
from memsim_gui.view.widgets.key import KeyLine
from memsim_gui.view.widgets.mosaic_view import Content, MosaicView
from memsim_gui.view.widgets.page_age import PageAge


class SwapMapPanel(Panel):
    """The slots under a line that counts them."""

    NAME = "swap_map"
    TITLE = "Swap"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary, self.age = QLabel(), PageAge()
        self.summary.setProperty("role", "preview")
        self.summary.setWordWrap(True)
        self.map = MosaicView("Swap slots by number")
        self._legend = KeyLine(swap_map.KEYS)
        column = spaced(QVBoxLayout(self))
        column.addWidget(self.summary)
        column.addWidget(self.age)
        column.addWidget(self.map, 1)
        column.addWidget(self._legend)
        self.map.picked.connect(self._pick)

    def _pick(self, slot: int, _count: int) -> None:
        self.picked.emit(Selection(slot=slot))

    def set_theme(self, theme: Theme) -> None:
        """Dress the map and its legend."""
        self.map.set_theme(theme)
        self._legend.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show all slots here."""
        self.age.tell(moment)
        view, trace, slot = moment.view, moment.trace, moment.selection.slot
        self.summary.setText(unbroken(swap_map.figures(view).words(trace.meta.page_bytes)))
        total = len(view.swap_map)
        self.map.setVisible(total > swap_map.HEADER_SLOTS)
        self._legend.setVisible(total > swap_map.HEADER_SLOTS)
        self.map.show_content(
            Content(
                total,
                swap_map.KEYS,
                lambda slots: swap_map.states(view, slots),
                lambda first, count: swap_map.words(view, trace, first, count),
                None,
                np.array([slot] if slot >= 0 else [], np.int64),
            )
        )
