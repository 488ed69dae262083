"""Moving about in the table."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

MOVE = N_("Move")

MOVING = (
    Action("move.up", "move(-1)", N_("Up"), N_("To the row above."), MOVE, "k", ("up",)),
    Action("move.down", "move(1)", N_("Down"), N_("To the row below."), MOVE, "j", ("down",)),
    Action("move.top", "move_to_top", N_("Top"), N_("To the first row."), MOVE, "", ("home",)),
    Action("move.end", "move_to_end", N_("End"), N_("To the last row."), MOVE, "", ("end",)),
    Action("move.page_up", "page(-1)", N_("Page up"), N_("A screenful up."), MOVE, "", ("pageup",)),
    Action(
        "move.page_down",
        "page(1)",
        N_("Page down"),
        N_("A screenful down."),
        MOVE,
        "",
        ("pagedown",),
    ),
)
