"""Colours that meet: text and marks stand out, also on a projector in a lit room; states differ for every eye."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor

from memsim_gui.paint.mosaic_painter import color_of
from memsim_gui.paint.stage_painter import LINE_STRENGTH
from memsim_gui.paint.tokens import THEMES, contrast, load_theme, mixed
from memsim_gui.scene import marks
from memsim_gui.scene.panels import address_space, charts, page_cache, physical_map, swap_map
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.view.style import mixed as between
from memsim_gui.view.widgets.mark_band import LOOKS
from tests.paint.eyes import KINDS, difference, washed_out

TEXT, MARK = 4.5, 3.0
# Half of all people see that a mark of a quarter degree (10 pixels at 60 cm) differs when it is 8 away in lightness,
# 12 and 17 in the two hues (Stone, Szafir and Setlur 2014): this is their middle. Place and words tell states, too.
DIFFERENT = 12.0
GROUNDS = (
    "ground",
    "panel",
    "card",
    "card_deep",
    "free_ground",
    "kswapd_ground",
    "direct_reclaim_ground",
    "flusher_ground",
)
TEXTS = {
    "text": GROUNDS,
    "text_soft": GROUNDS,
    "good": ("card", "panel", "ground"),
    "warning": ("card", "panel", "ground"),
    "danger": ("card", "panel", "ground"),
    "kswapd": ("kswapd_ground", "panel", "card"),
    "direct_reclaim": ("direct_reclaim_ground",),
    "flusher": ("flusher_ground",),
    "swap": ("card",),
    "disk": ("card",),
    "mark_min": ("card_deep",),
    "mark_low": ("card_deep",),
    "mark_high": ("card_deep",),
    "caption_text": ("caption",),
    "caption_mono": ("caption",),
    "caption_soft": ("caption",),
    "label_text": ("label",),
    "card": ("text",),  # the chapter chosen
}
SHAPES = {
    "free": ("free_ground",),
    "cursor": ("card", "panel", "ground"),
    "dot": ("dot_edge",),
    "swap": ("absent", "panel"),
    "disk": ("card", "panel"),
    "asleep": ("card", "panel"),
}
# Buttons and tabs of the dark window, which no lecture shows: the accent would have to be lighter for its marks and
# darker for its text than any blue is.
WEAKER = {("dark", "accent_text"): 3.75, ("dark", "accent"): 2.35}


def pairs(theme):
    """Text and ground: names, and both colours."""
    for text, grounds in TEXTS.items():
        yield from ((f"{text} on {ground}", theme.color[text], theme.color[ground]) for ground in grounds)
    hover = between(theme.color["card"], theme.color["accent"], 0.18)
    yield "text on hover", theme.color["text"], hover
    for name, role in zip(marks.ROLE_NAMES, theme.roles, strict=True):
        yield f"{name} ink", role.ink, role.fill
        yield f"{name} heading", role.heading, theme.color["card"]


def shapes(theme):
    """Marks and grounds; of a token its fill or its edge must stand out."""
    curves = {line.color for row in charts.ROWS for line in row.lines} | {color for color, _ in LOOKS.values()}
    for shape, grounds in (SHAPES | {name: ("panel", *SHAPES.get(name, ())) for name in curves}).items():
        yield from ((f"{shape} on {ground}", (theme.color[shape],), theme.color[ground]) for ground in grounds)
    for name, role in zip(marks.ROLE_NAMES, theme.roles, strict=True):
        for ground in ("card", "panel", "card_deep"):
            yield f"{name} on {ground}", (role.fill, role.edge), theme.color[ground]
        way = mixed(role.heading, theme.color["panel"], LINE_STRENGTH)
        yield f"way of {name}", (way,), theme.color["panel"]


@pytest.mark.parametrize("ratio", [contrast, washed_out])
@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read(name, ratio):
    weak = {what: round(ratio(a, b), 2) for what, a, b in pairs(load_theme(name)) if ratio(a, b) < TEXT}
    assert weak == {}


@pytest.mark.parametrize("ratio", [contrast, washed_out])
@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out(name, ratio):
    weak = {
        what: round(max(ratio(color, ground) for color in colors), 2)
        for what, colors, ground in shapes(load_theme(name))
        if max(ratio(color, ground) for color in colors) < MARK
    }
    assert weak == {}


@pytest.mark.parametrize("name", THEMES)
def test_the_accent_stands_out_on_a_screen_and_nearly_on_a_projector(name):
    color = load_theme(name).color
    for text, ground, least in (("accent_text", "accent", TEXT), ("accent", "panel", MARK), ("accent", "card", MARK)):
        assert contrast(color[text], color[ground]) >= least
        assert washed_out(color[text], color[ground]) >= WEAKER.get((name, text), least)


@pytest.mark.parametrize("name", THEMES)
def test_what_cannot_be_used_can_still_be_read(name):
    color = load_theme(name).color
    for ground in ("card", "card_deep", "panel", "ground"):
        assert contrast(color["asleep"], color[ground]) >= TEXT


def states(theme):
    """Sets of colours side by side, each with its words."""
    lists = [Key(role, role) for role in marks.ROLE_NAMES[: marks.FREE]]
    owners = [Key(color, color) for color in physical_map.OWNER_COLORS]
    sets = {
        "lists": lists,
        "frames by list": physical_map.LIST_KEYS,
        "frames by age": physical_map.AGE_KEYS,
        "frames by owner": [*owners, Key("free", "free_ground"), Key("kernel", "asleep"), Key("others", "fresh")],
        "swap slots": swap_map.KEYS,
        "page cache": page_cache.KEYS,
        "address space": address_space.KEYS,
        "watermarks": [Key(name, f"mark_{name}") for name in ("min", "low", "high")],
        "actors": [Key(name, name) for name in ("kswapd", "direct_reclaim", "flusher")],
    }
    sets |= {f"chart {row.title}": [Key(line.name, line.color) for line in row.lines] for row in charts.ROWS}
    return {what: {key.words: color_of(theme, key) for key in keys} for what, keys in sets.items()}


@pytest.mark.parametrize("kind", ["", *KINDS])
@pytest.mark.parametrize("name", THEMES)
def test_states_differ_for_every_eye(name, kind):
    alike = {
        f"{what}: {a}, {b}": round(difference(colors[a], colors[b], kind), 1)
        for what, colors in states(load_theme(name)).items()
        for a, b in combinations(colors, 2)
        if difference(colors[a], colors[b], kind) < DIFFERENT
    }
    assert alike == {}


def test_the_eyes_are_those_of_the_books():
    red, green, blue, white = (QColor(name) for name in ("red", "lime", "blue", "white"))
    for kind in KINDS:
        assert difference(white, white, kind) == 0
        assert difference(white, QColor("black"), kind) == pytest.approx(100, abs=0.5)
    assert difference(red, green, "protan") < difference(red, green) / 2
    assert difference(red, green, "deutan") < difference(red, green) / 2
    assert difference(blue, QColor("#006080"), "tritan") < difference(blue, QColor("#006080")) / 2
    assert difference(red, green, "tritan") > 100


def test_a_lit_room_takes_more_from_a_dark_picture():
    white, black, grey = QColor("white"), QColor("black"), QColor("#9fadbd")
    assert washed_out(white, black) == pytest.approx(11)
    assert washed_out(grey, black) < 0.8 * contrast(grey, black)
