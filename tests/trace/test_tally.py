"""Counting a part at a time gives what counting at once gives."""

import numpy as np
import pytest

from memsim_gui.trace.tally import AT_ONCE, count_where


@pytest.mark.parametrize("rows", [0, 1, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 7])
def test_parts_add_up_to_the_whole(rows):
    random = np.random.default_rng(rows)
    flags, owners = random.integers(0, 256, rows).astype(np.uint8), random.integers(-3, 3, rows)
    assert count_where(lambda held: held & 12, flags) == np.count_nonzero(flags & 12)
    both = np.count_nonzero((flags > 99) & (owners < 0))
    assert count_where(lambda held, owner: (held > 99) & (owner < 0), flags, owners) == both
