"""Themes: complete, told apart without colour; a bad one is refused in one line."""

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
