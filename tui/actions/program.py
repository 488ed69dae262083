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
        N_("Write the edits into the script; the old one is kept."),
        PROJECT,
        "",
        ("ctrl+s",),
    ),
    Action(
        "project.open",
        "open_script",
        N_("Open"),
        N_("Open another script: one of late, or any file."),
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
        N_("List what is not done all day."),
        PROJECT,
        "",
        ("f10",),
    ),
    Action(
        "app.settings",
        "settings",
        N_("Settings"),
        N_("See and change the settings."),
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
    Action("app.quit", "leave", N_("Quit"), N_("Leave the desk."), PROJECT, "q", ("ctrl+q",)),
)
