"""Charts of a comparison with a real kernel: which counters are drawn, where, over which range, with which words."""

import math
from typing import NamedTuple

import numpy as np

from memsim_gui.fidelity.compare import Comparison
from memsim_gui.fidelity.recordings import Floats
from memsim_gui.fidelity.score import INFORMATIVE, Pair
from memsim_gui.scene import marks
from memsim_gui.scene.geometry import Metrics, Rect, text_width

CHART_ASPECT = 1.5  # width to height that a chart is drawn near to
GAP = 3  # between cards, in spacing units
PAD = 3  # inside a card
Y_TICKS = 3
STEPS = (1, 2, 2.5, 5, 10)  # of a power of ten, between ticks
X_TICKS = 4
FROM_ZERO = 0.4  # of the range's top: a counter that falls below is drawn from zero
HEADROOM = 0.04
_PREFIXES = ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"))
_ROLES = (
    (("unevictable", "mlock"), marks.UNEVICTABLE),
    (("anon", "swap", "pswp"), marks.ACTIVE_ANON),
    (("file", "mapped", "dirt", "written"), marks.ACTIVE_FILE),
    (("free",), marks.FREE),
)


class Tick(NamedTuple):
    """A mark on an axis: where it stands in the picture, and what it says."""

    at: float
    label: str


class Chart(NamedTuple):
    """One counter: its card, the place of its heading and of its curves, the axes, and how numbers become places."""

    pair: Pair
    card: Rect
    heading: Rect
    verdict: Rect
    plot: Rect
    role: int  # of scene.marks: whose pages are counted; FRESH = several kinds
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]


def charts(comparison: Comparison, area: Rect, m: Metrics) -> list[Chart]:
    """Return the charts of a workload's informative counters, in their order, filling an area row by row."""
    pairs = [pair for pair in comparison.pairs if pair.kind == INFORMATIVE]
    columns = _columns(len(pairs), area)
    rows = -(-len(pairs) // columns)
    gap = GAP * m.unit
    wide, high = (area.w - (columns - 1) * gap) / columns, (area.h - (rows - 1) * gap) / max(rows, 1)
    along, _ = along_of(comparison)
    across = (float(along[0]), float(max(along[-1], along[0] + 1)))
    cards = [
        Rect(area.x + i % columns * (wide + gap), area.y + i // columns * (high + gap), wide, high)
        for i in range(len(pairs))
    ]
    return [_chart(pair, card, across, m) for pair, card in zip(pairs, cards, strict=True)]


def along_of(comparison: Comparison) -> tuple[Floats, str]:
    """Return what the curves run over, and its name: pages touched, or samples where a script touches none."""
    if comparison.ops[-1] > comparison.ops[0]:
        return comparison.ops.astype(np.float64), "pages touched"
    return np.arange(1.0, len(comparison.ops) + 1), "samples"


def _columns(count: int, area: Rect) -> int:
    """Columns at which the charts come nearest to their aspect, the grid being as full as it can."""

    def badness(columns: int) -> float:
        rows = -(-count // columns)
        aspect = (area.w / columns) / (area.h / rows)
        return abs(math.log(aspect / CHART_ASPECT)) + (rows * columns - count) / count

    return min(range(1, count + 1), key=badness, default=1)


def _chart(pair: Pair, card: Rect, across: tuple[float, float], m: Metrics) -> Chart:
    inner = card.inset(PAD * m.unit)
    title, small = heading_size(card, m), m.small
    heading = Rect(inner.x, inner.y, inner.w, 1.35 * title)
    verdict = Rect(inner.x, heading.bottom, inner.w, 1.35 * small)
    down = _y_range(pair)
    values = ticks(*down, Y_TICKS)
    margin = max((text_width(compact(value), small) for value in values), default=0.0) + 2 * m.unit
    plot = inner.cut(left=margin, top=verdict.bottom - inner.y + 2 * m.unit, bottom=1.4 * small, right=m.unit)
    return Chart(
        pair, card, heading, verdict, plot, _role(pair.counter),
        tuple(Tick(x, compact(value)) for value in ticks(*across, X_TICKS) if (x := _across(plot, across, value))),
        tuple(Tick(plot.bottom - plot.h * (v - down[0]) / (down[1] - down[0]), compact(v)) for v in values),
        across, down,
    )  # fmt: skip


def heading_size(card: Rect, m: Metrics) -> float:
    """Type size at which the longest name of a counter fits a card."""
    longest = text_width("workingset_activate_anon", 1.0)
    return min(m.heading, (card.w - (2 * PAD + 6) * m.unit) / longest)


def _across(plot: Rect, across: tuple[float, float], value: float) -> float:
    return plot.x + plot.w * (value - across[0]) / (across[1] - across[0])


def _role(counter: str) -> int:
    return next((role for words, role in _ROLES if any(word in counter for word in words)), marks.FRESH)


def _y_range(pair: Pair) -> tuple[float, float]:
    """Range of the vertical axis: from zero unless the counter stays far from it."""
    values = [v for curve in pair.curves for v in (float(curve.min()), float(curve.max())) if not math.isnan(v)]
    low, high = min(values), max(*values, 1.0)
    bottom = 0.0 if pair.event or low < FROM_ZERO * high else low - HEADROOM * (high - low)
    return min(bottom, low), high + HEADROOM * (high - bottom)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers in a range, at most `most` + 1 of them and at least two."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in STEPS if factor * power >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [step * i for i in range(first, math.floor(high / step + 1e-9) + 1)]


def compact(value: float) -> str:
    """Return a number in few letters: 950, 1.5k, 40k, 2M."""
    for size, prefix in _PREFIXES:
        if abs(value) >= size:
            return f"{value / size:.3g}{prefix}"
    return f"{value:.3g}"
