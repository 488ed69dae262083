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
        N_("Play the row's take, or what has been spoken of it so far; again to stop."),
        LISTEN,
        "",
        ("space",),
    ),
    Action(
        "listen.pause",
        "pause",
        N_("Pause"),
        N_("Pause; again to go on from the same place."),
        LISTEN,
        "y",
        ("alt+y",),
    ),
    Action(
        "listen.from_here",
        "play_from_here",
        N_("Play on"),
        N_("Play from this row on, with the pauses between the rows; again to stop."),
        LISTEN,
        "P",
        ("f6",),
    ),
    Action(
        "listen.back",
        "seek(-1)",
        N_("Back 1 s"),
        N_("Back one second; where nothing plays, move the playhead of the waveform back."),
        LISTEN,
        "",
        ("left",),
    ),
    Action(
        "listen.forward",
        "seek(1)",
        N_("Forward 1 s"),
        N_("Forward one second; where nothing plays, move the playhead of the waveform on."),
        LISTEN,
        "",
        ("right",),
    ),
    Action(
        "listen.loop",
        "loop",
        N_("Loop"),
        N_("Loop what plays; again to stop looping."),
        LISTEN,
        "o",
        ("alt+o",),
    ),
    Action(
        "listen.quieter",
        "volume(-5)",
        N_("Quieter"),
        N_("Turn the volume down."),
        LISTEN,
        "",
        ("9",),
    ),
    Action(
        "listen.louder", "volume(5)", N_("Louder"), N_("Turn the volume up."), LISTEN, "", ("0",)
    ),
    Action(
        "listen.slower",
        "speed(-1)",
        N_("Slower"),
        N_("Play slower; the pitch stays."),
        LISTEN,
        "",
        ("left_curly_bracket", "alt+comma"),
    ),
    Action(
        "listen.faster",
        "speed(1)",
        N_("Faster"),
        N_("Play faster; the pitch stays."),
        LISTEN,
        "",
        ("right_curly_bracket", "alt+full_stop"),
    ),
    Action(
        "listen.previous_take",
        "take(-1)",
        N_("Previous take"),
        N_("Go to the previous take."),
        TAKES,
        "t",
        ("left_parenthesis",),
    ),
    Action(
        "listen.next_take",
        "take(1)",
        N_("Next take"),
        N_("Go to the next take."),
        TAKES,
        "T",
        ("right_parenthesis",),
    ),
    Action(
        "takes.compare",
        "compare",
        N_("A/B"),
        N_("Switch between the two last takes at the same place; the one you hear is chosen."),
        TAKES,
        "b",
        ("alt+b",),
    ),
    Action(
        "takes.list",
        "takes",
        N_("All takes"),
        N_("List the row's takes and their seeds: hear, choose, reject or delete any."),
        TAKES,
        "",
        ("alt+t",),
    ),
    Action(
        "takes.delete",
        "delete_take",
        N_("Delete take"),
        N_("Delete the current take; undo brings it back."),
        TAKES,
        "",
        ("alt+x",),
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
