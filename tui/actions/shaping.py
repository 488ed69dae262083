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
        N_("Leave the row out of the reading, or take it in again."),
        EDIT,
        "h",
        ("number_sign", "ctrl+h"),  # most terminals send Ctrl+H as Backspace
    ),
    Action(
        "edit.take_script",
        "take_script",
        N_("Take the script's"),
        N_("On a ⚑ row, which you and the script file both changed: take the file's text."),
        EDIT,
        "",
        ("alt+v",),
    ),
    Action(
        "edit.keep_mine",
        "keep_mine",
        N_("Keep mine"),
        N_("On a ⚑ row, which you and the script file both changed: keep your text."),
        EDIT,
        "",
        ("alt+k",),
    ),
    Action("edit.undo", "undo", N_("Undo"), N_("Undo what you did last."), EDIT, "u", ("ctrl+z",)),
    Action("edit.redo", "redo", N_("Redo"), N_("Redo what was undone."), EDIT, "", ("ctrl+y",)),
)
