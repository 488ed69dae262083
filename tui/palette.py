"""The commands of the palette: the same table as the keys."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from engine.i18n import _
from tui.keys import Action
from tui.possible import possible_actions, run_action


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
        return [
            action
            for action in possible_actions(self.screen)
            if action.in_palette and action.id != "app.palette"
        ]

    def _runs(self, action: Action):
        return partial(run_action, self.app, self.screen, action)


def _name(action: Action) -> str:
    return f"{_(action.label)}  ({', '.join(action.shown_keys)})"
