"""Final counters of every shipped scenario, at several memory sizes: they change on purpose or not at all.

After a change of behaviour `sh packaging/dev golden` writes the files anew; commit the difference with the change.
"""

import pytest

from memsim_gui.engine import scenario, sources
from memsim_gui.engine.errors import InputError
from memsim_gui.trace import kinds

SIZES = {"half": (1, 2), "same": (1, 1), "double": (2, 1)}


def final_counters(ident, pages):
    """Lines of TOML: what is not 0 at the end of a scenario on a machine of so many pages, or why there is none."""
    options = sources.Options({"memory": pages}, level=kinds.LEVEL_COUNTERS)
    try:
        run = sources.open_source(ident, options)
        run.finish()
    except InputError as error:
        return [f"refused = {str(error)!r}"]
    found = {"now_ns": run.machine.now_ns, **run.machine.counters()}
    return [f"{name} = {value}" for name, value in found.items() if value]


@pytest.mark.parametrize("ident", sorted(scenario.shipped()))
def test_final_counters(ident, golden):
    own = scenario.load(scenario.shipped()[ident]).machine.managed
    lines = []
    for size, (times, divided) in SIZES.items():
        pages = own * times // divided
        lines += [f"[{size}]", f"memory_pages = {pages}", *final_counters(ident, pages), ""]
    golden(f"counters/{ident}.toml", "\n".join(lines))
