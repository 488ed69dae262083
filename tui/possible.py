"""Which actions of the table can be done where one is, and doing them."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from tui.actions import APP_ACTIONS, DESK_ACTIONS
from tui.keys import Action


def possible_actions(screen: Screen[Any]) -> list[Action]:
    """Those of the desk that this screen knows and does now, and those of the program."""
    desk = [action for action in DESK_ACTIONS if _can(screen, action.name.partition("(")[0])]
    return [*desk, *APP_ACTIONS]


async def run_action(app: App[Any], screen: Screen[Any], action: Action) -> None:
    """Do what the action's key does on this screen."""
    await app.run_action(action.name, app if action in APP_ACTIONS else screen)


def _can(screen: Screen[Any], name: str) -> bool:
    return hasattr(screen, f"action_{name}") and bool(screen.check_action(name, ()))
