"""The program, and beside it what a person would see of it: for each line on stdin, one line of JSON on stdout.

It says what words stand where on the screen, so that a test can point at them as a person does, and which window the
keyboard belongs to, as a window manager decides. It changes nothing.
"""

import json
import os
import sys
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSocketNotifier, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QProgressBar,
    QStatusBar,
    QTabBar,
    QWidget,
)

from memsim_gui import app, cli

STAGES = {"LabStage", "StageView", "LectureView"}  # by name: the program itself decides when it loads them


class Eyes(QObject):
    """Looks when told to."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._told = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._told.activated.connect(self._look)

    def _look(self) -> None:
        if not os.read(sys.stdin.fileno(), 1):
            self._told.setEnabled(False)
            return
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        focused = QApplication.focusWidget()
        seen = [spot for top in tops for spot in spots_in(top)]
        answer = {"spots": seen, "keys": keyboard(tops), "focus": words(focused) if focused else []}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def keyboard(tops: list[QWidget]) -> int:
    """The window that a window manager would give the keyboard to."""
    modal = QApplication.activeModalWidget()
    lecture = [top for top in tops if kind(top) == "LectureView"]
    main = [top for top in tops if isinstance(top, QMainWindow)]
    return int((modal or [*lecture, *main][0]).winId())


def kind(widget: QWidget) -> str:
    """Name of a widget's class."""
    return str(widget.metaObject().className())


def words(widget: QWidget) -> list[str]:
    """All that a widget is called and says."""
    said = [widget.accessibleName(), kind(widget)]
    if isinstance(widget, QAbstractButton | QLabel | QLineEdit | QAbstractSpinBox):
        said.append(widget.text().replace("&", ""))
    elif isinstance(widget, QComboBox):
        said.append(widget.currentText())
    elif isinstance(widget, QProgressBar):
        said.append(widget.text())
    elif isinstance(widget, QMenu):
        said.append(f"menu {widget.title().replace('&', '')}")
    elif isinstance(widget, QStatusBar):
        said.append(widget.currentMessage())
    return [text for text in said if text]


def spots_in(top: QWidget) -> list[dict[str, object]]:
    """What is seen of a window and all in it."""
    found = []
    for widget in (top, *top.findChildren(QWidget)):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        found.append(spot(words(widget), widget, widget.visibleRegion().boundingRect(), on=widget.isEnabled()))
        found += [spot([text], widget, rect, on=on) for text, rect, on in parts(widget)]
    return found


def parts(widget: QWidget) -> list[tuple[str, QRect, bool]]:
    """What can be pointed at inside a widget: entries of menus, tabs, rows of lists, pages on the stage."""
    if isinstance(widget, QMenu | QMenuBar):
        return [
            (action.text().partition("\t")[0].replace("&", ""), widget.actionGeometry(action), action.isEnabled())
            for action in widget.actions()
            if not action.isSeparator() and action.isVisible()
        ]
    if isinstance(widget, QTabBar):
        return [(widget.tabText(at), widget.tabRect(at), True) for at in range(widget.count())]
    if isinstance(widget, QAbstractItemView) and widget.model():
        return rows(widget)
    if kind(widget) in STAGES:
        return pages(widget)
    return []


def rows(view: QAbstractItemView) -> list[tuple[str, QRect, bool]]:
    """Rows in sight of a list, by the words in their first column."""
    model, root, offset = view.model(), view.rootIndex(), view.viewport().pos()
    indices = [model.index(row, 0, root) for row in range(min(200, model.rowCount(root)))]
    seen = [(index, view.visualRect(index) & view.viewport().rect()) for index in indices]
    return [(str(index.data()), rect.translated(offset), True) for index, rect in seen if not rect.isEmpty()]


def pages(stage: Any) -> list[tuple[str, QRect, bool]]:
    """Single pages on the stage."""
    if stage.frame is None:
        return []
    return [
        (f"page {frame}", QRect(round(x), round(y), round(tokens.size), round(tokens.size)), True)
        for tokens in stage.frame.stage.tokens
        for frame, x, y in zip(tokens.frame.tolist(), tokens.x.tolist(), tokens.y.tolist(), strict=True)
        if frame >= 0
    ]


def spot(said: list[str], widget: QWidget, rect: QRect, *, on: bool) -> dict[str, object]:
    """Words, where they stand on the screen, and what all that they stand in is called."""
    corner = widget.mapToGlobal(QPoint(0, 0))
    inside, at = [], widget
    while at is not None:
        inside += words(at)
        at = None if at.isWindow() else at.parentWidget()
    return {"words": said, "rect": rect.translated(corner).getRect(), "on": on, "inside": inside}


def main() -> int:
    """Run the program with eyes."""
    build = app.build

    def with_eyes(*arguments: object) -> QMainWindow:
        window = build(*arguments)
        Eyes(window)
        return window

    app.build = with_eyes
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
