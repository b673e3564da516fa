"""How steps share the time of a talk: by their own minutes, and by their words."""

import pytest

from memsim_gui.engine import scenario
from memsim_gui.engine.errors import InputError
from memsim_gui.session.planning import minutes_each

HEAD = """format = 1
id = "T"
title = "A talk"
summary = "For a test."
{minutes}
[machine]
memory = "64p"
"""
STEP = """
[[steps]]
title = "One"
caption = "{words}"
{minutes}
"""


def planned(whole, *steps):
    """Minutes of steps, each told as (words of title and caption, minutes or nothing)."""
    text = HEAD.format(minutes=f"minutes = {whole}" if whole else "")
    for words, minutes in steps:
        caption = " ".join(["word"] * (words - 1))
        text += STEP.format(words=caption, minutes=f"minutes = {minutes}" if minutes else "")
    return minutes_each(scenario.parse(text, "talk.toml"))


def test_time_is_shared_by_the_words_there_are():
    assert planned(8, (10, 0), (30, 0)) == (2, 6)


def test_steps_that_give_minutes_have_them_and_the_others_share_what_is_left():
    assert planned(9, (10, 3), (10, 0), (20, 0)) == (3, 2, 4)


def test_minutes_of_steps_alone_are_a_plan_and_nothing_is_none():
    assert planned(0, (10, 1.5), (10, 2)) == (1.5, 2)
    assert planned(0, (10, 0), (10, 0)) == ()


def test_more_minutes_in_steps_than_in_all_is_an_error():
    with pytest.raises(InputError, match=r"talk\.toml: minutes: 2; accepted: at least the 3 of its steps"):
        planned(2, (10, 3))
