"""Having rows spoken and judging what came of it."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

SPEAK = N_("Speak")
JUDGE = N_("Judge")

DECIDING = (
    Action(
        "speak.reroll",
        "reroll",
        N_("Speak"),
        N_("Speak the row, ahead of all others; again for another take."),
        SPEAK,
        "r",
        ("f5",),
    ),
    *(
        Action(
            f"speak.count_{count}",
            f"count({count})",
            N_("Several takes"),
            N_("Then r: make so many takes and play them one after another; 3 r makes three."),
            SPEAK,
            "",
            (str(count),),
            in_palette=False,
        )
        for count in range(1, 9)
    ),
    Action(
        "speak.all",
        "speak_all",
        N_("Speak all"),
        N_("Speak every row that needs it: new, changed, rejected or failed."),
        SPEAK,
        "R",
        ("f7",),
    ),
    Action(
        "speak.cancel",
        "cancel_speaking",
        N_("Cancel"),
        N_("Stop speaking the row, or take it off the queue; on any other, twice to stop all."),
        SPEAK,
        "c",
        ("ctrl+x",),
    ),
    Action(
        "judge.accept",
        "accept",
        N_("Accept"),
        N_("Accept the take and play the next row; or accept all selected rows."),
        JUDGE,
        "a",
        ("f8",),
    ),
    Action(
        "judge.reject",
        "reject",
        N_("Reject"),
        N_("Reject the take: the row is spoken again with all that need it."),
        JUDGE,
        "x",
        ("delete",),
    ),
    Action(
        "judge.next",
        "next_to_look_at",
        N_("Next to check"),
        N_("Go to the next row that failed, has a complaint, or waits for your ear."),
        JUDGE,
        "f",
        ("f3",),
    ),
)
