"""All settings, those of the user's file: what they are, who says so, and changing them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.errors import AudioError, StudioError
from engine.i18n import _
from engine.places import config_file
from engine.settings_file import Standing
from tui.display import safe
from tui.preferences import Preferences
from tui.screens.panel import Panel
from tui.settable import SETTABLE, Choices, Kind, Settable, choices, edited
from tui.widgets.setting_row import SettingRow


class SettingsPanel(Panel[None], inherit_bindings=False):
    """What is changed is kept at once, and takes effect at once where it can.

    Args:
        preferences: what is changed.
        found: how the settings stand.
        first: the name of the setting to begin with.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "settings.tcss")
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(
        self, preferences: Preferences, found: Mapping[str, Standing], first: str = ""
    ) -> None:
        super().__init__(_("Settings"))
        self._preferences = preferences
        self._found = found
        self._first = first
        self._devices: list[str] = []
        self._rows: dict[str, SettingRow] = {}

    def compose(self) -> ComposeResult:
        # No container that scrolls by the arrows: they go from setting to setting.
        with Vertical(id="panel"), Vertical(id="body"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        for group, settings in SETTABLE:
            yield Static(Content(_(group)), classes="section")
            for setting in settings:
                offered = self._offered(setting)
                row = SettingRow(
                    setting, self._found[setting.name], offered, language=self._language
                )
                self._rows[setting.name] = row
                yield row
        kept_in = _("They are kept in {path}").format(path=config_file())
        yield Static(Content.styled(safe(kept_in), "$foreground-muted"), classes="section")

    def on_mount(self) -> None:
        super().on_mount()
        rows = self._rows
        (rows.get(self._first) or next(iter(rows.values()))).focus_editor()
        self.run_worker(self._find_devices(), group="devices", exit_on_error=False)

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("↑ ↓", _("To another"), "app.focus_next"),
            ("Enter", _("Change"), "app.simulate_key('enter')"),
            *super().key_hints(),
        ]

    @property
    def _language(self) -> str:
        """That of the script on the desk."""
        return self._found["language"].value or "English"

    def _offered(self, setting: Settable) -> Choices:
        if setting.kind is not Kind.CHOICE:
            return ()
        kept = edited(setting.name, self._found[setting.name])
        themes = list(self.app.available_themes)
        return choices(setting.name, kept, themes=themes, devices=self._devices)

    async def _find_devices(self) -> None:
        from tui.output import output_devices

        row = self._rows["output_device"]
        try:
            self._devices = await asyncio.to_thread(output_devices)
        except AudioError as error:
            row.tell(error.title, "$text-error")
        else:
            row.offer(self._offered(row.setting))

    # What happens

    def on_setting_row_chosen(self, event: SettingRow.Chosen) -> None:
        # The program's own, so that it is kept although this screen is closed meanwhile.
        self.app.run_worker(self._keep(event), group="settings", exit_on_error=False)

    async def _keep(self, event: SettingRow.Chosen) -> None:
        try:
            self._found = await self._preferences.write(event.row.setting.name, event.value)
        except StudioError as error:
            if self.is_attached:
                event.row.settle(error)
            else:
                self.app.notify(error.hint, title=error.title, severity="error", markup=False)
            return
        if self.is_attached:
            event.row.settle()
            for name, row in self._rows.items():
                row.show(self._found[name])

    def action_close(self) -> None:
        """Leave what is being typed as it was; then the screen."""
        left = [row.leave_typed() for row in self._rows.values()]
        if not any(left):
            self.dismiss(None)
