"""How widgets look: a style sheet made of the theme's tokens, and the spacing grid of all layouts."""

from typing import TypeVar

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from memsim_gui.paint import fonts
from memsim_gui.paint.tokens import Theme, load_theme
from memsim_gui.scene.marks import ACTIVE_ANON
from memsim_gui.view import text_size

L = TypeVar("L", bound=QLayout)
DEFAULT_THEME = "dark"
UNIT = round(text_size.factor() * load_theme(DEFAULT_THEME).unit)
GAP, EDGE, SECTION_GAP = 2 * UNIT, 3 * UNIT, 4 * UNIT


def pixels(theme: Theme, name: str) -> float:
    """Size of the window's type called `name` in a theme ("body", "small", "mono" ...)."""
    return text_size.factor() * theme.sizes["lab"][name]


def spaced(layout: L, margin: int = EDGE, gap: int = GAP) -> L:
    """Return the layout with margins and gaps on the spacing grid."""
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    return layout


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for, and restyle the widget if that changes anything."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole program in a theme."""
    fonts.load_fonts()
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme))


def as_written(widget: QWidget) -> None:
    """Let a widget show letters as they were written: the bundled faces would draw 0x7F as 0×7F."""
    face = widget.font()
    face.setFeature(QFont.Tag("calt"), 0)
    widget.setFont(face)


def _palette(theme: Theme) -> QPalette:
    palette, color = QPalette(), theme.color
    for role, name in (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.Base, "card_deep"),
        (QPalette.ColorRole.AlternateBase, "card"),
        (QPalette.ColorRole.Button, "card"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.PlaceholderText, "text_soft"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "accent_text"),
        (QPalette.ColorRole.ToolTipBase, "label"),
        (QPalette.ColorRole.ToolTipText, "label_text"),
    ):
        palette.setColor(role, color[name])
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, color["asleep"])
    return palette


def _parts(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def mixed(a: QColor, b: QColor, share: float) -> QColor:
    """Return the colour `share` of the way from `a` to `b`."""
    return QColor.fromRgbF(*(x + (y - x) * share for x, y in zip(_parts(a), _parts(b), strict=True)))


def _values(theme: Theme) -> dict[str, str]:
    """Everything the style sheet's template names: colours, lengths, faces."""
    radius = text_size.factor() * theme.radius
    color = theme.color
    values = {name: value.name() for name, value in color.items()}
    hot = theme.roles[ACTIVE_ANON]
    values |= {"chip": hot.fill.name(), "chip_ink": hot.ink.name()}
    values["hover"] = mixed(color["card"], color["accent"], 0.18).name()
    values["accent_hover"] = mixed(color["accent"], color["text"], 0.12).name()
    values["handle"] = mixed(color["card_edge"], color["text_soft"], 0.35).name()
    values |= {f"s{n}": f"{n * UNIT}px" for n in (1, 2, 3, 4, 6, 8)}
    values |= {"half": f"{UNIT // 2}px", "line": f"{max(1, UNIT // 4)}px", "focus": f"{UNIT // 2}px"}
    values |= {"radius": f"{radius:.0f}px", "small_radius": f"{radius - UNIT / 2:.0f}px"}
    values |= {f"{name}_size": f"{pixels(theme, name):.0f}px" for name in ("title", "heading", "body", "small", "mono")}
    values |= {"words": fonts.WORDS, "numbers": fonts.NUMBERS}
    return values


def style_sheet(theme: Theme) -> str:
    """Return the program's style sheet in a theme."""
    return (_FRAME + _FORMS + _LISTS + _FOCUS) % _values(theme)


_FRAME = """
QMainWindow, QDialog { background: %(ground)s; }
QMainWindow::separator { background: %(ground)s; width: %(s2)s; height: %(s2)s; }
QMainWindow::separator:hover { background: %(accent)s; }
QWidget { color: %(text)s; font-family: "%(words)s"; font-size: %(body_size)s; }
QToolTip { background: %(label)s; color: %(label_text)s; border: %(line)s solid %(card_edge)s; padding: %(s1)s; }
QToolBar { background: %(ground)s; border: none; padding: %(s2)s %(s2)s %(s1)s %(s2)s; spacing: %(s2)s; }
QToolBar::separator { background: %(panel_edge)s; width: %(line)s; margin: %(s1)s %(s1)s; }
QLabel[role="brand"] { font-size: %(title_size)s; font-weight: 700; padding: 0 %(s2)s 0 %(s1)s; }
QMenuBar { background: %(ground)s; padding: 0 %(s2)s; }
QMenuBar::item { padding: %(s1)s %(s2)s; background: transparent; border-radius: %(small_radius)s; }
QMenuBar::item:selected { background: %(hover)s; }
QMenu { background: %(panel)s; border: %(line)s solid %(card_edge)s; padding: %(s1)s; }
QMenu::item { padding: %(s1)s %(s6)s %(s1)s %(s6)s; border-radius: %(small_radius)s; }
QMenu::item:selected { background: %(hover)s; }
QMenu::item:disabled { color: %(asleep)s; }
QMenu::separator { height: %(line)s; background: %(panel_edge)s; margin: %(s1)s; }
QStatusBar { background: %(ground)s; padding: 0 %(s2)s; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: %(text_soft)s; font-family: "%(numbers)s"; font-size: %(small_size)s; }
QStatusBar QLabel[state="busy"] { color: %(warning)s; }
QStatusBar QLabel[state="good"], QStatusBar QToolButton[state="good"] { color: %(good)s; }
QStatusBar QToolButton[state="busy"] { color: %(warning)s; }
QStatusBar QToolButton[state="bad"] { color: %(danger)s; font-weight: bold; }
QProgressBar { background: %(card_deep)s; border: %(line)s solid %(card_edge)s; border-radius: %(small_radius)s;
    text-align: center; font-size: %(small_size)s; }
QProgressBar::chunk { background: %(accent)s; border-radius: %(small_radius)s; }
QDockWidget { color: %(text_soft)s; font-size: %(small_size)s; font-weight: 600; }
QFrame[role="dock"] { background: %(panel)s; border: %(line)s solid %(panel_edge)s; border-radius: %(radius)s; }
QFrame[role="bar"] > QLabel { color: %(text_soft)s; font-weight: 600; font-size: %(small_size)s; }
QFrame[role="bar"] > QToolButton { padding: 0; min-height: %(s4)s; min-width: %(s4)s; background: transparent;
    border: none; }
QFrame[role="bar"] > QToolButton:hover { background: %(hover)s; }
QTabBar { background: transparent; qproperty-drawBase: 0; qproperty-elideMode: ElideNone;
    qproperty-usesScrollButtons: 0; font-size: %(small_size)s; }
QTabBar::tab { background: %(card)s; color: %(text_soft)s; border: %(line)s solid %(card_edge)s;
    border-radius: %(small_radius)s; padding: %(s1)s %(s2)s; margin: 0 %(s1)s %(s1)s 0; }
QTabBar::tab:hover { background: %(hover)s; color: %(text)s; }
QTabBar::tab:selected { background: %(accent)s; color: %(accent_text)s; border-color: %(accent)s; }
"""

_FORMS = """
QPushButton, QToolButton { background: %(card)s; border: %(line)s solid %(card_edge)s; border-radius: %(small_radius)s;
    padding: %(half)s %(s2)s; min-height: %(s4)s; }
QPushButton:hover, QToolButton:hover { background: %(hover)s; border-color: %(accent)s; }
QPushButton:pressed, QToolButton:pressed { background: %(accent)s; color: %(accent_text)s; }
QPushButton:disabled, QToolButton:disabled { color: %(asleep)s; border-color: %(panel_edge)s; }
QToolButton:checked, QPushButton:checked { background: %(accent)s; color: %(accent_text)s; border-color: %(accent)s; }
QPushButton { padding: %(half)s %(s1)s; }
QToolButton[role="play"] { background: %(accent)s; color: %(accent_text)s; border-color: %(accent)s;
    padding: %(s1)s %(s3)s; }
QToolButton[role="play"]:hover { background: %(accent_hover)s; }
QToolButton::menu-indicator { width: 0; }
QToolButton[role="fold"], QToolButton[role="fold"]:checked { background: %(card)s; color: %(text)s;
    border: %(line)s solid %(panel_edge)s; font-weight: 600; text-align: left; padding: %(half)s %(s1)s; }
QToolButton[role="fold"]:hover, QToolButton[role="fold"]:focus { background: %(hover)s; border-color: %(accent)s; }
QPushButton[role="primary"] { border-color: %(accent)s; font-weight: 600; }
QPushButton[role="primary"]:disabled { border-color: %(panel_edge)s; }
QLineEdit, QComboBox, QAbstractSpinBox { background: %(card_deep)s; border: %(line)s solid %(card_edge)s;
    border-radius: %(small_radius)s; padding: %(half)s %(s1)s; min-height: %(s4)s;
    selection-background-color: %(accent)s; selection-color: %(accent_text)s; }
QAbstractSpinBox { padding: %(line)s 0; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: %(s4)s; border: none;
    border-left: %(line)s solid %(card_edge)s; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: %(hover)s; }
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed { background: %(accent)s; }
QLineEdit[role="field"], QAbstractSpinBox[role="field"], QAbstractSpinBox[role="field"] QLineEdit {
    font-family: "%(numbers)s"; font-size: %(mono_size)s; }
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"] { border: %(line)s solid %(danger)s; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: %(asleep)s; border-color: %(panel_edge)s; }
QComboBox:hover { border-color: %(accent)s; }
QComboBox { padding-right: %(s4)s; }
QComboBox::drop-down { border: none; width: 0; }
QComboBox QAbstractItemView { background: %(panel)s; border: %(line)s solid %(card_edge)s;
    selection-background-color: %(hover)s; selection-color: %(text)s; outline: none; }
QCheckBox { spacing: %(s1)s; font-size: %(small_size)s; }
QCheckBox::indicator { width: %(s3)s; height: %(s3)s; background: %(card_deep)s; border: %(line)s solid %(handle)s;
    border-radius: %(half)s; }
QCheckBox::indicator:checked { background: %(accent)s; border-color: %(accent)s; }
QSlider::groove:horizontal { background: %(card_edge)s; height: %(s1)s; border-radius: %(half)s; }
QSlider::sub-page:horizontal { background: %(accent)s; height: %(s1)s; border-radius: %(half)s; }
QSlider::handle:horizontal { background: %(accent)s; width: %(s3)s; height: %(s3)s; margin: -%(s1)s 0;
    border-radius: %(small_radius)s; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: %(accent_hover)s; }
QLabel[role="section"] { color: %(text_soft)s; font-weight: 600; font-size: %(small_size)s; text-transform: uppercase; }
QLabel[role="preview"] { color: %(text_soft)s; font-size: %(small_size)s; }
QLabel[role="label"] { color: %(text_soft)s; font-size: %(small_size)s; }
QLabel[role="good"] { color: %(good)s; font-size: %(small_size)s; }
QLabel[role="question"] { font-weight: 600; }
QLabel[role="error"] { color: %(danger)s; font-size: %(small_size)s; }
QLabel[role="field_name"] { color: %(text_soft)s; font-family: "%(numbers)s"; font-size: %(small_size)s; }
QLabel[role="field_value"] { font-family: "%(numbers)s"; font-size: %(small_size)s; }
QLabel[role="chip"] { background: %(card_deep)s; color: %(asleep)s; border: %(line)s solid %(panel_edge)s;
    border-radius: %(small_radius)s; padding: %(half)s %(s1)s; font-size: %(small_size)s; }
QLabel[role="chip"][set="true"] { background: %(chip)s; color: %(chip_ink)s; border-color: %(chip)s; font-weight: 600; }
QLabel[role="figure"] { font-family: "%(numbers)s"; font-size: %(mono_size)s; }
QLabel[role="figure"][innermost="true"] { color: %(warning)s; font-weight: 600; }
QLabel[role="heading"] { font-size: %(heading_size)s; font-weight: 600; }
"""

_LISTS = """
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QAbstractItemView { background: transparent; alternate-background-color: %(card)s; border: none; outline: none; }
QAbstractItemView::item { padding: %(half)s %(s2)s; border: none; }
QListView::item { padding: 0; }
QListView { padding: %(s1)s; }
QAbstractItemView::item:hover { background: %(hover)s; }
QAbstractItemView::item:selected { background: %(hover)s; color: %(text)s; }
QTableView[role="figures"] { font-family: "%(numbers)s"; font-size: %(small_size)s; }
QHeaderView, QHeaderView::section { background: transparent; color: %(text_soft)s; border: none;
    font-size: %(small_size)s; font-weight: 600; padding: %(half)s %(s2)s; }
QScrollBar:vertical { background: transparent; width: %(s2)s; margin: 0; }
QScrollBar:horizontal { background: transparent; height: %(s2)s; margin: 0; }
QScrollBar::handle { background: %(handle)s; border-radius: %(half)s; min-height: %(s6)s; min-width: %(s6)s; }
QScrollBar::handle:hover { background: %(text_soft)s; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

# Last, so that it goes before every other border: whoever works with keys must see where they are.
_FOCUS = """
QPushButton:focus, QToolButton:focus, QToolButton[role="fold"]:focus, QToolButton[role="play"]:focus, QLineEdit:focus,
QAbstractSpinBox:focus, QComboBox:focus, QPushButton[role="primary"]:focus, QFrame[role="bar"] > QToolButton:focus,
QTabBar::tab:focus, QCheckBox::indicator:focus, QSlider::handle:horizontal:focus { border: %(focus)s solid %(text)s; }
QCheckBox:focus { color: %(text)s; text-decoration: underline; }
QAbstractScrollArea:focus { border: %(focus)s solid %(text)s; border-radius: %(small_radius)s; }
"""
