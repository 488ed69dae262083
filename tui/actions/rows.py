"""Making other rows of the rows there are."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

SHAPE = N_("Rows")

ROWS = (
    Action(
        "shape.split",
        "split",
        N_("Split"),
        N_("Split the sentence in two, at a place that you choose."),
        SHAPE,
        "s",
        ("alt+s",),
    ),
    Action(
        "shape.merge",
        "merge",
        N_("Merge"),
        N_("Merge the row with the next, or all selected rows into one."),
        SHAPE,
        "m",
        ("alt+m",),
    ),
    Action(
        "shape.insert",
        "insert",
        N_("Insert"),
        N_("Write a new row below this one."),
        SHAPE,
        "i",
        ("insert",),
    ),
    Action(
        "shape.delete",
        "delete_row",
        N_("Delete row"),
        N_("Delete the row with its takes; undo brings it back."),
        SHAPE,
        "d",
        ("ctrl+delete",),
    ),
    Action(
        "shape.up",
        "shift_rows(-1)",
        N_("Move up"),
        N_("Move the row one place up."),
        SHAPE,
        "",
        ("alt+up",),
    ),
    Action(
        "shape.down",
        "shift_rows(1)",
        N_("Move down"),
        N_("Move the row one place down."),
        SHAPE,
        "",
        ("alt+down",),
    ),
)
