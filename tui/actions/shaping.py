"""Changing texts and rows, and going back in time."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

EDIT = N_("Edit")

SHAPING = (
    Action(
        "edit.text",
        "edit",
        N_("Edit"),
        N_("Edit the text: Enter keeps it, Esc leaves it as it was."),
        EDIT,
        "e",
        ("enter", "f2"),
    ),
    Action(
        "edit.spoken",
        "toggle_spoken",
        N_("Not spoken"),
        N_("Mark the row as not spoken, or as spoken again."),
        EDIT,
        "h",
        ("number_sign", "ctrl+h"),  # most terminals send Ctrl+H as Backspace
    ),
    Action(
        "edit.take_script",
        "take_script",
        N_("Take the script's"),
        N_("Where the script was changed too: take its text in place of yours."),
        EDIT,
        "",
        ("alt+v",),
    ),
    Action(
        "edit.keep_mine",
        "keep_mine",
        N_("Keep mine"),
        N_("Where the script was changed too: keep your text in place of the script's."),
        EDIT,
        "",
        ("alt+k",),
    ),
    Action("edit.undo", "undo", N_("Undo"), N_("Take back what you did."), EDIT, "u", ("ctrl+z",)),
    Action("edit.redo", "redo", N_("Redo"), N_("Do again what was undone."), EDIT, "", ("ctrl+y",)),
)
