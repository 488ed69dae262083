"""Every action of the desk in one table; bindings, help, key bar and palette are made from it."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

LISTEN, TAKES, SPEAK, JUDGE, EDIT, MOVE, PROJECT = (
    N_("Listen"),
    N_("Takes"),
    N_("Speak"),
    N_("Judge"),
    N_("Edit"),
    N_("Move"),
    N_("Project and program"),
)
GROUPS = (LISTEN, TAKES, SPEAK, JUDGE, EDIT, MOVE, PROJECT)

TABLE_ACTIONS = (
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
)

DESK_ACTIONS = (
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
    Action(
        "speak.reroll",
        "reroll",
        N_("Speak"),
        N_("Speak the row, ahead of all others; again for another take."),
        SPEAK,
        "r",
        ("f5",),
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
        N_("Cancel the row that is spoken or waits; elsewhere press twice to cancel all."),
        SPEAK,
        "c",
        ("ctrl+x",),
    ),
    Action(
        "judge.accept",
        "accept",
        N_("Accept"),
        N_("Accept the take, go on to the next row and play it."),
        JUDGE,
        "a",
        ("f8",),
    ),
    Action(
        "judge.reject",
        "reject",
        N_("Reject"),
        N_("Reject the take: the sentence wants another."),
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
    Action("edit.undo", "undo", N_("Undo"), N_("Take back what you did."), EDIT, "u", ("ctrl+z",)),
    Action("edit.redo", "redo", N_("Redo"), N_("Do again what was undone."), EDIT, "", ("ctrl+y",)),
    Action(
        "project.export",
        "export",
        N_("Export"),
        N_("Write the numbered WAVs for the video editor."),
        PROJECT,
        "",
        ("f9", "ctrl+e"),
    ),
)

APP_ACTIONS = (
    Action("app.help", "help", N_("Help"), N_("Show all keys."), PROJECT, "?", ("f1",)),
    Action(
        "app.palette",
        "command_palette",
        N_("Commands"),
        N_("Find a command by its name."),
        PROJECT,
        "",
        ("ctrl+p",),
    ),
    Action("app.quit", "leave", N_("Quit"), N_("Leave the desk."), PROJECT, "q", ("ctrl+q",)),
)

ACTIONS = (*TABLE_ACTIONS, *DESK_ACTIONS, *APP_ACTIONS)
BY_ID = {action.id: action for action in ACTIONS}
