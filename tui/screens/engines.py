"""Who can speak: the engines of this machine, and the servers that were added."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine.errors import StudioError
from engine.i18n import N_, _
from engine.servers_file import SavedServer
from tui.display import fit, safe
from tui.engine_facts import SERVERS
from tui.keys import JAMO
from tui.screens.panel import Panel
from tui.screens.server import ServerPanel
from tui.server_test import Found, try_server

HERE = {
    "qwen": N_("Qwen3-TTS on this machine"),
    "espeak": N_("the preview voice, not for delivery"),
}
"""The engines of this machine, and what they are."""

Keep = Callable[[SavedServer, str], Awaitable[None]]
"""Keeps a server in place of the one at an address."""

Forget = Callable[[str], Awaitable[None]]

_NAME_CELLS = 34
_VOICES = 12
# Names in a line; a server may have hundreds.


class EnginesPanel(Panel[str], inherit_bindings=False):
    """Answers the name or the address that was chosen, that of the one in use where it was edited,
    or None.

    Args:
        servers: those that are kept; one may be in use that is not.
        current: who speaks now.
        keep, forget: write into the user's file; raise StudioError where they cannot.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "engines.tcss")
    ]
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"escape,q,{JAMO['q']},alt+e", "close", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding(f"down,j,{JAMO['j']}", "highlight(1)", show=False),
        Binding(f"up,k,{JAMO['k']}", "highlight(-1)", show=False),
        Binding("enter", "choose", show=False),
        Binding(f"insert,i,{JAMO['i']}", "add", show=False),
        Binding(f"f2,e,{JAMO['e']}", "edit", show=False),
        Binding(f"f5,t,{JAMO['t']}", "test", show=False),
        Binding(f"delete,ctrl+delete,d,{JAMO['d']}", "remove", show=False),
    ]

    def __init__(
        self, servers: Sequence[SavedServer], current: str, keep: Keep, forget: Forget
    ) -> None:
        super().__init__(_("Engines"))
        self._servers = list(servers)
        self._current = current
        self._keep = keep
        self._forget = forget
        self._renewed: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield from self.compose_body()

    def compose_body(self) -> Iterable[Widget]:
        yield OptionList(compact=True)
        yield Static(id="found")

    def on_mount(self) -> None:
        super().on_mount()
        self._show(self._current)

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Choose"), "screen.choose"),
            ("i", _("Add"), "screen.add"),
            ("e", _("Edit"), "screen.edit"),
            ("t", _("Test"), "screen.test"),
            ("d", _("Delete"), "screen.remove"),
            *super().key_hints(),
        ]

    # What happens

    def on_option_list_option_highlighted(self) -> None:
        self._say(Content(""))

    def on_option_list_option_selected(self) -> None:
        self.action_choose()

    def action_highlight(self, by: int) -> None:
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_choose(self) -> None:
        self.dismiss(self._here)

    def action_close(self) -> None:
        self.dismiss(self._renewed)

    def action_add(self) -> None:
        self._ask(None)

    def action_edit(self) -> None:
        server = self._server
        if server is not None:
            self._ask(server)
        else:
            self._say(Content(_("An engine of this machine is set up in the settings.")))

    def action_remove(self) -> None:
        server = self._server
        if server is None:
            self._say(Content(_("An engine of this machine cannot be removed.")))
        else:
            self.run_worker(self._removed(server), group="servers", exit_on_error=False)

    def action_test(self) -> None:
        server = self._server
        if server is None:
            self._say(Content(_("It speaks on this machine: choose it to try it out.")))
            return
        self._say(Content.styled(_("Asking …"), "$text-accent"))
        self.run_worker(self._tested(server), group="test", exclusive=True, exit_on_error=False)

    # Inside

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _names(self) -> list[str]:
        kept = [server.address for server in self._servers]
        names = [*HERE, *kept]
        return names if self._current in names else [*names, self._current]

    @property
    def _here(self) -> str:
        return self._names[self._list.highlighted or 0]

    @property
    def _server(self) -> SavedServer | None:
        """The highlighted server; None for an engine of this machine."""
        if self._here in HERE:
            return None
        known = {server.address: server for server in self._servers}
        return known.get(self._here, SavedServer(self._here))

    def _show(self, name: str) -> None:
        names = self._names
        known = {server.address: server for server in self._servers}
        self._list.set_options(
            [Option(_line(one, known.get(one), current=one == self._current)) for one in names]
        )
        self._list.highlighted = names.index(name) if name in names else 0

    def _ask(self, server: SavedServer | None) -> None:
        def put(answer: SavedServer | None) -> None:
            if answer is not None:
                before = server.address if server else ""
                self.run_worker(self._kept(answer, before), group="servers", exit_on_error=False)

        self.app.push_screen(ServerPanel(server), put)

    async def _kept(self, server: SavedServer, before: str) -> None:
        try:
            await self._keep(server, before)
        except StudioError as error:
            self._say(_error(error))
            return
        replaced = {server.address, before}
        self._servers = [one for one in self._servers if one.address not in replaced]
        self._servers.append(server)
        if self._current in replaced:
            self._current = self._renewed = server.address
        self._show(server.address)
        self.action_test()

    async def _removed(self, server: SavedServer) -> None:
        try:
            await self._forget(server.address)
        except StudioError as error:
            self._say(_error(error))
            return
        self._servers = [one for one in self._servers if one.address != server.address]
        self._show(self._current)

    async def _tested(self, server: SavedServer) -> None:
        try:
            said = _report(await try_server(server))
        except StudioError as error:
            said = _error(error)
        if self._here == server.address:
            self._say(said)

    def _say(self, words: Content) -> None:
        self.query_one("#found", Static).update(words)


def _line(name: str, server: SavedServer | None, *, current: bool) -> Content:
    mark = Content.styled("◉ " if current else "  ", "$text-success")
    if name in HERE:
        about = _(HERE[name])
    elif server is None:
        about = _("not kept")
    else:
        about = _("with a key") if server.key else _("without a key")
    return Content.assemble(mark, fit(name, _NAME_CELLS), "  ", (about, "$foreground-muted"))


def _error(error: StudioError) -> Content:
    return Content.assemble(
        (safe(error.title), "$text-error bold"), "\n", (safe(error.hint), "$text-error")
    )


def _report(found: Found) -> Content:
    info = found.info
    voices = ", ".join(info.voices[:_VOICES]) + (" …" if len(info.voices) > _VOICES else "")
    kind = _(SERVERS[info.server])
    latency = _("answers in {milliseconds:.0f} ms").format(milliseconds=found.latency * 1000)
    lines = [
        Content.assemble((kind, "bold $text-success"), f" · {latency}"),
        Content(_("Model: {model}").format(model=safe(info.model))),
        Content(_("Voices: {voices}").format(voices=safe(voices) or _("it does not tell"))),
    ]
    return Content("\n").join(lines)
