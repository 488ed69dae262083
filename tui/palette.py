"""The commands of the palette: the same table as the keys."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from engine.i18n import _
from tui.actions import APP_ACTIONS, DESK_ACTIONS
from tui.keys import Action


class StudioCommands(Provider):
    """Every action that can be done now, by its name, with its key."""

    async def discover(self) -> Hits:
        for action in self._possible():
            yield DiscoveryHit(_name(action), self._runs(action), help=_(action.tooltip))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action in self._possible():
            score = max(matcher.match(_name(action)), matcher.match(_(action.tooltip)))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_name(action)),
                    self._runs(action),
                    text=_name(action),
                    help=_(action.tooltip),
                )

    def _possible(self) -> list[Action]:
        desk = [
            action
            for action in DESK_ACTIONS
            if self.screen.check_action(action.name.partition("(")[0], ())
        ]
        return [*desk, *(action for action in APP_ACTIONS if action.id != "app.palette")]

    def _runs(self, action: Action):
        namespace = self.app if action in APP_ACTIONS else self.screen
        return partial(self.app.run_action, action.name, namespace)


def _name(action: Action) -> str:
    return f"{_(action.label)}  ({', '.join(action.shown_keys)})"
