"""Finding rows: of a kind, or by what they say."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

FIND = N_("Find")

FINDING = (
    Action(
        "find.text",
        "find",
        N_("Find"),
        N_("Find text as you type; Enter stays there, Esc goes back."),
        FIND,
        "/",
        ("ctrl+f",),
    ),
    Action(
        "find.next",
        "find_next",
        N_("Next match"),
        N_("Go to the next match."),
        FIND,
        "n",
        ("ctrl+n",),
    ),
    Action(
        "find.previous",
        "find_previous",
        N_("Previous match"),
        N_("Go to the previous match."),
        FIND,
        "",
        ("ctrl+g",),
    ),
    Action(
        "find.replace",
        "replace",
        N_("Replace"),
        N_("Replace text everywhere or in the selection, with a preview."),
        FIND,
        "",
        ("ctrl+r",),
    ),
    Action(
        "find.filter",
        "filter",
        N_("Filter"),
        N_("Show only rows of a kind: to check, not accepted, failed, changed, not spoken."),
        FIND,
        "g",
        ("alt+f",),
    ),
    Action(
        "find.let_go",
        "let_go",
        N_("Back"),
        N_("Clear the selection; again the search, again the filter: all rows are shown."),
        FIND,
        "",
        ("escape",),
    ),
)
