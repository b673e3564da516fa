"""The desk: begins and ends comparisons in a window, asked for in a dialog or by turning a knob at the step shown."""

from functools import partial

from PySide6.QtCore import QByteArray, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from memsim_gui import jit
from memsim_gui.engine import resume
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.variant import Change
from memsim_gui.paint.tokens import Theme, load_theme
from memsim_gui.session import what_if
from memsim_gui.session.comparison import Comparison
from memsim_gui.session.moment import Moment
from memsim_gui.session.session import Session
from memsim_gui.view import arrangement, focus
from memsim_gui.view.actions import Actions
from memsim_gui.view.centre import Centre
from memsim_gui.view.comparing.dialog import CompareDialog
from memsim_gui.view.comparing.panel import DifferencePanel
from memsim_gui.view.comparing.stages import ROW_OF, Stages
from memsim_gui.view.docks import Dock
from memsim_gui.view.panel import Panel
from memsim_gui.view.panels import BOTTOM, LEFT, RIGHT
from memsim_gui.view.style import DEFAULT_THEME, SECTION_GAP, UNIT

NOT_COMPILED = "other machines can be compared as soon as the core is compiled"
LEAST_DOCK, DOCK_SHARE = 40 * UNIT, 0.22  # of the window's height
ROOMY = 250 * UNIT  # from this height on, two rows of stages leave room for docks below them
SHORTCUT = "Ctrl+Shift+D"


class Desk(QObject):
    """Comparisons of what the session shows.

    Attributes:
        comparison, stages: of the comparison under way; None without one.

    Signals:
        said: what a person should know, in one line.
        laid_out: a comparison has begun: its panels (view.panel.Panel), to be kept up to date as all others.
    """

    said = Signal(str)
    laid_out = Signal(list)

    def __init__(self, session: Session, actions: Actions, centre: Centre, window: QMainWindow) -> None:
        """Compare nothing yet."""
        super().__init__(window)
        self._theme = load_theme(DEFAULT_THEME)
        self._session, self._actions, self._centre, self._window = session, actions, centre, window
        self.comparison: Comparison | None = None
        self.stages: Stages | None = None
        self.difference: DifferencePanel | None = None
        self._dock: Dock | None = None
        self._before = QByteArray()
        self._play_from = -1
        self.menu = QMenu("What if", window)
        self.menu.setAccessibleName("What if: one knob changed from this step on")
        actions["compare"].triggered.connect(self.ask)
        actions["what_if"].triggered.connect(self.offer_knobs)
        actions["end_compare"].triggered.connect(self.end)
        actions["step_start"].triggered.connect(self.to_step_start)
        actions["end_compare"].setEnabled(False)
        session.opened.connect(self.end)

    @property
    def panels(self) -> list[Panel]:
        """Panels that the window keeps up to date while a comparison is under way."""
        return [self.stages.original, self.difference] if self.stages and self.difference else []

    # --- asking

    def ask(self) -> None:
        """Ask which machines to compare with."""
        try:
            dialog = CompareDialog(resume.machine_of(self._session.trace), self._window)
        except InputError as error:
            self.said.emit(str(error))
            return
        dialog.chosen.connect(self.begin)
        dialog.open()

    def offer_knobs(self) -> None:
        """Let the person turn one knob for the step shown: arrow keys and Return, or Escape."""
        trace, player = self._session.trace, self._session.player
        step = what_if.step_at(trace, player.position)
        try:
            found = what_if.knobs(trace, step)
        except InputError as error:
            self.said.emit(str(error))
            return
        player.pause()
        self.menu.clear()
        for knob in found:
            self.menu.addAction(knob.words).setData((knob.change, step.start))
        for action in self.menu.actions():
            action.triggered.connect(self._turn)
        self.menu.setActiveAction(self.menu.actions()[0])
        size = self.menu.sizeHint()
        place = self._centre.rect().center() - QPoint(size.width(), size.height()) / 2
        self.menu.popup(self._centre.mapToGlobal(place))

    def _turn(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            change, start = action.data()
            self.begin([change], start)

    def to_step_start(self) -> None:
        """Go back to where the step shown begins."""
        self._session.seek(what_if.step_at(self._session.trace, self._session.player.position).start)

    # --- the comparison

    def begin(self, changes: list[Change], play_from: int = -1) -> None:
        """Begin a comparison; from `play_from` on, if it is given, the step is played as soon as all are there."""
        self.end()
        if not jit.is_compiled():
            self.said.emit(NOT_COMPILED)
            return
        try:
            self.comparison = Comparison(self._session.player, changes, self)
        except InputError as error:
            self.said.emit(str(error))
            return
        self._play_from = play_from
        if play_from >= 0:
            self._session.player.pause()
            self._session.seek(play_from)
        self._lay_out(self.comparison)

    def _lay_out(self, comparison: Comparison) -> None:
        """Put the stages into the window's middle, and only what is read beside them around."""
        player, window = self._session.player, self._window
        self._before = window.saveState(arrangement.VERSION)
        crowded = len(comparison.sides) >= ROW_OF and window.height() < ROOMY
        aside = (LEFT, RIGHT, BOTTOM) if crowded else (LEFT, RIGHT)
        for dock in window.findChildren(Dock):
            if window.dockWidgetArea(dock) in aside and not dock.isFloating():
                dock.hide()
        self.stages = Stages(
            comparison, player, self._theme, single=self._centre.stage, bare=len(comparison.sides) >= ROW_OF
        )
        self.stages.picked.connect(player.select)
        self._put_difference(self.stages, DifferencePanel(comparison, player, stacked=self.stages.has_room), crowded)
        self._centre.show_instead(self.stages)
        self._actions["end_compare"].setEnabled(True)
        self.laid_out.emit(self.panels)
        player.relook()

    def _put_difference(self, stages: Stages, panel: DifferencePanel, crowded: bool) -> None:  # noqa: FBT001
        """Put what differs beside the stages, or into a dock, which is not seen at first where the window is low."""
        self.difference = panel
        if stages.has_room:
            stages.put_beside(f"{panel.TITLE} from the original", panel)
            QShortcut(SHORTCUT, panel, partial(focus.enter, panel))
            return
        self._dock = self._difference_dock(panel)
        if crowded:
            self._dock.hide()
            self.said.emit(f"{SHORTCUT} shows what differs; a higher window has room for it")

    def _difference_dock(self, panel: DifferencePanel) -> Dock:
        """Put the panel to the docks at the bottom, in front of them."""
        window = self._window
        dock = Dock(panel, SHORTCUT)
        self._paint_dock(dock)
        beside = next((other for other in window.findChildren(Dock) if window.dockWidgetArea(other) == BOTTOM), None)
        window.addDockWidget(BOTTOM, dock)
        window.addAction(dock.action)
        if beside and not beside.isHidden():
            window.tabifyDockWidget(beside, dock)
        dock.show()
        dock.raise_()
        height = max(LEAST_DOCK, round(DOCK_SHARE * window.height()))
        window.resizeDocks([dock], [height], Qt.Orientation.Vertical)
        arrangement.tidy_soon(window)
        return dock

    def end(self) -> None:
        """End the comparison, if there is one, and free all that it took."""
        if self.comparison is None:
            return
        self.comparison.end()
        self.comparison.deleteLater()
        self._centre.show_stage()
        if self.stages:
            self.stages.deleteLater()
        if self._dock:
            self._window.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self.comparison = self.stages = self.difference = self._dock = None
        self._play_from = -1
        self._window.restoreState(self._before, arrangement.VERSION)
        arrangement.tidy_soon(self._window)
        self._actions["end_compare"].setEnabled(False)
        self._session.player.relook()

    # --- every frame

    def follow(self) -> None:
        """Let the other machines follow what the original has done, and where it is shown."""
        if self.comparison is None:
            return
        self.comparison.follow()
        if self._play_from >= 0 and self.comparison.ready:
            self._session.seek(self._play_from)
            self._play_from = -1
            self._session.conductor.present_next()

    def offer(self, moment: Moment | None, *, hurried: bool) -> None:
        """Show what has changed in the other machines; `moment` is what has in the original."""
        if self.stages is None or self.difference is None:
            return
        other = self.stages.offer(moment, hurried=hurried)
        if other and moment is None:
            self.difference.offer(other, hurried=hurried)

    def use_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        if self.stages:
            self.stages.set_theme(theme)
        if self._dock:
            self._paint_dock(self._dock)

    def _paint_dock(self, dock: Dock) -> None:
        color = self._theme.color
        dock.paint_icons(color["text_soft"], color["asleep"], SECTION_GAP)
