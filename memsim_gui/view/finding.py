"""What the palette of a window offers, and what it says about a command being typed."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from PySide6.QtGui import QAction, QKeySequence

from memsim_gui.engine.commands import Command
from memsim_gui.paint.tokens import THEMES
from memsim_gui.session import previews
from memsim_gui.session.names import names_of
from memsim_gui.session.session import Session
from memsim_gui.view.actions import ENTRIES, Actions
from memsim_gui.view.dialogs.palette import Offer
from memsim_gui.view.docks import Dock


class Offered(NamedTuple):
    """Parts of a window that its palette reaches; `scenarios` are ids and titles."""

    actions: Actions
    docks: Iterable[Dock]
    scenarios: Iterable[tuple[str, str]]
    open_source: Callable[[str], object]
    use_theme: Callable[[str], object]


def offers(window: Offered) -> list[Offer]:
    """Return the actions that can be done now, the docks, the scenarios and the themes."""
    actions = [window.actions[entry.name] for entry in ENTRIES]
    found = [_offer(action.text(), action) for action in actions if action.isEnabled()]
    for dock in window.docks:
        action = dock.action
        found.append(_offer(f"{'Hide' if dock.seen else 'Show'} {action.text()}", action))
    found += [
        Offer(f"Open {ident}: {title}", do=partial(window.open_source, ident)) for ident, title in window.scenarios
    ]
    return [*found, *(Offer(f"Theme: {name}", do=partial(window.use_theme, name)) for name in THEMES)]


def _offer(text: str, action: QAction) -> Offer:
    keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
    return Offer(text.replace("&", "").removesuffix("…"), keys, action.trigger)


def look_ahead(session: Session, command: Command) -> str:
    """Return what a command would do at the moment shown. Raises InputError if it names what is not there."""
    view = session.player.view
    return previews.of(command, names_of(view, session.trace), view, session.core.report.tunables)
