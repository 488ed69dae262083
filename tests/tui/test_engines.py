"""Who speaks: the screen on which servers are added, tried and chosen, and a desk on a server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import soundfile

from engine.domain import Status
from engine.errors import StudioError
from engine.i18n import use_language
from engine.servers_file import SavedServer, save_server, saved_server, saved_servers
from tests.engine.client.imitations.others import Guide, Plain
from tests.engine.client.imitations.speaking import said, serving
from tests.engine.client.imitations.studio import Studio
from tests.engine.client.imitations.vllm_omni import VllmOmni
from tests.engine.server.serving import KEY, RunningServer
from tests.engine.test_remote_render import free_port
from tests.tui.conftest import OpenDesk
from tests.tui.desk import Desk, QuietPlayer, TellingEngine, open_desk

URL = "http://192.168.0.10:7860"


async def open_engines(d: Desk) -> None:
    await d.press("alt+e")
    await d.sees("─ Engines ─")


def line(d: Desk, name: str) -> str:
    return next(line.strip(" │▌") for line in d.lines if name in line)


async def type_server(d: Desk, address: str, key: str = "") -> None:
    await d.press("i")
    await d.sees("─ Server ─")
    await d.press(*address, "tab", *key, "enter")


@contextlib.asynccontextmanager
async def desk_on(script: Path, url: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Desk]:
    """The desk on a real server."""
    named: Any = SimpleNamespace(name=url)
    async with open_desk(script, engine=named, size=size) as d:
        yield d


# The list


async def test_the_list_has_this_machines_engines_and_the_servers_with_the_one_in_use(
    desk: OpenDesk,
) -> None:
    save_server(SavedServer(URL, "very-secret"))
    async with desk() as d:
        await open_engines(d)
        assert "Qwen3-TTS on this machine" in line(d, "qwen ")
        assert "preview voice" in line(d, "espeak ")
        assert "with a key" in line(d, URL)
        assert line(d, "not kept").startswith("◉ scripted")
        assert "very-secret" not in d.screen


@pytest.mark.parametrize("key", ["escape", "q", "ㅂ", "alt+e"])
async def test_the_list_is_left_as_it_was(desk: OpenDesk, key: str) -> None:
    async with desk() as d:
        await open_engines(d)
        await d.press(key)
        assert "─ Engines ─" not in d.screen
        assert d.session.engine_name == "scripted"


async def test_the_menu_leads_there(desk: OpenDesk) -> None:
    async with desk() as d:
        await d.press("f10", "alt+e")
        await d.sees("─ Engines ─")


async def test_a_server_is_added_with_a_key_that_nobody_sees_and_is_tried_at_once(
    desk: OpenDesk,
) -> None:
    server = Plain(key="the-right-key")
    async with serving(server.app) as url, desk() as d:
        await open_engines(d)
        await d.press("i", *url, "tab", *"the-right-key")
        assert "the-right-key" not in d.screen
        assert "•" * len("the-right-key") in d.screen
        await d.press("enter")
        await d.sees("OpenAI's speech API · answers in")
        await d.sees("Model: kokoro")
        await d.sees("Voices: af_heart, am_adam")
        assert saved_servers() == (SavedServer(url, "the-right-key"),)
        assert not server.asked


@pytest.mark.parametrize(
    ("server", "words"),
    [(VllmOmni(), "vLLM-Omni · answers in"), (Guide(key=""), "/tts/clone, in its own voice")],
)
async def test_each_kind_of_server_is_named(
    desk: OpenDesk, server: VllmOmni | Guide, words: str
) -> None:
    if isinstance(server, Guide):
        server.key = "k"
    async with serving(server.app) as url, desk() as d:
        save_server(SavedServer(url, server.key))
        await open_engines(d)
        await d.press("home", "down", "down", "t")
        await d.sees(words)


async def test_a_wrong_key_and_a_silent_address_are_told_without_a_key_in_sight(
    desk: OpenDesk,
) -> None:
    async with serving(Plain(key="right").app) as url, desk() as d:
        save_server(SavedServer(url, "my-wrong-key"))
        save_server(SavedServer(f"http://127.0.0.1:{free_port()}"))
        await open_engines(d)
        await d.press("home", "down", "down", "t")
        await d.sees("does not accept the key")
        assert "my-wrong-key" not in d.screen
        await d.press("down", "t")
        await d.sees("The connection to the engine broke.")


async def test_what_a_server_calls_itself_is_never_markup(desk: OpenDesk) -> None:
    server = Plain(models=("[bold]x[/nothing]",), voices=("[red]", "[/]"))
    async with serving(server.app) as url, desk() as d:
        save_server(SavedServer(url))
        await open_engines(d)
        await d.press("home", "down", "down", "t")
        await d.sees("Model: [bold]x[/nothing]")
        await d.sees("Voices: [red], [/]")


async def test_what_is_no_address_is_told_beneath_the_field(desk: OpenDesk) -> None:
    async with desk() as d:
        await open_engines(d)
        await type_server(d, "host:7860")
        await d.sees("This is no address of a server: host:7860")
        assert not saved_servers()
        await d.press("escape", "escape")
        assert "Engines" not in d.lines[0]


async def test_a_server_is_edited_without_its_key_being_typed_again(desk: OpenDesk) -> None:
    save_server(SavedServer(URL, "kept", ("clip",)))
    async with desk() as d:
        await open_engines(d)
        await d.press("home", "down", "down", "e")
        await d.sees("the one that is kept")
        await d.press("enter")
        await d.until(lambda: "─ Server ─" not in d.screen)
        assert saved_server(URL) == SavedServer(URL, "kept", ("clip",))
        await d.press("e", "tab", *"new", "enter")
        await d.until(lambda: saved_server(URL).key == "new")


async def test_neither_key_nor_consent_go_along_to_another_address(desk: OpenDesk) -> None:
    save_server(SavedServer(URL, "kept", ("clip",)))
    async with desk() as d:
        await open_engines(d)
        await d.press("home", "down", "down", "e", "end", "backspace", "enter")
        await d.until(lambda: saved_servers() == (SavedServer(URL[:-1]),))


async def test_a_server_is_removed_and_an_engine_of_this_machine_is_not(desk: OpenDesk) -> None:
    save_server(SavedServer(URL))
    async with desk() as d:
        await open_engines(d)
        await d.press("home", "d")
        await d.sees("cannot be removed")
        await d.press("down", "down", "d")
        await d.until(lambda: URL not in d.screen)
        assert not saved_servers()


async def test_all_of_it_fits_at_80_by_24_in_korean(desk: OpenDesk) -> None:
    use_language("ko")
    save_server(SavedServer(URL, "k"))
    async with desk(theme="studio-light") as d:
        await d.press("alt+e")
        await d.sees("─ 엔진 고르기 ─")
        for words in ("고르기", "추가", "고치기", "시험", "지우기", "닫기", "키 있음"):
            assert words in d.screen


# Choosing


async def test_what_is_chosen_speaks_from_then_on_and_is_remembered_by_the_project(
    script: Path, player: QuietPlayer
) -> None:
    first, second = Plain(), VllmOmni()
    async with serving(first.app) as one, serving(second.app) as other:
        save_server(SavedServer(other))
        async with desk_on(script, one) as d:
            await d.until(lambda: d.app.desk.header.engine.state == "ready")
            await d.press("r")
            await d.until(lambda: d.status(0) is Status.READY or d.status(0) is Status.FLAGGED)
            await open_engines(d)
            await d.press("home", "down", "down", "enter")
            await d.until(lambda: d.session.engine_name == other)
            await d.until(lambda: d.app.desk.header.engine.state == "ready")
            await d.press("down", "r")
            await d.until(lambda: len(second.asked) > 0)
            await d.until(lambda: not d.session.busy)
            assert d.project.get_setting("engine") == other
            assert other.removeprefix("http://") in d.lines[0]
    assert len(first.asked) == 1


async def test_an_engine_that_cannot_be_had_leaves_the_one_there_is(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, _settings: object) -> TellingEngine:
        raise StudioError(f"No {name} here.", "Download it.")

    async with desk() as d:
        monkeypatch.setattr("tui.session.open_engine", refuse)
        await open_engines(d)
        await d.press("home", "enter")
        await d.sees("No qwen here.")
        await d.press("escape", "r")
        await d.until(lambda: d.status(0) is Status.READY)
        assert d.session.engine_name == "scripted"


async def test_a_clip_is_sent_only_after_its_speaker_is_said_to_agree(
    script: Path, player: QuietPlayer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = tmp_path / "voice.wav"
    soundfile.write(clip, said("reference"), 24_000)
    monkeypatch.setenv("TTS_STUDIO_REF_AUDIO", str(clip))
    monkeypatch.setenv("TTS_STUDIO_X_VECTOR_ONLY", "true")
    cloner = VllmOmni("Base")
    async with serving(Plain().app) as one, serving(cloner.app) as other:
        save_server(SavedServer(other))
        async with desk_on(script, one, (100, 30)) as d:
            await open_engines(d)
            await d.press("home", "down", "down", "enter")
            await d.sees("Does the person who speaks in it agree to that?")
            await d.press("escape")
            assert d.session.engine_name == one
            await open_engines(d)
            await d.press("home", "down", "down", "enter")
            await d.sees("─ Send the clip? ─")
            await d.press("y")
            await d.until(lambda: d.session.engine_name == other)
            await d.until(lambda: d.app.desk.header.engine.state == "ready")
            await d.press("r")
            await d.until(lambda: len(cloner.asked) > 0)
        assert len(saved_server(other).clips) == 1


# A desk on a server


async def test_the_desk_says_that_a_server_is_away_counts_down_and_goes_on_by_itself(
    script: Path, player: QuietPlayer
) -> None:
    port = free_port()
    async with desk_on(script, f"http://127.0.0.1:{port}") as d:
        await d.is_told("The server does not answer.")
        await d.sees("gone, again in")
        await d.press("r")
        assert d.session.busy == 1
        async with serving(Plain().app, port):
            await d.sees("◉ ready")
            await d.until(lambda: not d.session.busy)
            assert d.status(0) in (Status.READY, Status.FLAGGED)


async def test_what_waits_for_a_server_that_is_away_is_spoken_by_another_that_is_chosen(
    script: Path, player: QuietPlayer
) -> None:
    server = Plain()
    async with serving(server.app) as other:
        save_server(SavedServer(other))
        async with desk_on(script, f"http://127.0.0.1:{free_port()}") as d:
            await d.sees("gone, again in")
            await d.press("r", "down", "r")
            assert d.session.busy == 2
            await open_engines(d)
            await d.press("home", "down", "down", "enter")
            await d.until(lambda: d.session.engine_name == other and not d.session.busy)
            assert len(server.asked) == 2


async def test_the_desk_can_be_left_and_work_cancelled_while_a_server_is_away(
    script: Path, player: QuietPlayer
) -> None:
    async with desk_on(script, f"http://127.0.0.1:{free_port()}") as d:
        await d.sees("gone, again in")
        await d.press("r", "c")
        assert d.session.busy == 0
        await d.press("ctrl+q")
        await d.until(lambda: not d.app.is_running)


async def test_the_engine_panel_tells_what_kind_of_server_it_is(
    script: Path, player: QuietPlayer
) -> None:
    async with serving(Plain().app) as url, desk_on(script, url) as d:
        await d.until(lambda: d.app.desk.header.engine.state == "ready")
        await d.press("f12")
        await d.sees("OpenAI's speech API")
        await d.sees("kokoro")


async def test_a_wrong_key_is_put_before_the_user_at_once(
    script: Path, player: QuietPlayer
) -> None:
    async with serving(Plain(key="right").app) as url, desk_on(script, url) as d:
        await d.sees("The engine wants a key.")
        assert d.app.desk.header.engine.state == "failed"


async def test_a_key_that_is_added_for_the_server_in_use_holds_when_the_list_is_left(
    script: Path, player: QuietPlayer
) -> None:
    async with serving(Plain(key="right").app) as url, desk_on(script, url) as d:
        await d.sees("The engine wants a key.")
        await d.press("escape")
        await open_engines(d)
        await d.press("e", "tab", *"right", "enter")
        await d.sees("answers in")
        await d.press("escape")
        await d.until(lambda: d.app.desk.header.engine.state == "ready")


async def test_the_desk_goes_on_by_itself_when_a_server_of_ours_is_started_again(
    script: Path, player: QuietPlayer, tmp_path: Path
) -> None:
    # Long enough that not all is spoken before the server is killed.
    texts = [f"This is number {n}{', and so it goes on' * 12}." for n in range(1, 41)]
    script.write_text("\n\n".join(texts), encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    save_server(SavedServer(url, KEY))
    with contextlib.ExitStack() as stack:
        server = RunningServer(tmp_path / "server", port=port)
        await asyncio.to_thread(stack.enter_context, server)
        async with desk_on(script, url) as d:
            await d.sees("◉ ready")
            await d.press("R")
            await d.until(lambda: d.session.busy < 40)
            server.process.kill()
            await d.sees("gone, again in")
            assert d.session.busy > 0
            again = RunningServer(tmp_path / "server", port=port)
            await asyncio.to_thread(stack.enter_context, again)
            await d.until(lambda: not d.session.busy)
            await d.sees("◉ ready")
            assert {d.status(index) for index in range(40)} <= {Status.READY, Status.FLAGGED}


async def test_nobody_is_asked_about_a_clip_that_a_server_cannot_clone(
    script: Path, player: QuietPlayer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = tmp_path / "voice.wav"
    soundfile.write(clip, said("reference"), 24_000)
    monkeypatch.setenv("TTS_STUDIO_REF_AUDIO", str(clip))
    monkeypatch.setenv("TTS_STUDIO_X_VECTOR_ONLY", "true")
    server = Studio(clones=False)
    async with serving(Plain().app) as one, serving(server.app) as other:
        save_server(SavedServer(other))
        async with desk_on(script, one, (100, 30)) as d:
            await open_engines(d)
            await d.press("home", "down", "down", "enter")
            await d.sees("The server clones no voice")
            await d.press("escape")
            assert d.session.engine_name == other
            assert d.app.desk.header.engine.state == "failed"
            await d.press("R")
            await d.is_told("The server clones no voice")
            assert {d.status(index) for index in range(3)} == {Status.DRAFT}
    assert not server.asked
