"""The lines of a script by what they are: front matter, headings, rules, list items, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, repeat

_HEADING = re.compile(r"#{1,6}(?:\s+(?P<title>.*))?$")
_HEADING_TAIL = re.compile(r"(?:^|\s+)#+$")
_RULE = re.compile(r"([-*_=~—–―─━═＊＝])(?:\s*\1){2,}$")
_BULLET = re.compile(r"(?:[-*+•‣◦▪▸►○●■□◆◇∙·ㆍ・]|>+)\s+(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[A-Za-z])\)|\d{1,3}\.)\s+\S|[①-⑳]")
_YAML = re.compile(r"[a-z][\w-]*:(?:\s|$)|-\s|\s|#|$")
_YAML_KEY = re.compile(r"[a-z][\w-]*:(?:\s|$)")

_OPENING = frozenset("([{（［｛【〔")
_CLOSING = frozenset(")]}）］｝】〕")


@dataclass(frozen=True)
class Line:
    """One line to be said or left unsaid.

    Attributes:
        text: stripped, without the mark of a list item.
        starts_item: a list mark or number stood before it.
    """

    text: str
    starts_item: bool = False


@dataclass(frozen=True)
class Heading:
    """A line that names the section of what follows."""

    title: str


@dataclass(frozen=True)
class Paragraph:
    """Lines with no blank line, heading or rule between them; at least one."""

    section: str
    lines: tuple[Line, ...]


def classified(text: str) -> Iterator[Line | Heading | None]:
    """Each line of a cleaned text by what it is; None is blank, a rule, or YAML front matter."""
    raw_lines = text.split("\n")
    front_matter = _front_matter(raw_lines)
    yield from repeat(None, front_matter)
    for raw in islice(raw_lines, front_matter, None):
        stripped = raw.strip()
        heading = _HEADING.match(stripped)
        if heading:
            yield Heading(_HEADING_TAIL.sub("", heading["title"] or ""))
        elif not stripped or _RULE.match(stripped):
            yield None
        else:
            yield _line(stripped)


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a cleaned text, each with the heading above it (Markdown's ``#`` form).

    YAML front matter, headings, horizontal rules and the marks of list items are left out.
    """
    section = ""
    lines: list[Line] = []
    for line in classified(text):
        if isinstance(line, Line):
            lines.append(line)
            continue
        if lines:
            yield Paragraph(section, tuple(lines))
            lines = []
        if line:
            section = line.title
    if lines:
        yield Paragraph(section, tuple(lines))


def is_direction(text: str) -> bool:
    """Whether a line or sentence is meant for the eye: ``// …``, or in brackets from end to end."""
    if text.startswith("//"):
        return True
    depth = 0
    bracketed = False
    for character in text:
        if character in _OPENING:
            depth += 1
            bracketed = True
        elif character in _CLOSING:
            depth -= 1
        elif depth <= 0 and character.isalnum():
            return False
    return bracketed and depth == 0


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a digit to say."""
    return any(character.isalnum() for character in text)


def _line(text: str) -> Line:
    bullet = _BULLET.match(text)
    if bullet:
        return Line(text[bullet.end() :], starts_item=True)
    return Line(text, starts_item=bool(_NUMBER.match(text)))


def _front_matter(lines: list[str]) -> int:
    """How many lines it takes. Only what can hardly be a script is taken for YAML, for it vanishes
    without a trace: keys in lower case, as metadata has them, and not the names of the persons in a
    dialogue."""
    if lines[0].rstrip() != "---":
        return 0
    has_key = False
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            return number + 1 if has_key else 0
        if not _YAML.match(line):
            break
        has_key = has_key or bool(_YAML_KEY.match(line))
    return 0
