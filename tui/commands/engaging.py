"""Choosing who speaks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.addresses import is_address
from engine.errors import StudioError
from engine.i18n import _
from tui.commands.base import DeskParts
from tui.messages import Failed

if TYPE_CHECKING:
    from engine.servers_file import SavedServer
    from tui.session import Session


class Engaging(DeskParts):
    """See the module."""

    async def work_with(self, name: str) -> None:
        """Have another engine speak from now on; raises StudioError where it cannot be had."""
        raise NotImplementedError

    def action_engines(self) -> None:
        session = self.opened()
        if session is not None:
            opening = self._open_engines(session)
            self.run_worker(opening, group="engines", exclusive=True, exit_on_error=False)

    async def _open_engines(self, session: Session) -> None:
        from tui.screens.engines import EnginesPanel

        with self.telling():
            servers = await asyncio.to_thread(_saved)
            panel = EnginesPanel(servers, session.engine_name, _keep, _forget)
            self.app.push_screen(panel, self._chosen)

    def _chosen(self, name: str | None) -> None:
        session = self.session
        if name is None or session is None or not self.may_change(session):
            return
        self.run_worker(self._engage(session, name), group="engage", exit_on_error=False)

    async def _engage(self, session: Session, name: str) -> None:
        try:
            clip = await asyncio.to_thread(_clip_to_ask_about, session, name)
            sent = bool(clip) and await self._would_be_sent(session, name)
            if sent and not await self._speaker_agrees(session, name, clip):
                return
            await self.work_with(name)
        except StudioError as error:
            self.app.post_message(Failed(error))
        else:
            self.bar.say(_("From now on speaks: {name}").format(name=name))

    async def _would_be_sent(self, session: Session, address: str) -> bool:
        """Whether the server would be sent the clip at all."""
        from engine.remote_options import takes_clips

        self.bar.say(_("Asking …"))
        return await takes_clips(address, session.settings)

    async def _speaker_agrees(self, session: Session, address: str, clip: str) -> bool:
        """Ask, and keep the answer where it is yes.

        Args:
            clip: its hash.
        """
        from engine.servers_file import allow_clip
        from tui.screens.consent import ConsentPanel

        panel = ConsentPanel(session.settings.ref_audio or "", address)
        agreed = bool(await self.app.push_screen_wait(panel))
        if agreed:
            await asyncio.to_thread(allow_clip, address, clip)
        return agreed


def _saved() -> tuple[SavedServer, ...]:
    from engine.servers_file import saved_servers

    return saved_servers()


async def _keep(server: SavedServer, before: str) -> None:
    from engine.servers_file import save_server

    await asyncio.to_thread(lambda: save_server(server, instead_of=before))


async def _forget(address: str) -> None:
    from engine.servers_file import forget_server

    await asyncio.to_thread(forget_server, address)


def _clip_to_ask_about(session: Session, name: str) -> str:
    """The hash of the clip that a server would be sent and may not be yet; empty where there is
    none. Raises StudioError for a clip that cannot be used."""
    if not is_address(name) or not session.settings.ref_audio:
        return ""
    from engine.remote_options import clip_to_ask_about

    return clip_to_ask_about(name, session.settings)
