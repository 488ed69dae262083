"""How words are to be said where that differs from how they are written. No I/O."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import InputError
from engine.i18n import _

_PARTICLES = (
    "이라고는 이라고 이라는 이라면 이라도 이라서 이라 이었 이에요 예요 입니다 인데 이고 "
    "이며 이다 이나 라고 라는 라면 라도 라서 으로는 으로도 으로 로는 로도 로 에서는 에서도 "
    "에서 에게서 에게 에는 에도 에 까지는 까지도 까지 부터는 부터 처럼 보다 만큼 마다 조차 "
    "밖에 뿐만 뿐 만이 만은 만을 만 은 는 이 가 을 를 의 와 과 도 랑 이랑 하고 한테 께서 "
    "께 들은 들이 들을 들의 들"
)
_PARTICLE = "|".join(sorted(_PARTICLES.split(), key=len, reverse=True))
_AFTER_HANGUL = f"(?=(?:{_PARTICLE})?(?![가-힣]))"
"""Korean particles are written without a space: ``서울은`` holds the word ``서울``, and ``서울대``
does not."""

_LATIN = r"A-Za-z0-9À-ÖØ-öø-ÿĀ-ɏ"
_CYRILLIC = r"0-9Ѐ-ӿ"


@dataclass(frozen=True)
class Rule:
    """One entry of a pronunciation list.

    Attributes:
        written: a word as it stands in the text, or a regular expression.
        spoken: what is said in its place; in a regular expression ``\\1`` stands for a group.
        whole_word: not inside a longer word; of a regular expression, too.
    """

    written: str
    spoken: str
    whole_word: bool = True
    regex: bool = False


def checked(rule: Rule) -> Rule:
    """The rule, fit to be used.

    Raises:
        InputError: nothing is written in it, or its regular expression is none; the hint says why.
    """
    if not rule.written.strip():
        raise InputError(
            _("A pronunciation needs a word."), _("Write the word as it stands in the script.")
        )
    try:
        pattern = _compiled(_pattern(rule))
        if pattern.match("") or (rule.regex and _compiled(rule.written).match("")):
            raise InputError(
                _("This pattern matches nothing at all: {pattern}").format(pattern=rule.written),
                _("It would be said between all letters. Ask for at least one character."),
            )
        if rule.regex:
            pattern.sub(rule.spoken, "")
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        raise InputError(
            _("This is no regular expression: {pattern}").format(pattern=rule.written),
            _("Its reader says: {reason}.").format(reason=error),
        ) from error
    return rule


class Pronouncer:
    """Says texts by a list of rules.

    Args:
        rules: the first that fits a place wins it; what has been replaced is not looked at again.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._compiled = [
            (_compiled(_pattern(rule)), rule)
            for rule in sorted(self.rules, key=lambda rule: (rule.regex, -len(rule.written)))
        ]

    def __call__(self, text: str) -> str:
        """The text as it is to be said."""
        pieces: list[tuple[str, bool]] = [(text, False)]
        for pattern, rule in self._compiled:
            if not rule.regex and rule.written not in text:
                continue  # a long list costs next to nothing
            if any(not said and pattern.search(piece) for piece, said in pieces):
                pieces = [new for piece in pieces for new in _replaced(piece, pattern, rule)]
        return "".join(piece for piece, _said in pieces)


def to_json(rules: Sequence[Rule]) -> str:
    """For a project's settings; :func:`from_json` reads it."""
    return json.dumps([vars(rule) for rule in rules], ensure_ascii=False) if rules else ""


def from_json(text: str) -> tuple[Rule, ...]:
    """The rules of a project; those that cannot be used are left out."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return ()
    return rules_of(found)


def rules_of(values: Any) -> tuple[Rule, ...]:
    """Rules from plain values, as files hold them; those that cannot be used are left out."""
    rules: list[Rule] = []
    for value in values if isinstance(values, list) else ():
        try:
            rules.append(checked(_rule_of(value)))
        except (InputError, TypeError, KeyError):
            continue
    return tuple(rules)


def _rule_of(value: Any) -> Rule:
    written, spoken = value["written"], value["spoken"]
    if not isinstance(written, str) or not isinstance(spoken, str):
        raise TypeError
    return Rule(
        written, spoken, bool(value.get("whole_word", True)), bool(value.get("regex", False))
    )


def _replaced(
    piece: tuple[str, bool], pattern: re.Pattern[str], rule: Rule
) -> list[tuple[str, bool]]:
    text, said = piece
    if said:
        return [piece]
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in pattern.finditer(text):
        pieces.append((text[end : match.start()], False))
        pieces.append((match.expand(rule.spoken) if rule.regex else rule.spoken, True))
        end = match.end()
    pieces.append((text[end:], False))
    return [piece for piece in pieces if piece[0]]


def _compiled(source: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a future Python may read some patterns otherwise
        return re.compile(source)


def _pattern(rule: Rule) -> str:
    body = f"(?:{rule.written})" if rule.regex else re.escape(rule.written)
    if not rule.whole_word:
        return body
    if rule.regex:
        return f"(?<![{_LATIN}]){body}(?![{_LATIN}])"
    return _before(rule.written[0]) + body + _after(rule.written[-1])


def _before(first: str) -> str:
    if "가" <= first <= "힣":
        return "(?<![가-힣])"
    letters = _letters_like(first)
    return f"(?<![{letters}])" if letters else ""


def _after(last: str) -> str:
    if "가" <= last <= "힣":
        return _AFTER_HANGUL
    letters = _letters_like(last)
    return f"(?![{letters}])" if letters else ""


def _letters_like(character: str) -> str:
    """The letters that go on a word of this one. Another script begins another word, as in
    ``GPU는``; Chinese and Japanese words have no ends that can be seen."""
    if not character.isalnum():
        return ""
    if "Ѐ" <= character <= "ӿ":
        return _CYRILLIC
    return _LATIN if re.match(f"[{_LATIN}]", character) else ""
