"""Commands typed as one line mean what they mean in a scenario file."""

import pytest

from memsim_gui.engine import commands as c
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.sizes import bytes_of, pages_of
from memsim_gui.engine.typed import kind_of, parse, usage


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("mlock heap 0 100000", c.Mlock("heap", 0, 100_000)),
        ("mlock heap 0 10 MiB onfault", c.Mlock("heap", 0, 10 << 20, onfault=True)),
        ("read log 0 4096", c.Read("log", 0, 4096)),
        ("read log length=0x1000 process=editor", c.Read("log", 0, 4096, process="editor")),
        ("  Touch   heap write ", c.Touch("heap", write=True)),
        ("touch heap 4 8p write=no", c.Touch("heap", 4, 8)),
        ("access heap zipf 5000 alpha=1.2", c.Access("heap", "zipf", 5000, alpha=1.2)),
        ("drop_caches 3", c.DropCaches(3)),
        ("mmap a 10 MiB", c.Mmap("a", 2560)),
        ("sysctl vm.swappiness 100", c.SetSysctl("vm.swappiness", 100)),
        ("process 12 -500 unlimited", c.Process("12", -500, -1)),
        ("sync", c.Sync()),
    ],
)
def test_a_line_is_a_command(text, command):
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown command ''"),
        ("mlok heap", "unknown command 'mlok' (did you mean mlock?)"),
        ("mlock", "region is missing; accepted: mlock REGION [OFFSET] [LENGTH] [onfault]"),
        ("mlock heap x", "offset: 'x' is no size; accepted: a number of bytes"),
        ("sync now", "'now' is one word too many; accepted: sync"),
        ("touch heap pages=4 pages=5", "pages: is given twice; accepted: touch REGION [FIRST] [PAGES] [write]"),
        ("touch heap colour=red", "unknown field 'colour'"),
        ("scan inactive-anom", "list: unknown value 'inactive-anom' (did you mean inactive-anon?)"),
        ("read a/b", "file: 'a/b'; accepted: a name of 1 to 64 letters"),
        ("drop-caches 9", "bits: '9'; accepted: a whole number from 1 to 3"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_is_accepted(text, said):
    with pytest.raises(InputError) as caught:
        parse(text)
    assert str(caught.value).startswith(said)


def test_every_command_says_how_it_is_typed():
    assert usage(c.Munlock) == "munlock REGION [OFFSET] [LENGTH]"
    assert {kind_of(usage(kind)) for kind in c.COMMANDS.values()} == set(c.COMMANDS.values())


def test_sizes_may_be_hexadecimal():
    assert bytes_of("0x1000", "x") == 4096
    assert pages_of("0x10", "x") == 16
    with pytest.raises(InputError, match="0x1000 KiB"):
        bytes_of("0x1000 KiB", "x")
