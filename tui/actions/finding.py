"""Finding rows: of a kind, or by what they say."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

FIND = N_("Find")

FINDING = (
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
        N_("Let go of the selection; then of the filter."),
        FIND,
        "",
        ("escape",),
    ),
)
