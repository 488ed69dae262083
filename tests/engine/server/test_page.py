"""The page at ``/``, in a browser as people have it."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.domain import SAMPLE_RATE
from engine.i18n import language_asked_for
from tests.engine.server.serving import RunningServer, samples_of

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
ALONE = ("--disable-background-networking", "--disable-component-update")
TEXT = "안녕하세요."
STARTED = """
window.started = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when) {
  window.started.push([when, this.buffer.duration, document.getElementById("result").hidden]);
  return start.call(this, when);
};
"""
"""Notes each piece of sound that is played: when, its seconds, and whether more was to come."""


TORN = """
const ask = window.fetch;
window.fetch = async (...asked) => {
  const answer = await ask(...asked);
  if (!String(asked[0]).includes("speech")) return answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const pieces = new ReadableStream({
    start(stream) {
      for (let at = 0; at < bytes.length; at += 101) stream.enqueue(bytes.slice(at, at + 101));
      stream.close();
    },
  });
  return new Response(pieces, answer);
};
"""
"""Has speech arrive in pieces that end in the middle of a line, and of a letter."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *ALONE])
        yield browser
        browser.close()


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """Of somebody who reads Korean."""
    with browser.new_context(
        locale="ko-KR", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as context:
        yield context


@pytest.fixture
def desktop(browser: Any, server: RunningServer) -> Iterator[Any]:
    """The page in English, with the key entered."""
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        enter(page, server)
        yield page


def enter(page: Any, server: RunningServer) -> None:
    page.goto(server.url)
    page.locator("#key").fill(server.key)
    page.locator("#key").press("Enter")
    expect(page.locator("#speech")).to_be_visible()


@needs_chromium
def test_korean_text_is_heard_while_it_is_made_and_again_from_the_element_and_is_downloaded(
    phone: Any, server: RunningServer, tmp_path: Path
) -> None:
    page = phone.new_page()
    asked: list[str] = []
    wishes: list[Any] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("request", lambda request: wishes.append(request.post_data_json))
    page.on("console", lambda said: complaints.append(said.text))
    page.add_init_script(STARTED)
    enter(page, server)
    page.get_by_label("글", exact=True).fill(TEXT)
    page.get_by_label("언어").select_option("Korean")
    page.get_by_role("button", name="읽기").tap()

    audio = page.locator("audio")
    expect(page.locator("#state")).to_contain_text("시드")
    [wished] = filter(None, wishes)
    assert (wished["input"], wished["language"]) == (TEXT, "Korean")
    heard = page.evaluate("started")
    seconds = page.evaluate("document.querySelector('audio').duration")
    assert heard[0][2], "nothing was played before the whole was there"
    assert sum(piece[1] for piece in heard) == pytest.approx(seconds, abs=0.01)
    ends = [start + length for start, length, _early in heard]
    starts = [piece[0] for piece in heard]
    assert all(start >= end - 0.001 for end, start in zip(ends, starts[1:], strict=False))
    audio.press(" ")
    expect(audio).to_have_js_property("ended", True)
    with page.expect_download() as downloading:
        page.locator("#download").tap()
    downloading.value.save_as(tmp_path / "speech.wav")

    assert downloading.value.suggested_filename == "안녕하세요.wav"
    kept = samples_of((tmp_path / "speech.wav").read_bytes())
    assert len(kept) / SAMPLE_RATE == pytest.approx(seconds, abs=0.001)
    assert seconds > 0.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        server.url.split("/")[2]
    }
    assert complaints == []


@needs_chromium
def test_an_engine_that_can_be_told_how_is_told_how(desktop: Any) -> None:
    def offer_more(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "instructs": True})

    desktop.route("**/health", offer_more)
    desktop.reload()
    desktop.get_by_label("How to say it").fill("Gently.")
    desktop.get_by_label("Text", exact=True).fill("Hello.")
    with desktop.expect_request("**/v1/audio/speech") as asked:
        desktop.get_by_role("button", name="Speak").click()

    assert asked.value.post_data_json["instructions"] == "Gently."


def answer_with(page: Any, *events: dict[str, Any]) -> None:
    """Have whatever is asked for answered with these events."""
    lines = "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in events)
    headers = {"Content-Type": "text/event-stream; charset=utf-8"}
    page.route("**/v1/audio/speech", lambda route: route.fulfill(headers=headers, body=lines))


def ask(page: Any, text: str = "Hello.") -> None:
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Speak").click()


SOUND = {
    "type": "speech.audio.delta",
    "audio": base64.b64encode(bytes(2 * SAMPLE_RATE // 10)).decode(),
}
"""A tenth of a second."""


@needs_chromium
def test_a_sound_that_is_over_before_enough_is_gathered_is_heard_however_it_arrives(
    desktop: Any,
) -> None:
    desktop.add_init_script(STARTED + TORN)
    desktop.reload()
    answer_with(desktop, SOUND, {"type": "speech.audio.done", "seed": 7})
    ask(desktop)
    expect(desktop.locator("#state")).to_have_text("0.1 s, seed 7")

    assert [piece[1] for piece in desktop.evaluate("started")] == [pytest.approx(0.1)]


@needs_chromium
def test_an_error_in_the_middle_of_a_sentence_is_told(desktop: Any) -> None:
    desktop.add_init_script(TORN)
    desktop.reload()
    told = "메모리가 모자라요."
    answer_with(desktop, SOUND, {"type": "speech.audio.error", "error": {"message": told}})
    ask(desktop)

    expect(desktop.get_by_role("alert")).to_have_text(told)
    expect(desktop.get_by_role("button", name="Speak")).to_be_enabled()


@needs_chromium
def test_a_key_that_does_not_hold_any_more_is_asked_for_again(desktop: Any) -> None:
    refusal = {"error": {"message": "The key is another by now."}}
    desktop.route(
        "**/v1/audio/speech", lambda route: route.fulfill(status=401, json=refusal), times=1
    )
    ask(desktop)
    expect(desktop.get_by_role("alert")).to_have_text("The key is another by now.")
    expect(desktop.locator("#speech")).to_be_hidden()
    desktop.locator("#key").fill("열쇠")
    desktop.locator("#key").press("Enter")

    expect(desktop.get_by_role("alert")).to_contain_text("This key is wrong")


@needs_chromium
def test_a_new_request_ends_what_plays_and_stop_ends_the_request(desktop: Any) -> None:
    ask(desktop, "A sentence that goes on. " * 10)
    audio = desktop.locator("audio")
    expect(audio).to_be_visible()
    audio.evaluate("element => element.play()")
    expect(audio).to_have_js_property("paused", False)
    desktop.route("**/v1/audio/speech", lambda _route: None)
    ask(desktop)
    expect(desktop.locator("#state")).to_contain_text("Waiting")
    expect(audio).to_have_js_property("paused", True)
    with desktop.expect_event("requestfailed") as ended:
        desktop.get_by_role("button", name="Stop").click()

    assert ended.value.url.endswith("/v1/audio/speech")
    expect(desktop.get_by_role("alert")).to_be_empty()


@needs_chromium
@pytest.mark.parametrize(
    ("status", "told"), [("loading", "still loading"), ("failed", "cannot be had")]
)
def test_who_waits_for_an_engine_is_told_why_and_is_let_in_by_itself(
    desktop: Any, status: str, told: str
) -> None:
    body = json.dumps({"status": status})
    headers = {"Content-Type": "application/json", "Retry-After": "1"}
    desktop.route(
        "**/health", lambda route: route.fulfill(status=503, headers=headers, body=body), times=1
    )
    desktop.reload()
    expect(desktop.get_by_role("alert")).to_contain_text(told)
    expect(desktop.locator("#speech")).to_be_visible()


@needs_chromium
def test_the_key_is_kept_for_the_tab_alone(phone: Any, server: RunningServer) -> None:
    page = phone.new_page()
    page.goto(server.url)
    page.locator("#key").fill("another key, long enough")
    page.locator("#key").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("키")
    expect(page.locator("#speech")).to_be_hidden()
    enter(page, server)
    page.reload()
    expect(page.locator("#speech")).to_be_visible()
    other = phone.new_page()
    other.goto(server.url)
    expect(other.locator("#key")).to_be_visible()
    page.locator("#forget").tap()
    page.reload()
    expect(page.locator("#key")).to_be_visible()

    assert phone.cookies() == []
    assert page.evaluate("localStorage.length") == 0


@needs_chromium
def test_an_error_is_told_as_text_and_the_next_request_is_spoken(desktop: Any) -> None:
    marked = "<img src=x onerror=alert(1)>"
    desktop.evaluate(f"document.getElementById('voice').add(new Option({marked!r}))")
    desktop.get_by_label("Voice").select_option(marked)
    desktop.get_by_label("Text", exact=True).fill("Hello.")
    desktop.get_by_role("button", name="Speak").click()
    expect(desktop.get_by_role("alert")).to_contain_text(f"Unknown voice: {marked}")
    assert desktop.locator("img").count() == 0
    desktop.get_by_label("Voice").select_option(index=0)
    desktop.get_by_label("Text", exact=True).press("Control+Enter")

    expect(desktop.locator("audio")).to_be_visible()
    expect(desktop.get_by_role("alert")).to_be_empty()
    expect(desktop.get_by_label("How to say it")).to_be_hidden()


@needs_chromium
def test_stop_ends_what_is_being_heard(desktop: Any) -> None:
    desktop.get_by_label("Text", exact=True).fill("A sentence that goes on. " * 60)
    desktop.get_by_role("button", name="Speak").click()
    expect(desktop.locator("#state")).to_contain_text("played")
    desktop.get_by_role("button", name="Stop").click()

    expect(desktop.get_by_role("button", name="Speak")).to_be_enabled()
    expect(desktop.locator("#state")).to_be_empty()
    expect(desktop.get_by_role("alert")).to_be_empty()


def test_the_page_is_for_anybody_but_no_other_page_may_hold_it(server: RunningServer) -> None:
    with server.client(key="") as stranger:
        page = stranger.get("/", headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
        framed = stranger.get("/", headers={"Origin": "https://evil.example"})

    policy = page.headers["Content-Security-Policy"]
    assert page.headers["Content-Language"] == "ko"
    assert "{{" not in page.text
    assert server.key not in page.text
    assert "default-src 'none'" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert framed.status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr-FR, ko;q=0.5, en;q=0.4", "ko"),
        ("ko;q=0, en", "en"),
        ("ko;q=0", "en"),
        ("*, ;;q=x, ko;q=high, ko;q=9", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_likes_best(accepted: str, language: str) -> None:
    assert language_asked_for(accepted) == language
