"""A text in disguise: marks that end no sentence are hidden from the splitter, a few shown to it.

``sentencex`` splits well where a mark means what it mostly means. The exceptions it does not know
are spelled out here, one line each. A disguise is as long as its text, so that places in one are
places in the other.
"""

from __future__ import annotations

import re
from functools import cache

_START = r"(?:^|(?<=[.!?…:;]\s)|(?<=[。！？｡]))"
_CAPITAL = "A-ZÀ-ÖØ-ÞА-ЯЁ"
_SMALL = "a-zß-öø-ÿа-яё"

_WEB_ADDRESS = r"(?:https?://|www\.)[!-~]*[\w/=&#%~+-]"
_LIST_NUMBERS = (
    _START + r"\d{1,3}\.(?!\d)(?=\s?\S)",  # 1. First
    _START + r"[IVX]{1,5}\.(?=\s)",
    r"^[가나다라마바사ㄱ-ㅎ]\.(?=\s)",
    r"(?<!\S)\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,5})\.?\)(?=\s)",  # (1), a): or else a list to sentencex
)
_CHAPTERS = (
    r"제\s?\d{1,4}\s?(?:장|절|부|편|화|회|막|권|과|조|항|강|단원)\.(?=\s?\S)",
    _START + r"\d{1,4}\s?(?:장|절|부|편|화|회|막|강|단계)\.(?=\s)",
    r"第[\d一二三四五六七八九十百]{1,5}[章節节部回話话幕巻卷課课][.．](?=\s?\S)",
    r"^(?i:chapter|part|section|step|episode|act|lesson|unit|kapitel|teil|schritt|chapitre|partie"
    r"|cap[ií]tulo|parte|capitolo|глава|часть)\s(?:\d{1,4}|[IVXLC]{1,6}|(?i:one|two|three|four"
    r"|five|six|seven|eight|nine|ten))\.(?=\s)",
)
_ABBREVIATIONS = (
    r"(?<!\d)\d{1,2}\.\s\d{1,2}\.\s\d{4}(?!\d)",  # 22. 11. 2026
    r"(?<=\d)．(?=\d)",
    r"(?<![\w.])(?:Mr|Mrs|Ms|Dr|Prof|St|Mme|Mmes|Mlle|MM|Sr|Sra|Srta|Dra|Dott|Sig|Hr|[Vv]s|[Cc]f"
    r"|[Ee]\.\s?g|[Ii]\.\s?e|[Zz]\.\s?B|[Dd]\.\s?h|[Pp]\.\s?(?:ej|ex|es)|[Aa]d\ses"
    r"|[Тт]\.\s?[екно]|проф|акад|им|ул|просп|пл|пер)\.(?=\s?\S)",
    r"(?<![\w.])(?i:nos?|nr|figs?|vol|ver|pp?|approx|ca|art|cap|p[aá]gs?|n[uú]ms?|ch|sec|eq|tel"
    r"|стр|рис|гл|табл|ст|тел)\.(?=\s?\d)",
    r"(?<![\w.])(?:[A-Za-z]\.){2,}(?=[^\s\"'”’」』»)\]）])",  # U.S.A.是
    r"(?<![\w.])(?:[A-Za-z]\.)+(?=[A-Za-z]\.|-)",  # all but the last of U.S.A., J.-C.
    r"(?<![A-Za-z0-9_])[a-z]{0,20}[A-Z0-9_][A-Za-z0-9_]{0,30}\.(?=[A-Z])",  # ASP.NET
)
_EAST_ASIAN_ONLY = (
    r"(?<![A-Za-z.])(?:[A-Za-z]{1,2}\.){2,}(?=\s[^\W\dA-Za-z_])",  # Ph.D. 과정
    r"(?<![\d.])(?:(?:19|20)\d\d|'?\d\d)\.\s?\d{1,2}\.\s?\d{1,2}\.(?!\d)",  # 2026. 11. 22.
    r"(?<![\d.])(?:19|20)\d\d\.\s?(?:0?[1-9]|1[0-2])\.(?!\d)",
    r"(?<![\d.])(?:0?[1-9]|1[0-2])\.\s(?:0?[1-9]|[12]\d|3[01])\.(?=\s)",
)
_EUROPEAN_INITIALS = (rf"(?<![\w.])[{_CAPITAL}]\.(?=\s[{_CAPITAL}])",)  # M. Dupont, D. João
_GERMAN_ORDINALS = (
    r"\b(?i:am|im|vom|zum|zur|beim|der|die|das|den|dem|des|ein|eine|einen|einem|einer|ab|bis|seit)"
    r"\s\d{1,3}\.(?=\s(?!(?:Aber|Also|Auch|Da|Dann|Danach|Das|Der|Die|Du|Ein|Eine|Er|Es|Hier|Ich|Ihr"
    r"|Im|In|Jetzt|Man|Nun|Sie|So|Und|Was|Wenn|Wer|Wie|Wir)\b))",
)

_LABELS = re.compile("|".join([*_CHAPTERS, *_LIST_NUMBERS]))

_EUROPEAN = frozenset({"de", "es", "fr", "it", "pt", "ru"})
_EAST_ASIAN = frozenset({"ja", "ko", "zh"})

_ABBREVIATION_BEFORE_SMALL = re.compile(
    rf"\b[{_CAPITAL}{_SMALL}]{{1,4}}\.(?=\s[{_SMALL}](?![{_CAPITAL}\d]))"
)
_BEGINS_WITH_CAPITAL = re.compile(rf"[^{_CAPITAL}{_SMALL}]*[{_CAPITAL}]")
_AND_SO_ON = re.compile(rf"\b(?i:etc|usw|ecc|т\.\s?д|т\.\s?п|др|пр)\.(?=\s[{_CAPITAL}])")
_ELLIPSIS = re.compile(
    r"(?:(?<!\.)\.{2,}|(?<!…)…+|(?<!‥)‥+|(?<!。)。{2,}|(?<!・)・{3,})(?![.…‥・!?。！？」』\"'”’»)）\]】]|$)"
)
_ENDS_HERE = re.compile(rf"\s[\"'“‘«„¿¡(]*[{_CAPITAL}]")
_KOREAN_ENDINGS = frozenset("다요죠까네군")
_RUN_ON = re.compile(r"(?:(?<=[。！？｡])|(?<=[。！？｡][」』）”’]))[0-9a-z]")
_INNER_QUOTE = re.compile(r"「[^「」]*」")

_NEUTRAL = "X"
"""A capital letter: unlike a comma, a sentence may begin with it."""

_HIDDEN = str.maketrans(dict.fromkeys(".．。｡!！?？…‥()（）\"'", _NEUTRAL))
_BULLETS = "•◦▪▫■□●○⁃⁌⁍◆◇★☆➤➢➣▶▸►"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_BULLETS, _NEUTRAL),
        **dict.fromkeys("『〈【［", "「"),
        **dict.fromkeys("』〉】］", "」"),
    }
)


def disguise(text: str, code: str) -> str:
    """The text as the splitter is to see it; ``len`` is kept.

    Args:
        text: one line, without ``\\n``.
        code: of the script's language, such as ``ko``.
    """
    # sentencex 1.0.32 panics where an ideographic space is beside an initial.
    text = re.sub(r"\s", " ", text)
    text = _abbreviations(code).sub(_hidden, text)
    text = _LABELS.sub(_hidden, text)  # after the abbreviations: "p. 5." begins no list
    text = _ELLIPSIS.sub(lambda found: _ellipsis(found, code), text)
    if _BEGINS_WITH_CAPITAL.match(text):
        text = _ABBREVIATION_BEFORE_SMALL.sub(_hidden, text)
    text = _AND_SO_ON.sub(lambda found: "x" * (len(found[0]) - 1) + ".", text)
    text = _RUN_ON.sub(_NEUTRAL, text)
    text = _INNER_QUOTE.sub(lambda found: re.sub("[『』]", _NEUTRAL, found[0]), text)
    return text.translate(_PLAIN)


def _hidden(found: re.Match[str]) -> str:
    return found[0].translate(_HIDDEN)


def _ellipsis(found: re.Match[str], code: str) -> str:
    """A full stop where a new sentence clearly follows, otherwise only a hesitation."""
    text, start, end = found.string, found.start(), found.end()
    ends = bool(_ENDS_HERE.match(text, end))
    if not ends and text[end].isspace():
        ends = code in {"ja", "zh"} or (
            text[start - 1 : start] in _KOREAN_ENDINGS
            and "가" <= text[start - 2 : start - 1] <= "힣"
        )
    return ("!" if ends else _NEUTRAL) * len(found[0])


@cache
def _abbreviations(code: str) -> re.Pattern[str]:
    patterns = [_WEB_ADDRESS]
    if code in _EAST_ASIAN:
        patterns += _EAST_ASIAN_ONLY
    if code == "de":
        patterns += _GERMAN_ORDINALS
    if code in _EUROPEAN:
        patterns += _EUROPEAN_INITIALS
    patterns += _ABBREVIATIONS
    return re.compile("|".join(patterns))
