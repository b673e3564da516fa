"""Times as people write them: "5.1 ms", "100 ns", "2 s"."""

import re
from decimal import Decimal

from memsim_gui.engine.errors import InputError, quoted

UNITS_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9}
ACCEPTED = 'a time such as "100 ns", "5.1 ms" or "2 s"'
_TIME = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([a-zµ]+)")


def nanoseconds(text: str, where: str) -> int:
    """Return a time in ns. Raises InputError unless it is a whole number of them."""
    match = _TIME.fullmatch(text.strip())
    if not match or match[2] not in UNITS_NS:
        raise InputError(where, quoted(text), ACCEPTED)
    found = Decimal(match[1]) * UNITS_NS[match[2]]
    if found != int(found):
        raise InputError(where, f"{quoted(text)} is not a whole number of nanoseconds", ACCEPTED)
    return int(found)
