"""The project as a whole, and the program around it."""

from __future__ import annotations

from engine.i18n import N_
from tui.keys import Action

PROJECT = N_("Project and program")

PROJECT_ACTIONS = (
    Action(
        "project.save",
        "save_script",
        N_("Save script"),
        N_("Save your edits into the script, with a backup."),
        PROJECT,
        "",
        ("ctrl+s",),
    ),
    Action(
        "project.open",
        "open_script",
        N_("Open"),
        N_("Open another script: a recent one or any file."),
        PROJECT,
        "",
        ("ctrl+o",),
    ),
    Action(
        "project.export",
        "export",
        N_("Export"),
        N_("Write the numbered WAVs for the video editor."),
        PROJECT,
        "",
        ("f9", "ctrl+e"),
    ),
    Action(
        "project.engines",
        "engines",
        N_("Engines"),
        N_("Choose who speaks: this machine or a server."),
        PROJECT,
        "",
        ("alt+e",),
    ),
    Action(
        "project.engine",
        "engine",
        N_("Engine"),
        N_("What the engine does, how fast, and its log."),
        PROJECT,
        "",
        ("f12",),
    ),
)

APP_ACTIONS = (
    Action(
        "app.menu",
        "menu",
        N_("Menu"),
        N_("Open the menu of what is needed less often."),
        PROJECT,
        "",
        ("f10",),
    ),
    Action(
        "app.settings",
        "settings",
        N_("Settings"),
        N_("Language, sound output, colours and more."),
        PROJECT,
        "",
        ("ctrl+t",),
    ),
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
    Action(
        "app.quit",
        "leave",
        N_("Quit"),
        N_("Quit; what you did is kept."),
        PROJECT,
        "q",
        ("ctrl+q",),
    ),
)
