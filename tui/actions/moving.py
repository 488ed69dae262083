"""Moving about in the table, and selecting rows of it."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

MOVE = N_("Move and select")

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
    Action(
        "select.rows",
        "select",
        N_("Select"),
        N_("Start selecting: move, and commands act on all of it; again to select nothing."),
        MOVE,
        "v",
        ("ctrl+space",),
    ),
    Action(
        "select.up",
        "extend(-1)",
        N_("Select up"),
        N_("Select the row above too."),
        MOVE,
        "",
        ("shift+up",),
    ),
    Action(
        "select.down",
        "extend(1)",
        N_("Select down"),
        N_("Select the row below too."),
        MOVE,
        "",
        ("shift+down",),
    ),
    Action(
        "select.all",
        "select_all",
        N_("Select all"),
        N_("Select every row that is shown."),
        MOVE,
        "",
        ("ctrl+a",),
    ),
)
