"""free(1) of Debian 12: columns, units, and what counts as used."""

import pytest

from memsim_gui.procfs.free import free, scaled

MEMINFO = {
    "MemTotal": 24471764, "MemFree": 21777360, "MemAvailable": 23611464, "Buffers": 40000, "Cached": 2075144,
    "SReclaimable": 149900, "Shmem": 8856, "SwapTotal": 524284, "SwapFree": 404284,
}  # fmt: skip
HUMAN = """\
               total        used        free      shared  buff/cache   available
Mem:            23Gi       840Mi        20Gi       8.6Mi       2.2Gi        22Gi
Swap:          511Mi       117Mi       394Mi
"""
PLAIN = """\
               total        used        free      shared  buff/cache   available
Mem:        24471764      860300    21777360        8856     2265044    23611464
Swap:         524284      120000      404284
"""


def test_both_tables():
    assert free(MEMINFO, human=True) == HUMAN
    assert free(MEMINFO) == PLAIN


def test_a_kernel_that_does_not_say_what_is_available():
    assert free({"MemTotal": 100, "MemFree": 60}).splitlines()[1].split()[1:4] == ["100", "40", "60"]


@pytest.mark.parametrize(
    ("kb", "text"),
    [
        (0, "0B"), (1, "1.0Ki"), (9, "9.0Ki"), (10, "10Ki"), (1023, "1.0Mi"), (999, "999Ki"), (1000, "1.0Mi"),
        (10188, "9.9Mi"), (10200, "9Mi"), (10240, "10Mi"), (1 << 20, "1.0Gi"), (1 << 50, "1.0Ei"),
    ],
)  # fmt: skip
def test_units(kb, text):
    assert scaled(kb) == text
