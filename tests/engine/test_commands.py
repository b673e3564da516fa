"""Commands: plain values that survive saving, and clear errors for those that are none."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.engine.commands import COMMANDS, Mlock, Mmap, Read, Touch, from_dict
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.syscalls import LOWER
from tests.engine.clear import works_or_is_clear

SAMPLES = {
    str: ["A", "file-1", "b c"], int: [1, 2, 7, 1000], bool: [True, False], float: [0.5, 1.0, 2],
}  # fmt: skip
CHOICES = {
    ("access", "pattern"): ["zipf", "loop"],
    ("madvise", "advice"): ["cold", "free"],
    ("fadvise", "advice"): ["random"],
    ("mmap-file", "advice"): ["random", "normal"],
    ("scan", "list"): ["active-file"],
}


def _values(op):
    found = {}
    for item in dataclasses.fields(COMMANDS[op]):
        values = CHOICES.get((op, item.name), SAMPLES[item.type])
        if item.name in ("node", "bits"):
            values = [1, 2]
        found[item.name] = st.sampled_from(values)
    return st.fixed_dictionaries(found)


@pytest.mark.parametrize("op", COMMANDS)
@given(data=st.data())
def test_commands_survive_saving(op, data):
    command = from_dict({"op": op, **data.draw(_values(op))}, "x")
    assert from_dict(command.to_dict(), "x") == command
    assert command.describe()
    assert "\n" not in command.describe()


def test_every_command_is_a_call():
    assert set(LOWER) == set(COMMANDS.values())


def test_sizes_and_defaults():
    command = from_dict({"op": "mmap", "region": "A", "pages": "10 MiB"}, "x")
    assert command == Mmap("A", 2560)
    assert command.to_dict() == {"op": "mmap", "region": "A", "pages": 2560}
    assert Touch("A", write=True).describe() == "write all of A"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Read("f", 4096, 8192), "read 2 pages of f from byte 4096"),
        (Read("f", 20000, 4096), "read 4096 bytes of f from byte 20000"),
        (Read("f", 20000, 1), "read 1 byte of f from byte 20000"),
        (Read("f", 20000), "read the rest of f from byte 20000"),
        (Read("f", length=100, times=3, cold=True), "read 100 bytes of f, 3 times, dropped before each time"),
        (Read("f", cold=True), "read all of f, dropped before"),
        (Mlock("A", 10240, 4096), "mlock 4096 bytes of A from byte 10240"),
    ],
)
def test_sentences_tell_how_much_and_from_where(command, sentence):
    assert command.describe() == sentence


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (3, "a table with op"),
        ({}, "a table with op"),
        ({"op": "tuch"}, r"unknown op 'tuch' \(did you mean touch\?\)"),
        ({"op": "touch"}, "region is missing"),
        ({"op": "touch", "region": "A", "page": 1}, "did you mean pages"),
        ({"op": "touch", "region": "A", "pages": "x"}, "s1: pages: 'x' is no size|s1.pages"),
        ({"op": "touch", "region": "", "pages": 1}, "a name"),
        ({"op": "touch", "region": "A", "write": 1}, "true or false"),
        ({"op": "access", "region": "A", "pattern": "wild", "count": 1}, "unknown value 'wild'"),
        ({"op": "drop-caches", "bits": 4}, "from 1 to 3"),
    ],
)
def test_tables_that_are_no_commands(table, message):
    with pytest.raises(InputError, match=message):
        from_dict(table, "s1")


@given(
    st.dictionaries(
        st.sampled_from(["op", "region", "file", "pages", "count"]), st.text(max_size=6) | st.integers() | st.none()
    )
)
def test_any_table_is_a_command_or_one_clear_line(table):
    assert works_or_is_clear(lambda: from_dict(table, "x"))
