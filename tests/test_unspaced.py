"""Japanese, Korean, Thai and Lao articles get tags from their text: on reports of our own, and by law."""

import doctest
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.model import Body, RawArticle, SafeHtml, Source
from site_builder.steps.tag import Vocabulary, tag_body
from site_builder.stories import japanese, korean, repeats, thai
from site_builder.stories.names import Text, kind_of, open_names, shipped_aliases
from site_builder.stories.notes import take_notes
from site_builder.stories.readers import find_reader

REPORTS = tomllib.loads((Path(__file__).parent / "stories/unspaced.toml").read_text("utf-8"))["reports"]
VOCABULARY = Vocabulary()
LETTERS = {
    japanese: "東京都知事社長氏中米大の里「\u3000」ソニーアップ・第12回、。さんをがAIx ",
    korean: "가나법안하했은는이가을의에서   사장대통령김박노'\"AI12.,다고",
    thai: 'กขคงจนมยรวสอะาิีุูเแโใไ่้์ที่ของ   "นายA1',
}


def tags_of(title: str, text: str, vocabulary: Vocabulary = VOCABULARY):
    raw = RawArticle("a.txt", "d" * 64, "utf-8", {}, {}, "", 1)
    return tag_body(title, Body(SafeHtml(""), text), raw, Source("某紙", "mou"), vocabulary)


def names_of(title: str, text: str) -> list[str]:
    return [mark.name for mark in tags_of(title, text)]


def measure(reports) -> tuple[float, float]:
    """Give the shares of the wanted tags that are found, and of the shown ones that are right."""
    wanted = found = shown = right = 0
    for report in reports:
        keys = {mark.key for mark in tags_of(report["title"], report["text"].strip())}
        want = [{VOCABULARY.key(name) for name in names.split("|")} for names in report["want"]]
        good = set().union(*want, map(VOCABULARY.key, report["also"]))
        wanted, found = wanted + len(want), found + sum(bool(names & keys) for names in want)
        shown, right = shown + len(keys), right + len(keys & good)
    return found / wanted, right / shown


def test_the_doctests_hold():
    for module in (japanese, korean, thai, repeats):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("part", ["worked with", "apart", "drawn later"])
@pytest.mark.parametrize("language", ["ja", "ko", "th"])
def test_tags_are_those_that_an_editor_would_give(language, part):
    parts = {"apart": lambda one: "apart" in one, "drawn later": lambda one: "drawing" in one}
    is_in = parts.get(part, lambda one: "apart" not in one and "drawing" not in one)
    reports = [one for one in REPORTS if one["lang"] == language and is_in(one)]
    assert reports or (language, part) == ("th", "drawn later")
    if reports:
        found, right = measure(reports)
        assert found >= 0.8, f"{found:.0%} of the wanted tags were found"
        assert right >= 0.85, f"{right:.0%} of the shown tags are right"


def test_each_tag_says_why_and_none_is_too_many():
    for report in REPORTS:
        marks = tags_of(report["title"], report["text"])
        assert 0 < len(marks) <= 7
        assert all(kind in ("name", "phrase", "form") for mark in marks for kind, _ in mark.evidence)


@pytest.mark.parametrize(
    ("title", "text", "want", "never"),
    [
        (  # a person once in full and then by the surname is one tag, without the office
            "植田総裁が講演、利上げに含み",
            "日銀の植田和男総裁は東京都内で講演した。植田氏は利上げを急がないと述べた。植田総裁は同社の工場も訪れた。",
            ["植田和男"],
            ["植田", "植田総裁", "総裁", "同社", "東京都内", "講演"],
        ),
        (  # a surname that no list has, before an office and alone later on
            "魚住谷が決勝点",
            "後半26分、粟飯直樹選手が頭で決めた。粟飯は初めての得点だった。日本サッカー協会の技術委員長も粟飯をほめた。",
            ["粟飯直樹"],
            ["粟飯", "技術", "選手", "委員長"],
        ),
        (  # a term that stands in a longer one nearly always is a piece of it
            "線状降水帯、九州で発生",
            "気象庁は線状降水帯が発生したと発表した。線状降水帯は朝まで続く見込み。線状降水帯で川があふれた。",
            ["線状降水帯"],
            ["降水帯", "線状", "発表", "発生", "見込"],
        ),
        (  # a figure and what is counted is no tag, a number that belongs to a name is
            "震度5弱、けが人3人",
            "八戸市で震度5弱の揺れがあった。震度5弱は12月以来。3人が軽いけがをした。八戸市は3人を避難所に移した。",
            ["震度5弱", "八戸市"],
            ["3人", "震度5", "12月"],
        ),
        (  # katakana, Latin letters and full-width ones
            "ＡＭＤ、サーバー向けCPU「Venice」を発売",
            "ＡＭＤはVeniceを発売した。Veniceは量子コンピューターの制御にも使える。量子コンピューターの企業が買う。",
            ["AMD", "Venice"],
            ["サーバー", "ＡＭＤ", "発売"],
        ),
        (  # hiragana within a name
            "大の里が連覇、さいたま市で報告会",
            "大の里が連覇した。大の里はさいたま市の小学校を訪れた。さいたま市は大の里に花束を贈った。",
            ["大の里", "さいたま市"],
            ["連覇", "小学校"],
        ),
        (  # 이 and 가 belong to a word where its other forms say so
            "고양이 급식소 두고 갈등",
            "고양이가 모이는 급식소를 두고 다툼이 났다. 고양이는 밤에 온다. 급식소가 늘자 고양이도 늘었다. "
            "급식소는 세 곳이다.",
            ["고양이", "급식소"],
            ["고양", "갈등", "급식소가"],
        ),
        (  # who is named with an office, and by the surname later on
            '노태문 사장 "두께 줄였다"',
            "노태문 삼성전자 사장은 8일 새 전화를 공개했다. 노 사장은 두께를 줄였다고 했다. "
            "삼성전자는 25일부터 판다.",
            ["노태문", "삼성전자"],
            ["사장", "노 사장", "두께 줄였다", "삼성전자는"],
        ),
        (  # 김 대표 of the title is 김하늘 of the text; what has a law's ending is that law
            "김 대표 “예술인기본법 고친다”",
            "김하늘 대표는 예술인기본법을 고치겠다고 했다. 예술인기본 조항이 낡았다는 것이다. 김하늘은 5일 "
            "발의한다. 예술인기본법은 열 해 전에 섰다. 예술인 지원법 취지도 살핀다. 예술인 지원 취지다.",
            ["김하늘", "예술인기본법"],
            ["예술인기본", "대표", "김 대표"],
        ),
        (  # what is cited once is no name, however often its words come
            "장관 “빵에 붙는 세금 낮춘다”",
            "정부가 빵에 붙는 세금을 낮춘다. 빵집은 세금이 무겁다고 했다. 빵집들은 반겼다. "
            "세금은 5월부터 내린다.",
            ["세금"],
            ["빵에 붙는 세금", "빵에 붙는 세금 낮춘다", "장관"],
        ),
        (  # a head of state with a foreign name; the country before an office is no person
            "트럼프 대통령, 한국 방문",
            "트럼프 대통령은 29일 방한한다. 트럼프 대통령은 경주에서 한국 대통령과 만난다. "
            "경주는 경비를 강화했다.",
            ["트럼프"],
            ["대통령", "한국 대통령", "트럼프 대통령"],
        ),
        (  # a storm, a film in quotation marks
            "태풍 '노루' 북상",
            "태풍 '노루'가 북상한다. 노루는 6일 통영에 상륙한다. 노루의 세력은 강하다.",
            ["노루"],
            ["노", "북상", "6일"],
        ),
        (  # Thai: behind นาย, and later by the first name; of the title what comes back
            "ผู้ว่าฯ สมชาย เตือนน้ำท่วมเชียงราย",
            "นายสมชาย วงศ์ดี กล่าวว่า น้ำท่วมในจังหวัดเชียงราย รุนแรง นายสมชาย ขอให้ระวัง น้ำท่วม อีกสองวัน เชียงราย มีฝน",
            ["สมชาย วงศ์ดี", "น้ำท่วม", "เชียงราย"],
            ["สมชาย", "นายสมชาย", "เตือน"],
        ),
        (  # Lao is read as Thai is
            "ນ້ຳຖ້ວມ ວຽງຈັນ",
            "ນ້ຳຖ້ວມ ໃນນະຄອນຫຼວງ ວຽງຈັນ ຮຸນແຮງ. ນ້ຳຖ້ວມ ຄັ້ງນີ້ ເຮັດໃຫ້ ວຽງຈັນ ເສຍຫາຍ.",
            ["ນ້ຳຖ້ວມ", "ວຽງຈັນ"],
            [],
        ),
    ],
)
def test_names_and_terms_are_cut_where_the_writing_says(title, text, want, never):
    shown = names_of(title, text)
    assert set(want) <= set(shown)
    assert not set(shown) & set(never)


@pytest.mark.parametrize(
    "spellings",
    [
        ("ソニー", "Sony", "索尼", "소니"),
        ("トヨタ自動車", "トヨタ", "丰田", "도요타", "Toyota"),
        ("米国", "アメリカ", "美国", "미국"),
        ("삼성전자", "サムスン電子", "三星"),
        ("東京", "东京", "도쿄", "Tokyo"),
    ],
)
def test_the_best_known_names_are_one_tag_in_all_scripts(spellings):
    assert len({VOCABULARY.key(form) for form in spellings}) == 1
    assert len({kind_of(form) for form in spellings}) == 1


def test_a_japanese_form_is_shown_as_met_and_told_as_a_form_of_the_name():
    marks = tags_of("ソニーが新型", "ソニーは工場を建てた。ソニーはカメラを作る。")
    assert ("ソニー", "索尼") in [(mark.name, mark.key) for mark in marks]
    assert ("form", "ソニー") in next(mark for mark in marks if mark.name == "ソニー").evidence


def test_no_chinese_text_is_searched_for_japanese_or_korean_forms():
    names = open_names(())
    eastern = {pattern[1] for pattern in names.patterns if any("ぁ" <= one <= "ヿ" for one in pattern[1])}
    assert not eastern
    assert [name.form for name in names.find(Text("玉米国家储备、ソニー、삼성전자"))] == ["玉米"]
    assert shipped_aliases()["米国"] == "美国"


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        ("侵华日军举着日の丸进城，の字招牌随处可见。市民回忆了当年的情形，博物馆展出照片。", None),
        (
            "动画《ぼっち・ざ・ろっく！》在上海上映，片中结束バンド的演唱会获得好评，观众排起长队。",
            None,
        ),
        (
            "三星电子（삼성전자）公布财报，利润增长。三星（삼성）股价上涨百分之三，市场反应良好。",
            None,
        ),
        ("首相は会見で、来年度の予算案について説明した。", "japanese"),
        ("정부는 내년 예산안을 발표했다.", "korean"),
        ("รัฐบาลแถลงงบประมาณปีหน้า", "thai"),
        (
            "The Thai word for flood is น้ำท่วม, and it is heard each year. " * 8,
            "latin",
        ),
    ],
)
def test_a_few_foreign_letters_change_no_reader(text, reader):
    found = find_reader(text)
    assert (found.name if found else None) == reader


def test_the_sites_own_names_are_found_in_japanese_and_korean_too():
    vocabulary = Vocabulary(wanted=(("石窯パン", "石窯パン"), ("동네빵집", "동네빵집")))
    for title, text, name in (
        ("新しい店", "駅前に石窯パンの店ができた。石窯パンは朝に焼く。", "石窯パン"),
        ("새 가게", "역 앞에 동네빵집이 생겼다. 동네빵집은 아침에 연다.", "동네빵집"),
    ):
        marks = tags_of(title, text, vocabulary)
        assert name in [mark.name for mark in marks]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(list(LETTERS)))
def test_whatever_is_written_every_subject_stands_in_it(data, module):
    text = st.text(LETTERS[module], max_size=200)
    title, body = data.draw(text), data.draw(text) * 2
    for subject, weight in module.Reading(title, body).subjects:
        assert weight > 0
        assert subject.form in f"{title}\n{body}"
        assert all(0 <= place < len(body) for place in subject.places)


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("穴埋め問題", "答えは「　　」に書いてください。"),
        ("빈칸 문제", "답은 “   ”에 적으세요. "),
        ("น้ำท่วม", "เขียนคำตอบใน “   ” ให้ครบ "),
    ],
)
def test_a_place_to_write_in_between_quotation_marks_is_no_name(title, sentence):
    assert "" not in names_of(title, sentence * 9)


def test_a_text_that_repeats_itself_is_read_to_its_end():
    for letters in ("亜伊宇", "가나 다라 ", "กขค", "「ア」"):
        take_notes(letters * 100, letters * 1000)
