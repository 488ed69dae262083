"""The page at ``/``, on which anybody with the key can hear what the server says."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import re
from pathlib import Path

from fastapi.responses import HTMLResponse

from engine.i18n import N_, language_asked_for, translated

_PAGE = Path(__file__).with_name("page.html")

WORDS: dict[str, str] = {
    "forget": N_("Forget the key"),
    "noscript": N_("This page needs JavaScript."),
    "key": N_("Key"),
    "enter": N_("Go on"),
    "key_kept": N_("It is kept until this tab is closed, and nowhere else."),
    "text": N_("Text"),
    "language": N_("Language"),
    "voice": N_("Voice"),
    "instruct": N_("How to say it"),
    "speak": N_("Speak"),
    "stop": N_("Stop"),
    "download": N_("Download the WAV"),
    "auto": N_("That of the text"),
    "loading": N_("The engine is still loading. This page goes on by itself when it is there."),
    "no_engine": N_(
        "The engine cannot be had at the moment; the server's log says why. This page goes on by "
        "itself when it is there."
    ),
    "waiting": N_("Waiting for its turn …"),
    "working": N_("Being spoken …"),
    "arriving": N_("{seconds} s so far …"),
    "playing": N_("{seconds} s, being played …"),
    "done": N_("{seconds} s, seed {seed}"),
    "wrong_key": N_("This key is wrong. It stands in the server's .env, as TTS_STUDIO_API_KEY."),
    "unreachable": N_("The connection to the server broke. Try again in a moment."),
    "failed": N_("The server answered with the status {status}. Its log has more."),
}
"""What the page says. Names in braces are filled in by the page."""

_LANGUAGE_NAMES = (
    *(N_("Chinese"), N_("English"), N_("Japanese"), N_("Korean"), N_("German")),
    *(N_("French"), N_("Russian"), N_("Portuguese"), N_("Spanish"), N_("Italian")),
)


def answer_page(accept_language: str) -> HTMLResponse:
    """The page in the language that a browser likes best. Nothing on it comes from elsewhere, and
    nothing runs on it but its own script."""
    code = language_asked_for(accept_language)
    return HTMLResponse(_page(code), headers={**headers_of(_template()), "Content-Language": code})


def headers_of(page: str) -> dict[str, str]:
    """What a browser is told of a page's rights: its own inline script and style, by their hashes
    (Content Security Policy, level 3), and this server."""
    policy = {
        "default-src": "'none'",
        "script-src": _hash(page, "script") or "'none'",
        "style-src": _hash(page, "style") or "'none'",
        "connect-src": "'self'",
        "media-src": "blob:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def _hash(page: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    if not found:
        return ""
    digest = hashlib.sha256(found[1].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@functools.cache
def _template() -> str:
    return _PAGE.read_text(encoding="utf-8")


@functools.cache
def _page(code: str) -> str:
    words = {name: translated(message, code) for name, message in WORDS.items()}
    names = {name: translated(name, code) for name in _LANGUAGE_NAMES}
    # Inside a script element, only "<" could be taken for markup.
    data = json.dumps({**words, "languages": names}, ensure_ascii=False).replace("<", "\\u003c")
    filled = {name: html.escape(said) for name, said in words.items()}
    filled |= {"lang": code, "words": data}
    return re.sub(r"\{\{(\w+)\}\}", lambda place: filled[place[1]], _template())
