"""Every action of the window with its words, shortcut and icon: what menus, toolbar and palette are made of."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtWidgets import QWidget

from memsim_gui.paint import Theme
from memsim_gui.session.jobs import Report
from memsim_gui.view.widgets.icons import icon


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: `menu` is the title of the menu it stands in, after those around it; an empty `icon` = text only."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...]
    icon: str = ""
    checkable: bool = False


FILE, EDIT, PLAY, VIEW, HELP = "&File", "&Edit", "&Play", "&View", "&Help"
ZOOM, LABELS, PANELS = f"{VIEW}/&Zoom", f"{VIEW}/La&bels and motion", f"{VIEW}/P&anels"
ENTRIES = (
    Entry("new_machine", FILE, "&New machine…", ("Ctrl+N",)),
    Entry("open", FILE, "&Open…", ("Ctrl+O",)),
    Entry("save", FILE, "&Save recording…", ("Ctrl+S",)),
    Entry("export", FILE, "&Export…", ("Ctrl+E",), "export"),
    Entry("quit", FILE, "&Quit", ("Ctrl+Q",)),
    Entry("undo", EDIT, "&Undo", ("Ctrl+Z",)),
    Entry("redo", EDIT, "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Entry("go_on", EDIT, "&Go on from here", ("Ctrl+Return",)),
    Entry("cancel", EDIT, "&Cancel what is under way", ("Ctrl+.",)),
    Entry("play", PLAY, "&Play or pause", ("Space",), "play"),
    Entry("next_step", PLAY, "&Next scenario step", ("PgDown",), "next_step"),
    Entry("previous_step", PLAY, "P&revious scenario step", ("PgUp", "Backspace"), "previous_step"),
    Entry("forward", PLAY, "Next &decision", ("Right",), "forward"),
    Entry("back", PLAY, "Previous d&ecision", ("Left",), "back"),
    Entry("forward_event", PLAY, "Next e&vent", ("Shift+Right",)),
    Entry("back_event", PLAY, "Previous even&t", ("Shift+Left",)),
    Entry("forward_command", PLAY, "Next &command", ("Ctrl+Right",)),
    Entry("back_command", PLAY, "Previous c&ommand", ("Ctrl+Left",)),
    Entry("forward_mark", PLAY, "Next event &mark", ("Ctrl+Shift+Right",)),
    Entry("back_mark", PLAY, "Previous event mar&k", ("Ctrl+Shift+Left",)),
    Entry("jump", PLAY, "&Jump to an event mark…", ("Ctrl+J",)),
    Entry("to_start", PLAY, "To the &start", ("Home",)),
    Entry("to_end", PLAY, "To the end: run &all steps", ("End",)),
    Entry("step_start", PLAY, "&Back to the start of the step", ("R",)),
    Entry("faster", PLAY, "&Faster", ("+", "="), "plus"),
    Entry("slower", PLAY, "S&lower", ("-",), "minus"),
    Entry("lecture", VIEW, "&Lecture mode", ("F5", "Shift+F5"), checkable=True),
    Entry("notes", VIEW, "Speaker &notes", ("Ctrl+Shift+N",), checkable=True),
    Entry("compare", VIEW, "&Compare with other machines…", ("Ctrl+D",)),
    Entry("what_if", VIEW, "What &if: this step with one knob changed…", ("W",)),
    Entry("end_compare", VIEW, "&End the comparison", ("Ctrl+W",)),
    Entry("predict", VIEW, "&Predict: ask before each decision", ("G",), checkable=True),
    Entry("zoom_in", ZOOM, "&Zoom in on the stage", ("Ctrl++", "Ctrl+=")),
    Entry("zoom_out", ZOOM, "Zoom &out", ("Ctrl+-",)),
    Entry("zoom_whole", ZOOM, "The &whole stage", ("0",)),
    Entry("next_node", ZOOM, "Ne&xt node, where one is chosen", ("Ctrl+Shift+M",)),
    Entry("still", LABELS, "Reduce &motion", ("Ctrl+Shift+R",), checkable=True),
    Entry("plain", LABELS, "&Plain words instead of kernel names", ("Ctrl+Shift+W",), checkable=True),
    Entry("next_pane", PANELS, "&Go to the next panel", ("F6",)),
    Entry("previous_pane", PANELS, "Go to the pre&vious panel", ("Shift+F6",)),
    Entry("reset_layout", PANELS, "&Reset layout", ("Ctrl+0",)),
    Entry("palette", HELP, "&Find an action or type a command…", ("Ctrl+K",)),
    Entry("shortcuts", HELP, "&Shortcuts", ("F1",)),
    Entry("trust", HELP, "&Consistency checks", ("Ctrl+Shift+T",)),
    Entry("differences", HELP, "Where the &model differs from Linux", ("Shift+F1",)),
)


_BY_NAME = {entry.name: entry for entry in ENTRIES}


class Actions:
    """The QActions of one window by name; `actions["play"]`."""

    def __init__(self, window: QWidget) -> None:
        """Make all actions as children of `window`, which also owns their shortcuts."""
        self._actions = {entry.name: self._make(entry, window) for entry in ENTRIES}
        self._running = False
        self._play_look: tuple[QColor, QColor, int] | None = None

    @staticmethod
    def _make(entry: Entry, window: QWidget) -> QAction:
        action = QAction(entry.text, window)
        action.setObjectName(entry.name)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(entry.checkable)
        plain = plain_text(entry)
        action.setToolTip(f"{plain}  ({', '.join(entry.keys)})")
        window.addAction(action)
        return action

    def __getitem__(self, name: str) -> QAction:
        """Return the action called `name`; KeyError if there is none."""
        return self._actions[name]

    @staticmethod
    def entry(name: str) -> Entry:
        """Return the table's row of an action; KeyError if there is none."""
        return _BY_NAME[name]

    def paint(self, theme: Theme, size: int) -> None:
        """Give the actions their icons in a theme's colours."""
        look = (theme.color["text"], theme.color["asleep"], size)
        for entry in ENTRIES:
            if entry.icon:
                self[entry.name].setIcon(icon(entry.icon, *look))
        # The play button stands on the accent colour.
        self._play_look = (theme.color["accent_text"], theme.color["asleep"], size)
        self.show_running(running=self._running)

    def show_running(self, *, running: bool) -> None:
        """Let the play action show what it would do now."""
        self._running = running
        if self._play_look:
            self["play"].setIcon(icon("pause" if running else "play", *self._play_look))

    def show_history(self, report: Report) -> None:
        """Say what undo and redo would do."""
        self["undo"].setEnabled(bool(report.undo))
        self["undo"].setText(f"&Undo: {report.undo}" if report.undo else "&Undo")
        self["redo"].setEnabled(report.redo)


def plain_text(entry: Entry) -> str:
    """Words of an action without the mark of its menu key."""
    return entry.text.replace("&", "").removesuffix("…")
