from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.languages import LANGUAGES
from engine.script.sentences import split_sentences
from engine.script.stops import disguise


def check(code: str, sentences: list[str], *, between: str = " ") -> None:
    assert split_sentences(between.join(sentences), code) == sentences


@pytest.mark.parametrize(
    ("code", "between", "sentences"),
    [
        ("ko", " ", ["안녕하세요.", "잘 지내셨나요?", "반가워요!", "정말?!", "시작할까요."]),
        ("en", " ", ["Hello there.", "How are you?", "Good!", "Really?!", "Let us start."]),
        ("ja", "", ["おはよう。", "元気ですか？", "はい！", "本当！？", "始めます｡"]),
        ("zh", "", ["你好。", "你好吗？", "很好！", "真的吗？！", "我们开始吧。"]),
        ("de", " ", ["Guten Tag.", "Wie geht es Ihnen?", "Gut!", "Wirklich?!", "Los geht's."]),
        ("fr", " ", ["Bonjour.", "Comment allez-vous ?", "Bien !", "Vraiment ?!", "Commençons."]),
        ("ru", " ", ["Здравствуйте.", "Как дела?", "Хорошо!", "Правда?!", "Начнём."]),
        ("pt", " ", ["Olá.", "Como está?", "Bem!", "A sério?!", "Vamos começar."]),
        ("es", " ", ["Hola.", "¿Cómo está?", "¡Bien!", "¿¡De verdad!?", "Empecemos."]),
        ("it", " ", ["Ciao.", "Come sta?", "Bene!", "Davvero?!", "Cominciamo."]),
        ("ko", "", ["안녕하세요。", "네？", "그래요！", "좋아요．", "끝"]),
    ],
)
def test_each_language_ends_sentences_at_its_own_stops(
    code: str, between: str, sentences: list[str]
) -> None:
    check(code, sentences, between=between)


@pytest.mark.parametrize(
    "sentence",
    [
        '"정말요?"라고 물었다.',
        "“정말요?”라고 물었다.",
        "「정말요?」라고 물었다.",
        "『정말요?』라고 물었다.",
        "‘정말요?’라는 말이다.",
        '"가자!"며 웃었다.',
        '"좋아."하고 답했다.',
        '"좋아." 하고 답했다.',
        '"왜?" 라고 물었다.',
        '"네."라며 갔다.',
        '"이게 책이다."고 했다.',
        '"안녕?"이라는 인사다.',
        '"나는 갔다. 늦었다. 잤다."라고 말했다.',
        "빨리 가자!라고 외쳤다.",
    ],
)
def test_a_quotation_and_the_korean_particle_after_it_stay_together(sentence: str) -> None:
    check("ko", ["먼저 갔다.", sentence, "그리고 고마워."])


def test_a_korean_quotation_that_stands_alone_ends_its_sentence() -> None:
    check("ko", ['"안녕."', "고마워.", '"네."', "그가 말했다."])


@pytest.mark.parametrize(
    "sentence",
    [
        "「行くの？」と言った。",
        "『行く。帰る。』と言った。",
        "「彼は『行く。帰る。』と言った。そうだ。」と聞いた。",
        "「はい。」は正しい。",
        "「……。」と黙った。",
        "（本当？）と思った。",
        "行こう！と言った。",
        "「行くよ！」って。",
    ],
)
def test_a_japanese_quotation_and_what_hangs_on_it_stay_together(sentence: str) -> None:
    check("ja", ["彼は立った。", sentence, "そして帰った。"], between="")


def test_a_japanese_quotation_does_not_swallow_an_adverb_after_it() -> None:
    check("ja", ["「え？」", "ところが雨だ。", "「晴れ？」", "とても嬉しい。"], between="")


def test_closing_marks_stay_with_the_sentence_that_they_close() -> None:
    check("en", ['He said "Go."', "“Now!”", "(It was late.)", "Then he left.", "[Really?]"])
    check("zh", ["他说：“走吧。”", "然后走了。", "『好！』", "走。"], between="")
    check("zh", ["“走！”的声音很大。", "“好。”", "地铁来了。"], between="")
    check("ja", ["「はい。」", "「いいえ。」", "〈終わり。〉", "次です。"], between="")
    check("de", ["Er sagte: „Ich gehe. Du bleibst.“", "Dann ging er.", "»Nein.«", "Ja."])


def test_a_quotation_begun_on_another_line_keeps_its_closing_mark() -> None:
    check("ja", ["帰る。」と言った。", "次。』", "終わり。"], between="")
    check("ko", ["그리고 왔다.)", "끝."])
    check("zh", ["真的来了?)", "好。"], between="")


def test_who_spoke_stays_with_the_quotation() -> None:
    check("en", ['"Really?" he asked.', '"Go!" she said.', "Then they left."])
    check(
        "fr", ["« Où ? » demanda-t-il.", "« Non ! » écrit-elle.", "« Bonjour. »", "Puis il partit."]
    )
    check("ru", ["«Иди!» — сказал он.", "— Правда? — спросила она.", "И ушла."])


@pytest.mark.parametrize(
    ("code", "sentences"),
    [
        ("ko", ["1. 물을 끓입니다.", "2. 원두를 갑니다.", "10. 마십니다."]),
        ("ko", ["방법은 둘입니다.", "1. 끓인다.", "2. 식힌다."]),
        ("en", ["1. Boil the water.", "2. Grind the beans."]),
        ("en", ["(1) Boil it.", "Wait.", "(2) Pour it.", "a) Drink it.", "Smile."]),
        ("ko", ["가. 물을 끓입니다.", "식힙니다."]),
        ("en", ["II. The second part.", "It is short."]),
    ],
)
def test_a_list_number_stays_with_its_sentence(code: str, sentences: list[str]) -> None:
    check(code, sentences)


def test_a_list_number_without_a_space_stays_with_its_sentence() -> None:
    check("zh", ["好。", "1.第一。", "2.第二。"], between="")


@pytest.mark.parametrize(
    "sentence",
    [
        "오늘은 2026.11.22. 일요일입니다.",
        "오늘은 2026. 11. 22. 일요일입니다.",
        "오늘은 2026. 11. 22.에 갔습니다.",
        "행사는 2026. 11. 시작합니다.",
        "'26. 1. 5. 발표했습니다.",
        "그날은 4. 19. 혁명의 날입니다.",
    ],
)
def test_a_date_does_not_end_a_sentence(sentence: str) -> None:
    check("ko", ["안녕하세요.", sentence, "감사합니다."])


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ko", "제1장. 시작합니다."),
        ("ko", "제 12 화. 돌아온 봄입니다."),
        ("ko", "3장. 준비합니다."),
        ("en", "Chapter 1. The beginning."),
        ("en", "Part Two. The end."),
        ("ru", "Глава 3. Начало."),
        ("zh", "第一章. 开始。"),
        ("ja", "第3章．はじまり。"),
    ],
)
def test_a_chapter_head_stays_with_its_title(code: str, sentence: str) -> None:
    assert split_sentences(sentence, code) == [sentence]


def test_a_chapter_named_at_the_end_of_a_sentence_ends_it() -> None:
    check("en", ["We have read Chapter 1.", "Now comes the next."])


@pytest.mark.parametrize("code", list(LANGUAGES))
@pytest.mark.parametrize(
    "sentence",
    [
        "A vs. B",
        "See e.g. Rome",
        "Mr. Kim",
        "Dr. Lee",
        "No. 5",
        "Vol. 2",
        "ASP.NET",
        "README.MD",
        "3.14",
        "v1.2.3",
        "1,000.50",
        "J. R. R. Tolkien",
    ],
)
def test_a_common_abbreviation_or_number_ends_no_sentence(code: str, sentence: str) -> None:
    assert split_sentences(f"{sentence} abc", code) == [f"{sentence} abc"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("fr", "M. Dupont est là."),
        ("fr", "Il a vu MM. Dupont et Martin."),
        ("fr", "C'était en 52 av. J.-C. en Gaule."),
        ("ru", "Это т.е. так."),
        ("ru", "Это т. е. так и т. п. без конца."),
        ("ru", "Он жил в I в. до н. э. в Риме."),
        ("ru", "Написал А. С. Пушкин."),
        ("de", "Das ist z.B. gut, d.h. besser."),
        ("de", "Es kam z. B. am 3. Oktober."),
        ("de", "Der 1. FC spielte im 19. Jahrhundert."),
        ("de", "Am 22. 11. 2026 war es kalt."),
        ("ru", "Это было 22. 11. 2026 утром."),
        ("es", "Come p.ej. pan con el Sr. López."),
        ("es", "Vive en EE. UU. desde abril."),
        ("pt", "O rei D. João comia p. ex. pão."),
        ("it", "A S. Pietro, p.es. di sera, pag. 5."),
        ("ko", "A.I. 시대의 Ph.D. 과정입니다."),
        ("zh", "U.S.A.是一个国家。"),
        ("ja", "Mr. Xは５．５点です。"),
    ],
)
def test_an_abbreviation_of_the_language_ends_no_sentence(code: str, sentence: str) -> None:
    assert split_sentences(sentence, code) == [sentence]


def test_and_so_on_ends_a_sentence_before_a_capital() -> None:
    check("en", ["Tea, milk, etc.", "They drank it."])
    check("ru", ["Чай и т.д.", "Потом ушли."])
    check("de", ["Tee, Milch usw.", "Dann gingen sie."])


@pytest.mark.parametrize(
    "sentence",
    [
        "Write to joe@example.com or https://example.com/a.b.",
        "Write to a.b@example.co.kr, see https://example.com/Path?q=A.B!",
        "Go to www.example.com/a?b=c.",
        "Open https://example.com/?Quick=Yes!No today.",
        "Write to Kim.Lee@Example.Com about it.",
    ],
)
def test_an_address_ends_no_sentence_and_hides_no_end(sentence: str) -> None:
    check("en", [sentence, "Then we go home."])


@pytest.mark.parametrize(
    ("code", "sentences"),
    [
        ("ko", ["그래서... 갔다.", "그래서...갔다.", "음… 네."]),
        ("ko", ["그랬어요...", "그리고 또 갔다…라고.", "좋아요…", "네."]),
        ("en", ["Wait… what?", "Yes... no.", "Well...", "Then go."]),
        ("ja", ["えっ……そう。"]),
        ("zh", ["他说……然后走了。"]),
    ],
)
def test_an_ellipsis_ends_a_sentence_only_where_another_clearly_begins(
    code: str, sentences: list[str]
) -> None:
    check(code, sentences)


def test_a_stop_without_a_space_ends_a_sentence_between_words() -> None:
    check("ko", ["안녕하세요.", "반갑습니다.", "네."], between="")
    check("en", ["I went home.", "Then I slept."], between="")
    check("ja", ["終わりです。", "3つあります。", "iPhoneです。"], between="")


def test_marks_and_emoji_alone_join_the_sentence_before_them() -> None:
    check("ko", ["고마워요! 😀"])
    check("en", ["Thanks! 🎉 ... !", "Bye. 👋🏽"])


def test_a_very_long_quotation_is_divided() -> None:
    quotation = "「" + "今日はいい天気です。" * 500 + "」"
    found = split_sentences(quotation, "ja")
    assert "".join(found) == quotation
    assert max(map(len, found)) < 2000


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("ko", "안녕하세요. "), ("ja", "「はい。」と言った。"), ("en", 'He said "No. 5." Yes. ')],
)
def test_a_line_longer_than_the_window_is_split_like_short_ones(code: str, sentence: str) -> None:
    assert split_sentences(sentence * 700, code) == split_sentences(sentence, code) * 700


def test_a_wide_space_before_a_stop_does_no_harm() -> None:
    assert split_sentences("B\u3000. 終わりです。", "ja")[-1].endswith("終わりです。")


SCRIPT_LIKE = st.text(
    st.one_of(
        st.sampled_from(
            ' .!?…。！？｡．,:;"“”‘’「」『』()（）[]【】«»-—*#1aZ가다라고あと漢Ж\u0301😀\u3000'
        ),
        st.characters(exclude_categories=("Cs",), exclude_characters="\n"),
    ),
    max_size=200,
)


@given(SCRIPT_LIKE, st.sampled_from(list(LANGUAGES)))
def test_no_character_but_spaces_is_lost_or_moved(text: str, code: str) -> None:
    found = split_sentences(text, code)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in found)


@given(SCRIPT_LIKE, st.sampled_from(list(LANGUAGES)))
def test_a_disguise_is_as_long_as_its_text(text: str, code: str) -> None:
    assert len(disguise(text, code)) == len(text)


@given(st.text(alphabet="가나 .?!\"'“”()…a1。「」", max_size=20), st.integers(100, 400))
def test_no_character_is_lost_on_the_way_through_the_window(unit: str, times: int) -> None:
    text = unit * times
    assert "".join("".join(split_sentences(text, "ko")).split()) == "".join(text.split())
