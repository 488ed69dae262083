"""What a row has besides its text: how it is said, its label, the pause after it, a note."""

from __future__ import annotations

from engine.i18n import N_
from tui.actions.deciding import JUDGE
from tui.actions.shaping import EDIT
from tui.keys import Action

DESCRIBING = (
    Action(
        "judge.note",
        "one_field('note')",
        N_("Note"),
        N_("Write a note on the row, for yourself."),
        JUDGE,
        "",
        ("alt+n",),
    ),
    Action(
        "edit.form",
        "form",
        N_("Row"),
        N_("Everything of the row in one form: how to say it, label, pause, voice, seed …"),
        EDIT,
        "",
        ("f4",),
    ),
    Action(
        "edit.label",
        "one_field('label')",
        N_("Label"),
        N_("Set the row's label, which names its file."),
        EDIT,
        "l",
        ("alt+l",),
    ),
    Action(
        "edit.pause",
        "one_field('pause_after')",
        N_("Pause after"),
        N_("Set the pause after the row."),
        EDIT,
        "w",
        ("alt+w",),
    ),
    Action(
        "edit.pronunciations",
        "pronunciations",
        N_("Pronunciations"),
        N_("List words and how to say them everywhere."),
        EDIT,
        "",
        ("alt+d",),
        in_menu=True,
    ),
)
