"""Which hub is asked, and as whom: the environment and ``.env``, against a stand-in for the hub."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.cli import main
from engine.client.local import LocalEngine
from tests.engine.models.calling import Call, calling
from tests.engine.models.stand_in_hub import StandInHub

SECRET = "hf_MyOwnSecret"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


def test_the_token_of_the_environment_goes_to_the_hub_and_nowhere_else(
    hub: StandInHub, call: Call, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = SECRET
    monkeypatch.setenv("HF_TOKEN", f" {SECRET}\n")
    done = call("download", "Tokenizer-12Hz", "--yes")
    assert done.code == 0
    assert hub.tokens == {SECRET}
    assert hub.tokens_elsewhere == {None}
    assert SECRET not in done.all
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept
    assert not any(SECRET.encode() in path.read_bytes() for path in kept)


def test_a_wrong_token_is_told_and_never_shown(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    done = call("download", "0.6B-Base", "--yes")
    assert done.code == 1
    assert "refuses 0.6B-Base: error 401." in done.err
    assert "HF_TOKEN" in done.err
    assert SECRET not in done.all


def test_a_token_that_is_none_is_refused_without_showing_it(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", f"{SECRET} 비밀")
    done = call("download", "0.6B-Base", "--yes")
    assert done.code == 2
    assert "HF_TOKEN holds characters that no token has." in done.err
    assert SECRET not in done.all
    assert not hub.tokens


def test_the_env_file_of_the_working_folder_names_a_mirror_and_its_token(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = SECRET
    monkeypatch.delenv("HF_ENDPOINT")
    Path(".env").write_text(
        f"# 거울\nHF_ENDPOINT={hub.address}/\nHF_TOKEN={SECRET}\n", encoding="utf-8-sig"
    )
    assert call("download", "Tokenizer-12Hz", "--yes").code == 0
    assert hub.tokens == {SECRET}


def test_the_environment_comes_before_the_env_file(hub: StandInHub, call: Call) -> None:
    Path(".env").write_text("HF_ENDPOINT=http://127.0.0.1:9\n", encoding="utf-8")
    assert call("download", "Tokenizer-12Hz", "--yes").code == 0


def test_a_mirror_that_a_folder_names_gets_no_token_of_elsewhere(
    hub: StandInHub, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_ENDPOINT")
    monkeypatch.setenv("HF_TOKEN", SECRET)
    Path(".env").write_text(f"HF_ENDPOINT={hub.address}\n", encoding="utf-8")
    assert call("download", "Tokenizer-12Hz", "--yes").code == 0
    assert hub.tokens == {None}


@pytest.mark.parametrize("address", ["hub.example.com", "file:///etc", "http://", "http://[::"])
def test_an_address_that_is_none_is_refused(
    cache: Path, call: Call, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    pytest.importorskip("huggingface_hub", reason="comes with qwen-tts")
    monkeypatch.setenv("HF_ENDPOINT", address)
    done = call("download", "0.6B-Base", "--yes")
    assert done.code == 2
    assert "HF_ENDPOINT is no address of a hub." in done.err


def test_an_env_file_that_is_no_text_is_told(cache: Path, call: Call) -> None:
    pytest.importorskip("huggingface_hub", reason="comes with qwen-tts")
    Path(".env").write_bytes(b"HF_TOKEN=\xff\xfe")
    done = call("download", "0.6B-Base", "--yes")
    assert done.code == 2
    assert str(Path(".env").absolute()) in done.err


async def test_no_worker_gets_the_token_or_asks_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", SECRET)
    async with aclosing(LocalEngine("espeak")) as engine:
        await engine.ready()
        environment = psutil.Process(engine.pid).environ()
    assert SECRET not in environment.values()
    assert environment["HF_HUB_OFFLINE"] == environment["TRANSFORMERS_OFFLINE"] == "1"


def test_speaking_with_a_model_that_is_not_here_says_what_downloads_it_and_asks_no_hub(
    hub: StandInHub, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("script.txt").write_text("Hello there.", encoding="utf-8")
    for flags, size in (((), "4.5 GB"), (("--model", "0.6B-Base"), "2.5 GB")):
        assert main(["render", "script.txt", "--engine", "qwen", *flags]) == 1
        said = capsys.readouterr().err
        assert "tts-studio models download" in said
        assert size in said
    assert not hub.tokens
