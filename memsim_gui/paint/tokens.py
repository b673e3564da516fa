"""Design tokens: colours by meaning, spacing and type sizes, read from resources/themes/*.toml.

The only file of the program that knows a colour or a pixel length by number.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtGui import QColor

from memsim_gui import resources
from memsim_gui.engine.errors import unknown
from memsim_gui.scene.geometry import Metrics
from memsim_gui.scene.marks import ROLE_NAMES

THEMES = ("dark", "light", "high-contrast")
MODES = ("lab", "lecture")
# size in pixels at which type and spacing of a mode are as the theme says; larger pictures scale up
REFERENCE = {"lab": (1100.0, 780.0), "lecture": (1280.0, 720.0)}
SMALLEST_SCALE = 0.6
HAIRLINE = 1.0
COLOR_NAMES = (
    "ground panel panel_edge card card_edge card_deep text text_soft accent accent_text caption caption_edge "
    "caption_text caption_mono caption_soft good warning danger free free_ground mark_min mark_low mark_high kswapd "
    "kswapd_ground direct_reclaim direct_reclaim_ground flusher flusher_ground asleep shadow dot dot_edge cursor label "
    "label_text swap disk absent swapped young zero"
).split()
ROLE_PARTS = ("fill", "edge", "ink", "heading")
TYPE_NAMES = ("title", "heading", "body", "small", "caption", "mono", "token")


class ThemeError(ValueError):
    """A theme file is not as it must be: one line that says where, what was found and what is accepted."""


@dataclass(frozen=True)
class Role:
    """Colours of the tokens of one role: fill and edge, ink for what stands on the fill, heading for text on a card."""

    fill: QColor
    edge: QColor
    ink: QColor
    heading: QColor


@dataclass(frozen=True)
class Theme:
    """One theme. `color` by name, `roles` by role number of scene.marks."""

    name: str
    color: dict[str, QColor]
    roles: tuple[Role, ...]
    sizes: dict[str, dict[str, float]]
    unit: float
    radius: float

    def metrics(self, size: tuple[float, float], mode: str) -> Metrics:
        """Sizes for a picture of `size` device-independent pixels in a mode ("lab" or "lecture")."""
        reference = REFERENCE[mode]
        scale = max(SMALLEST_SCALE, min(size[0] / reference[0], size[1] / reference[1]))
        values: dict[str, Any] = {name: scale * self.sizes[mode][name] for name in TYPE_NAMES}
        return Metrics(
            unit=scale * self.unit,
            radius=scale * self.radius,
            line=max(1.0, scale * HAIRLINE),
            lecture=mode == "lecture",
            **values,
        )


def _color(where: str, value: object) -> QColor:
    color = QColor(value) if isinstance(value, str) else QColor()
    if not color.isValid():
        raise ThemeError(f"{where}: found {value!r}, accepted is a colour such as '#1f5fd0'")
    return color


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ThemeError(f"{where}: found {value!r}, accepted is a number above 0")
    return float(value)


def _section(data: dict[str, Any], name: str, keys: tuple[str, ...], file: str) -> dict[str, Any]:
    """Take a section with exactly these keys."""
    section: Any = data
    for part in name.split("."):
        section = section.get(part) if isinstance(section, dict) else None
    if not isinstance(section, dict):
        raise ThemeError(f"{file}: section [{name}] is missing")
    for key in keys:
        if key not in section:
            raise ThemeError(f"{file}: [{name}] has no {key}")
    for key in section:
        if key not in keys:
            raise ThemeError(f"{file}: [{name}] has {key}, accepted are {', '.join(keys)}")
    return section


def parse_theme(text: str, file: str) -> Theme:
    """Return the theme that a TOML text describes; raise ThemeError with one line about `file` if it does not."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file}: {error}") from None
    colors = _section(data, "color", tuple(COLOR_NAMES), file)
    roles = []
    for role in ROLE_NAMES:
        parts = _section(data, f"role.{role}", ROLE_PARTS, file)
        roles.append(Role(**{part: _color(f"{file}: role.{role}.{part}", parts[part]) for part in ROLE_PARTS}))
    sizes = {}
    for mode in MODES:
        section = _section(data, f"type.{mode}", TYPE_NAMES, file)
        sizes[mode] = {name: _number(f"{file}: type.{mode}.{name}", section[name]) for name in TYPE_NAMES}
    space = _section(data, "space", ("unit", "radius"), file)
    return Theme(
        name=str(data.get("name", file)),
        color={name: _color(f"{file}: color.{name}", colors[name]) for name in COLOR_NAMES},
        roles=tuple(roles),
        sizes=sizes,
        unit=_number(f"{file}: space.unit", space["unit"]),
        radius=_number(f"{file}: space.radius", space["radius"]),
    )


def roomy(size: tuple[float, float], mode: str) -> tuple[float, float]:
    """Return a size of the same proportions in which everything has room: `size` itself unless it is too small."""
    factor = max(1.0, *(SMALLEST_SCALE * least / length for least, length in zip(REFERENCE[mode], size, strict=True)))
    return factor * size[0], factor * size[1]


@lru_cache(maxsize=8)
def load_theme(name: str) -> Theme:
    """Return a shipped theme; raise InputError for a name that is none."""
    if name not in THEMES:
        raise unknown("", "theme", name, THEMES)
    path = resources.path("themes", f"{name}.toml")
    return parse_theme(path.read_text(encoding="utf-8"), path.name)


def with_alpha(color: QColor, alpha: float) -> QColor:
    """Return the colour with an opacity 0..1."""
    out = QColor(color)
    out.setAlphaF(alpha)
    return out


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """Return `share` 0..1 of a colour on a ground: opaque, which paints twice as fast as a translucent line."""
    rest = 1 - share
    return QColor.fromRgbF(
        color.redF() * share + ground.redF() * rest,
        color.greenF() * share + ground.greenF() * rest,
        color.blueF() * share + ground.blueF() * rest,
    )


SRGB_KNEE = 0.04045  # below, the sRGB curve is straight


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of two opaque colours as WCAG defines it, 1 to 21."""

    def luminance(color: QColor) -> float:
        parts = (color.redF(), color.greenF(), color.blueF())
        linear = [c / 12.92 if c <= SRGB_KNEE else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
