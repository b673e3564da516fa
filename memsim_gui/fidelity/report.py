"""What a comparison came to, as text and as one JSON document."""

import math
from collections.abc import Iterator
from typing import Any

from memsim_gui.fidelity.compare import Comparison, NotCompared, Result
from memsim_gui.fidelity.pages import Look, Match
from memsim_gui.fidelity.score import Pair, Tally, tally

COLUMNS = "  {:<26} {:>12} {:>9} {:>12} {:>9} {:>10}  {:<12}{}"
HEADINGS = COLUMNS.format("counter", "real", "spread", "simulated", "error", "tolerance", "class", "").rstrip()
WORKLOADS = "{:<22} {:>11} {:>11} {:>9} {:>8}"


def total(results: list[Result]) -> Tally:
    """Count the pairs of all workloads."""
    return tally([pair for result in results if isinstance(result, Comparison) for pair in result.pairs])


def verdict(found: Tally) -> str:
    """Return a score in one line."""
    return (
        f"score {found.informative_ok} of {found.informative} informative counters = {100 * found.score:.1f} %; "
        f"quiet {found.quiet_ok} of {found.quiet}; noisy {found.noisy_ok} of {found.noisy}"
    )


def text(results: list[Result]) -> Iterator[str]:
    """Yield the lines of the report: a table for each workload, then one of the workloads, then the score."""
    compared = [result for result in results if isinstance(result, Comparison)]
    for result in compared:
        yield from _workload(result)
    if len(compared) > 1:
        yield WORKLOADS.format("workload", "informative", "score", "quiet", "noisy")
        for result in compared:
            t = result.tally
            counts = (f"{t.informative_ok}/{t.informative}", f"{100 * t.score:.1f} %", f"{t.quiet_ok}/{t.quiet}")
            yield WORKLOADS.format(result.name, *counts, f"{t.noisy_ok}/{t.noisy}")
        yield ""
    if compared:
        yield verdict(total(results))


def _workload(result: Comparison) -> Iterator[str]:
    kernel = f"Linux {result.kernel}, " if result.kernel else ""
    yield f"{result.name}: {kernel}{result.runs} run{'s' * (result.runs > 1)}"
    for remark in result.remarks:
        yield f"  note: {remark}"
    yield HEADINGS
    for pair in result.pairs:
        yield _row(pair)
    yield f"  {verdict(result.tally)}"
    yield from _pages(result.pages)
    yield ""


def _pages(matches: tuple[Match, ...]) -> Iterator[str]:
    """Yield what single pages look like: one line for all, and one for each moment that is not as it should be."""
    if not matches:
        return
    good = sum(match.ok for match in matches)
    asked = sum(match.pages for match in matches)
    yield f"  pages: {good} of {len(matches)} moments as the real runs show them ({asked} pages asked for)"
    for match in matches:
        where = f"    MISS {match.label} {match.region}:"
        if match.differences:
            page, expected, found = match.differences[0]
            said = f"page {page} is {_look(found)}, not {_look(expected)}"
            yield f"{where} {len(match.differences)} of {match.agreed} pages that all runs agree on differ: {said}"
        for look, count, least, most in match.miscounts:
            yield f"{where} {count} pages are {_look(look)}, not {least:.0f} to {most:.0f}"


def _look(look: Look) -> str:
    return " ".join(look).strip() or "missing"


def _row(pair: Pair) -> str:
    real, simulated = (_whole(values[-1]) for values in (pair.curves.mean, pair.curves.simulated))
    shares = [_percent(share) for share in (pair.noise, pair.error, pair.tolerance)]
    return COLUMNS.format(pair.counter, real, shares[0], simulated, *shares[1:], pair.kind, "ok" if pair.ok else "MISS")


def _whole(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:,.0f}"


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.2f} %"


def document(results: list[Result]) -> dict[str, Any]:
    """Return everything as one JSON document. Shares are 0 to 1; figures at the end of the script, real = mean."""
    return {
        **_tally(total(results)),
        "workloads": [_comparison(result) for result in results if isinstance(result, Comparison)],
        "not_compared": [
            {"workload": result.name, "reason": result.reason} for result in results if isinstance(result, NotCompared)
        ],
    }


def _comparison(result: Comparison) -> dict[str, Any]:
    return {
        "workload": result.name,
        "kernel": result.kernel,
        "runs": result.runs,
        "remarks": result.remarks,
        **_tally(result.tally),
        "counters": [_pair(pair) for pair in result.pairs],
        "pages": [_match(match) for match in result.pages],
    }


def _match(match: Match) -> dict[str, Any]:
    counts = {"differences": len(match.differences), "miscounts": len(match.miscounts)}
    return {**match._asdict(), **counts, "ok": match.ok}


def _tally(found: Tally) -> dict[str, float | int]:
    return {"score": found.score, **found._asdict()}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "counter": pair.counter,
        "counts": "events" if pair.event else "pages",
        "class": pair.kind,
        "real": float(pair.curves.mean[-1]),
        "spread": pair.noise,
        "simulated": _number(pair.curves.simulated[-1]),
        "error": _number(pair.error),
        "tolerance": pair.tolerance,
        "ok": pair.ok,
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
