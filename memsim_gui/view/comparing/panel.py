"""Difference: the figures and the pages in which machines compared are not alike, at the place shown."""

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QBoxLayout

from memsim_gui.scene.comparing.difference import PageRow, Row, counter_rows, page_rows, summary
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import grouped
from memsim_gui.session.comparison import Comparison
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.player import Player
from memsim_gui.view.comparing.stages import names
from memsim_gui.view.comparing.table import TextTable
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced

FIGURE_WIDTH, RATIO_WIDTH, PLACE_WIDTH = 22 * UNIT, 16 * UNIT, 28 * UNIT
FIRST_RATIO = 3  # column
NONE = "–"
BUILDING = "The other machines are being built"


class DifferencePanel(Panel):
    """Two tables: figures, and pages. A click on a page picks it in all machines."""

    NAME = "difference"
    TITLE = "Difference"
    INTEREST = Changed.POSITION
    CALM = True

    def __init__(self, comparison: Comparison, player: Player, *, stacked: bool) -> None:
        """Compare the machine that `player` shows with the others of a comparison.

        The tables stand beside each other or, `stacked`, one over the other.
        """
        super().__init__()
        self._comparison, self._player = comparison, player
        machines = names(len(comparison.sides))
        ratios = [part for name in machines[1:] for part in (name, "ratio")]
        self.figures = TextTable("Figures that differ", (BUILDING, machines[0].lower(), *ratios), FIGURE_WIDTH)
        for column in range(FIRST_RATIO, len(ratios) + 2, 2):
            self.figures.horizontalHeader().resizeSection(column, RATIO_WIDTH)
        self.pages = TextTable("Pages that differ", ("pages", machines[0].lower(), *machines[1:]), PLACE_WIDTH)
        self._rows: tuple[PageRow, ...] = ()
        across = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        both = spaced(QBoxLayout(across, self), gap=SECTION_GAP)
        both.addWidget(self.figures, 1)
        both.addWidget(self.pages, 1)
        self.pages.clicked.connect(self._pick)
        self.pages.activated.connect(self._pick)

    def render_moment(self, moment: Moment) -> None:
        """Compare all machines where they stand now."""
        del moment
        sides = [side.view for side in self._comparison.sides]
        views = [self._player.view, *(view for view in sides if view is not None)]
        if len(views) <= len(sides):
            self.figures.texts.entitle(BUILDING)
            return
        counters = counter_rows(views)
        self.figures.texts.show_rows([_figures(row) for row in [*summary(views), *counters]])
        self.figures.texts.entitle(f"{len(counters)} counters differ")
        found = page_rows(views, self._player.trace)
        self._rows = found.rows
        self.pages.texts.show_rows([(row.name, *row.places) for row in found.rows])
        some = f"; the first {len(found.rows)}" if len(found.rows) < found.total else ""
        self.pages.texts.entitle(f"{grouped(found.total)} pages are elsewhere{some}")

    def _pick(self, index: QModelIndex) -> None:
        row = self._rows[index.row()]
        self.picked.emit(Selection(pte=row.pte, cell=row.cell))


def _figures(row: Row) -> tuple[str, ...]:
    """A row of the table: the original's figure, then each other with its ratio."""
    out = [row.name, figure(row.values[0])]
    for side in range(1, len(row.values)):
        ratio = row.ratio(side)
        out += [figure(row.values[side]), f"× {ratio:.2f}" if ratio is not None else NONE]
    return tuple(out)


def figure(value: float | None) -> str:
    """Return a figure as a person reads it: whole numbers in groups of three, others with two digits."""
    if value is None:
        return NONE
    return grouped(value) if isinstance(value, int) else f"{value:.2f}"
