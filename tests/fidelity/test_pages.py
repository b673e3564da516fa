"""Flags of single pages: equal where the real runs agree, counts within their range where they do not."""

import lzma

import pytest

from memsim_gui.engine.errors import InputError
from memsim_gui.fidelity import pages

HEADER = "run,label,region,page,state,pfn_or_slot,flags_hex,flags\n"
ACTIVE, LRU = ("P", "LRU|ACTIVE"), ("P", "LRU")


def looks(**labels):
    return {(label, "A", page): look for label, found in labels.items() for page, look in enumerate(found)}


def test_equal_pages_are_well():
    real = looks(t0=[LRU, ACTIVE], t1=[LRU])
    assert [match.ok for match in pages.compare([real, real], real)] == [True, True]


def test_a_page_on_which_the_runs_agree_must_look_the_same():
    real = looks(t0=[LRU, ACTIVE])
    (match,) = pages.compare([real, real], looks(t0=[LRU, LRU]))
    assert (match.label, match.region, match.pages, match.agreed, match.ok) == ("t0", "A", 2, 2, False)
    assert match.differences == [pages.Difference(1, ACTIVE, LRU)]


def test_a_page_that_is_missing_differs():
    (match,) = pages.compare([looks(t0=[LRU, LRU])], looks(t0=[LRU]))
    assert match.differences == [pages.Difference(1, LRU, ("", ""))]


def test_where_the_runs_differ_counts_decide():
    runs = [looks(t0=[ACTIVE] * 20 + [LRU] * 80), looks(t0=[LRU] * 70 + [ACTIVE] * 30)]
    agreed = [LRU] * 50
    (within,) = pages.compare(runs, looks(t0=[ACTIVE] * 20 + agreed + [LRU] * 17 + [ACTIVE] * 13))
    assert (within.agreed, within.ok) == (50, True)
    (beyond,) = pages.compare(runs, looks(t0=[ACTIVE] * 20 + agreed + [LRU] * 16 + [ACTIVE] * 14))
    assert [miscount.look for miscount in beyond.miscounts] == [ACTIVE]
    assert (beyond.miscounts[0].found, beyond.miscounts[0].least, beyond.miscounts[0].most) == (34, 18, 33)


def test_tables_are_read_run_by_run(tmp_path):
    rows = "1,t0,A,0,P,7,860,LRU|ACTIVE\n2,t0,A,0,X,-,-,-\n"
    (tmp_path / "plain.csv").write_text(HEADER + rows)
    (tmp_path / "packed.csv.xz").write_bytes(lzma.compress((HEADER + rows).encode()))
    for name in ("plain.csv", "packed.csv.xz"):
        assert pages.load(tmp_path / name) == [{("t0", "A", 0): ACTIVE}, {("t0", "A", 0): ("X", "-")}]


@pytest.mark.parametrize(
    "text",
    [
        b"run,label\n1,t0\n",
        HEADER.encode() + b"1,t0,A,x,P,7,860,LRU\n",
        HEADER.encode() + b"1,t0,A\n",
        HEADER.encode(),
        b"\xff",
    ],
)
def test_a_file_that_is_no_such_table_is_named(tmp_path, text):
    (tmp_path / "bad.csv").write_bytes(text)
    with pytest.raises(InputError, match=r"bad\.csv"):
        pages.load(tmp_path / "bad.csv")
