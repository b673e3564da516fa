"""Themes: complete, readable, told apart without colour; a bad one is refused in one line."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from memsim_gui import resources
from memsim_gui.engine.errors import InputError
from memsim_gui.paint import load_theme
from memsim_gui.paint.token_art import draw_token
from memsim_gui.paint.tokens import THEMES, ThemeError, contrast, parse_theme
from memsim_gui.scene import marks

TEXT_ON_GROUND = [
    ("text", "ground"), ("text", "panel"), ("text", "card"), ("text", "card_deep"), ("text", "free_ground"),
    ("text_soft", "ground"), ("text_soft", "panel"), ("text_soft", "card"), ("text_soft", "card_deep"),
    ("text_soft", "free_ground"), ("caption_text", "caption"), ("caption_mono", "caption"), ("caption_soft", "caption"),
    ("accent_text", "accent"), ("label_text", "label"), ("good", "card"), ("warning", "card"), ("danger", "card"),
    ("swap", "card"), ("disk", "card"), ("mark_min", "card_deep"), ("mark_low", "card_deep"),
    ("mark_high", "card_deep"),
    ("kswapd", "kswapd_ground"), ("direct_reclaim", "direct_reclaim_ground"), ("flusher", "flusher_ground"),
    ("text", "kswapd_ground"), ("text_soft", "kswapd_ground"), ("text", "direct_reclaim_ground"),
    ("text_soft", "direct_reclaim_ground"), ("text_soft", "flusher_ground"), ("asleep", "card"),
]  # fmt: skip
SHAPES_ON_GROUND = [
    ("free", "free_ground"),
    ("cursor", "card"),
    ("dot", "dot_edge"),
    ("kswapd", "card"),
    ("accent", "panel"),
]


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read(name):
    theme = load_theme(name)
    weak = {
        f"{text} on {ground}": round(contrast(theme.color[text], theme.color[ground]), 2)
        for text, ground in TEXT_ON_GROUND
        if contrast(theme.color[text], theme.color[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("name", THEMES)
def test_tokens_and_their_marks_stand_out(name):
    theme = load_theme(name)
    for role in theme.roles[: marks.FREE]:
        assert contrast(role.ink, role.fill) >= 4.5
        assert contrast(role.heading, theme.color["card"]) >= 4.5
        assert max(contrast(role.fill, theme.color["card"]), contrast(role.edge, theme.color["card"])) >= 3
    for shape, ground in SHAPES_ON_GROUND:
        assert contrast(theme.color[shape], theme.color[ground]) >= 3


def drawn(theme, mark):
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(theme.color["card"])
    painter = QPainter(image)
    draw_token(painter, QRectF(6, 6, 28, 28), theme, marks.INACTIVE_ANON, mark)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return np.frombuffer(grey.constBits(), np.uint8).reshape(40, -1)[:, :40].astype(int)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", THEMES)
def test_marks_differ_without_colour(name):
    theme = load_theme(name)
    looks = [drawn(theme, mark) for mark in (0, *marks.MARK_NAMES)]
    for a, b in itertools.combinations(looks, 2):
        assert (np.abs(a - b) > 40).sum() >= 8


def simulated(color, kind):
    """The colour as a person without one kind of cone sees it (Viénot, Brettel and Mollon 1999, linear RGB)."""
    matrix = {
        "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
        "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    }[kind]
    linear = np.array([color.redF(), color.greenF(), color.blueF()]) ** 2.2
    return np.clip(np.array(matrix) @ linear, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("kind", ["protan", "deutan"])
@pytest.mark.parametrize("name", THEMES)
def test_anon_and_file_differ_for_every_eye(name, kind):
    roles = load_theme(name).roles
    for anon, file in ((marks.ACTIVE_ANON, marks.ACTIVE_FILE), (marks.INACTIVE_ANON, marks.INACTIVE_FILE)):
        assert np.abs(simulated(roles[anon].fill, kind) - simulated(roles[file].fill, kind)).max() > 0.15


def text_of(name):
    return resources.path("themes", f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ('text = "#edf2f7"', 'text = "bright"', "color.text"),
        ('text = "#edf2f7"', "", "has no text"),
        ("[space]", "[space]\nmargin = 3", "has margin"),
        ("unit = 4", "unit = -4", "space.unit"),
        ("[type.lab]", "[type.laboratory]", "type.lab"),
        ("[color]", "[color", "dark.toml"),
    ],
)
def test_a_bad_theme_is_refused_in_one_line(found, instead, said):
    with pytest.raises(ThemeError) as caught:
        parse_theme(text_of("dark").replace(found, instead, 1), "dark.toml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_theme_names_the_known_ones():
    with pytest.raises(InputError, match="dark, high-contrast, light"):
        load_theme("solarized")


def test_contrast_is_that_of_wcag():
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    assert contrast(QColor(119, 119, 119), QColor("white")) == pytest.approx(4.48, abs=0.01)


def test_sizes_grow_with_the_picture():
    theme = load_theme("light")
    small, large = theme.metrics((1280, 720), "lecture"), theme.metrics((3840, 2160), "lecture")
    assert large.title == pytest.approx(3 * small.title)
    assert small.small / 720 >= 0.02
