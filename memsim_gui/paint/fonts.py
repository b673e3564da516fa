"""The bundled faces, Inter for words and JetBrains Mono for numbers: pictures are the same on every computer."""

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from memsim_gui import resources

WORDS = "Inter"
NUMBERS = "JetBrains Mono"


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Make the bundled faces known to Qt (needs a QGuiApplication)."""
    for path in sorted(resources.path("fonts").glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(path))


@lru_cache(maxsize=256)
def font(size: float, *, mono: bool = False, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return a face at a size in pixels."""
    load_fonts()
    out = QFont(NUMBERS if mono else WORDS)
    out.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
    out.setPixelSize(max(1, round(size)))
    out.setWeight(weight)
    out.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Else both faces redraw what was written: 0x7F as 0×7F, -> as an arrow.
    out.setFeature(QFont.Tag("calt"), 0)
    return out
