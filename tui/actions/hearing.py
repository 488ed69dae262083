"""What is heard: playing, and choosing among takes."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

LISTEN = N_("Listen")
TAKES = N_("Takes")

HEARING = (
    Action(
        "listen.play",
        "play",
        N_("Play"),
        N_("Play the row's take, or stop what plays."),
        LISTEN,
        "",
        ("space",),
    ),
    Action(
        "listen.previous_take",
        "take(-1)",
        N_("Previous take"),
        N_("Go back to the take before."),
        TAKES,
        "t",
        ("left_parenthesis",),
    ),
    Action(
        "listen.next_take",
        "take(1)",
        N_("Next take"),
        N_("Go on to the take after."),
        TAKES,
        "T",
        ("right_parenthesis",),
    ),
    *(
        Action(
            f"listen.pick_take_{number}",
            f"pick_take({number})",
            N_("Choose take"),
            N_("Choose the take of this number."),
            TAKES,
            "",
            (f"alt+{number}",),
        )
        for number in range(1, 10)
    ),
)
