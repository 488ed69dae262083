"""Every action of the desk in one table; bindings, help, key bar and palette are made from it."""

from __future__ import annotations

from tui.actions.cutting import CUTTING
from tui.actions.deciding import DECIDING
from tui.actions.describing import DESCRIBING
from tui.actions.finding import FINDING
from tui.actions.hearing import HEARING
from tui.actions.moving import MOVING
from tui.actions.program import APP_ACTIONS, PROJECT, PROJECT_ACTIONS
from tui.actions.rows import ROWS
from tui.actions.shaping import SHAPING

TABLE_ACTIONS = MOVING
DESK_ACTIONS = (
    *HEARING,
    *CUTTING,
    *DECIDING,
    *SHAPING,
    *DESCRIBING,
    *ROWS,
    *FINDING,
    *PROJECT_ACTIONS,
)

ACTIONS = (*TABLE_ACTIONS, *DESK_ACTIONS, *APP_ACTIONS)
BY_ID = {action.id: action for action in ACTIONS}

_SHOWN = (
    *HEARING,
    *DECIDING,
    *CUTTING,
    *SHAPING,
    *DESCRIBING,
    *ROWS,
    *FINDING,
    *MOVING,
    *PROJECT_ACTIONS,
    *APP_ACTIONS,
)
GROUPS = tuple(dict.fromkeys(action.group for action in _SHOWN))
"""In the order in which the help shows them."""

MENU = tuple(
    action
    for action in _SHOWN
    if action.in_menu or (action.group == PROJECT and action.id != "app.menu")
)
"""What is not done all day."""

__all__ = ["ACTIONS", "APP_ACTIONS", "BY_ID", "DESK_ACTIONS", "GROUPS", "MENU", "TABLE_ACTIONS"]
