"""Compiled entries are found wherever the same sources stand, so that the mark "compiled" tells the truth."""

from pathlib import Path

import pytest

from memsim_gui import jit
from memsim_gui.jit.linking import RoomLocator
from memsim_gui.trace import replay

pytestmark = pytest.mark.skipif(not jit.JIT_ENABLED, reason="nothing is compiled")


def test_an_entry_s_place_does_not_depend_on_the_folder_of_the_sources():
    here, there = ("/one/checkout/memsim_gui/mm/tick.py", "/another/place/memsim_gui/mm/tick.py")
    assert RoomLocator.get_suitable_cache_subpath(here) == RoomLocator.get_suitable_cache_subpath(there) == "mm"
    assert Path(replay._apply.made._cache.cache_path) == jit.CACHE_DIR / "trace"  # noqa: SLF001 - where numba really looks


def test_functions_of_others_are_kept_where_numba_keeps_them(tmp_path):
    path = tmp_path / "other.py"
    path.write_text("", encoding="utf-8")
    assert RoomLocator.from_function(lambda: None, str(path)) is None
