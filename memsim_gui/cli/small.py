"""The commands that take a few lines each."""

import argparse
import json

from memsim_gui.cli.codes import DONE, FAILED
from memsim_gui.engine.errors import not_built, unknown


def window(arguments: argparse.Namespace) -> int:
    """Open the window."""
    from memsim_gui import app

    return int(app.main(arguments.source) or DONE)


def planned(arguments: argparse.Namespace) -> int:
    """Say that a command is not built yet."""
    raise not_built("", arguments.name, ", ".join(arguments.built))


def scenarios(_arguments: argparse.Namespace) -> int:
    """List the scenarios that ship."""
    from memsim_gui.engine import scenario

    for ident, path in scenario.shipped().items():
        print(f"{ident}\t{scenario.load(path).title}")
    return DONE


def scenario_check(arguments: argparse.Namespace) -> int:
    """Check a scenario file."""
    from memsim_gui.engine import scenario

    found = scenario.load(arguments.file)
    print(f"{arguments.file}: {found.title}, {len(found.steps)} steps: all well")
    return DONE


def help_page(arguments: argparse.Namespace) -> int:
    """Show a help page, or the names of all."""
    from memsim_gui import resources

    pages = {path.stem: path for path in sorted(resources.path("help").glob("*.md"))}
    if arguments.page and arguments.page not in pages:
        raise unknown("help", "page", arguments.page, pages)
    print(pages[arguments.page].read_text(encoding="utf-8") if arguments.page else "\n".join(pages))
    return DONE


def doctor(arguments: argparse.Namespace) -> int:
    """Say what is there and what to install."""
    from memsim_gui import doctor

    checks = doctor.report()
    if arguments.json:
        print(
            json.dumps([{"name": c.name, "ok": c.ok, "found": c.found, "advice": c.advice} for c in checks], indent=2)
        )
    else:
        for check in checks:
            print(
                f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}"
                + f" - {check.advice}" * bool(check.advice)
            )
    return DONE if all(check.ok for check in checks) else FAILED


def bench(arguments: argparse.Namespace) -> int:
    """Measure the program."""
    from memsim_gui import bench

    bench.run(arguments.names, as_json=arguments.json)
    return DONE
