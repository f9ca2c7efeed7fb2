"""Search: whatever stands in a title or text is found, nothing else is shown, and little is written anew."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from archives import make_article, make_card
from click.testing import CliRunner
from hostile_articles import write
from hypothesis import example, given
from hypothesis import strategies as st
from sites import SmallSite, read_times, read_tree

from site_builder.commands.search import command
from site_builder.model import Archive, Article, Body, Card, SafeHtml, TagMark
from site_builder.outputs import search as search_output
from site_builder.outputs.search import Indexer, Part, cards_of, list_roots
from site_builder.search import bits, lookup, making, numbers, recall, tally
from site_builder.search.build import write_shard
from site_builder.search.lookup import is_one_typo, nearest, search, split_word
from site_builder.search.portions import PORTION, count_portions, cut
from site_builder.search.query import is_within, read_query
from site_builder.search.segments import LARGEST, NEWEST, plan
from site_builder.search.terms import (
    BORDER,
    BRIDGES,
    FOLLOWER_BITS,
    INVISIBLE,
    TERMS,
    bridge_term,
    clean,
    filter_term,
    fold,
    pair_term,
    terms_to_ask,
    units_of,
)
from site_builder.steps.index import build_archive

VECTORS = json.loads((Path(__file__).parent / "vectors" / "search.json").read_text("utf-8"))
MIXED = "徕卡小米合作的一在，。、“” 12SUltraimx989é徠ＡΣ𠮷😀\u0301ﾞ"
ZONE = ZoneInfo("Asia/Shanghai")

# --- the same in Python and in the browser ------------------------------------------------


@pytest.mark.parametrize(("text", "want"), VECTORS["fold"])
def test_folding_says_what_the_browser_says(text: str, want: str) -> None:
    assert fold(text) == want


@pytest.mark.parametrize(("text", "want"), VECTORS["clean"])
def test_cleaning_says_what_the_browser_says(text: str, want: str) -> None:
    assert clean(text) == want


@pytest.mark.parametrize(("text", "terms", "says_all"), VECTORS["terms"])
def test_terms_are_those_of_the_browser(text: str, terms: list[int], says_all: bool) -> None:
    assert terms_to_ask(text) == (terms, says_all)


@pytest.mark.parametrize(("kind", "name", "want"), VECTORS["filter_term"])
def test_filters_have_the_browsers_terms(kind: str, name: str, want: int) -> None:
    assert filter_term(kind, name) == want


@pytest.mark.parametrize(("line", "want"), VECTORS["query"])
def test_a_line_is_read_as_the_browser_reads_it(line: str, want: dict[str, object]) -> None:
    query = read_query(line)
    pieces = [
        {"kind": piece.kind, "text": piece.text, "not": piece.not_, "quoted": piece.quoted}
        for piece in query.pieces
    ]
    assert {"pieces": pieces, "since": query.since, "until": query.until} == want


@pytest.mark.parametrize(("word", "want"), VECTORS["split"]["cases"])
def test_a_compound_is_split_as_the_browser_splits_it(word: str, want: list[str] | None) -> None:
    counts = {pair_term(ord(a), ord(b)): n for (a, b), n in VECTORS["split"]["counts"].items()}
    assert split_word(word, lambda term: counts.get(term, 0)) == want


@pytest.mark.parametrize(("one", "other", "want"), VECTORS["typo"])
def test_a_typo_is_what_the_browser_takes_for_one(one: str, other: str, want: bool) -> None:
    assert is_one_typo(one, other) is is_one_typo(other, one) is want


@pytest.mark.parametrize(("word", "want"), VECTORS["nearest"]["cases"])
def test_the_same_word_is_suggested_as_in_the_browser(word: str, want: str) -> None:
    assert nearest(word, VECTORS["nearest"]["known"]) == want


@pytest.mark.parametrize(("text", "low", "want"), VECTORS["numbers"])
def test_numbers_are_written_as_the_browser_reads_them(text: str, low: int, want: list[int]) -> None:
    assert bits.write_numbers(want, low) == text
    assert numbers.Reader(text).numbers(len(want), low) == want


@pytest.mark.parametrize(("text", "size", "want"), VECTORS["lists"])
def test_lists_are_written_as_the_browser_reads_them(text: str, size: int, want: list[int]) -> None:
    assert bits.write_list(want, size) == text
    assert numbers.Reader(text).rising(len(want), size) == want


@pytest.mark.parametrize(("text", "want"), VECTORS["shares"])
def test_files_of_terms_begin_and_end_where_the_browser_looks_for_them(
    text: str, want: list[list[int]]
) -> None:
    assert list(map(list, numbers.read_shares(text, TERMS))) == want


# --- laws of the parts --------------------------------------------------------------------


@given(st.lists(st.integers(0, 2**32 - 1)), st.integers(2, 20))
def test_numbers_come_back_and_break_out_of_no_string(items: list[int], low: int) -> None:
    text = bits.write_numbers(items, low)
    assert numbers.Reader(text).numbers(len(items), low) == items
    assert all(0x3400 <= ord(unit) < 0x3400 + (1 << 15) for unit in text)


@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert numbers.unpack(bits.pack_bytes(data))[: len(data)] == data


@given(st.text() | st.text(alphabet=MIXED))
@example("ΑΣ")
@example("e\u0301\u0323")
@example("각")
def test_the_quick_fold_is_the_fold(text: str) -> None:
    assert tally.fold_quickly(clean(text)).tolist() == units_of(fold(clean(text)))


@pytest.mark.parametrize("around", ["{}", "一{}二", " {} ", "一{} 二"])
def test_what_is_clean_by_a_look_is_what_cleaning_gives(around: str) -> None:
    seen = {chr(code): clean(around.format(chr(code))) for code in range(1 << 16)}
    hidden = re.compile(f"[{INVISIBLE}\ud800-\udfff]")
    assert seen == {one: " ".join(hidden.sub("", around.format(one)).split()) for one in seen}


@given(st.lists(st.tuples(st.text(alphabet=MIXED + "abcxyz0189"), st.text(alphabet="ab1卡 -😀")), min_size=1))
@example([("", "")])
@example([("ipad", "x1234"), ("", "1234abcd卡efgh")])
@example([("a" * 25 + "bcd", "卡abcd")])
def test_latin_words_are_found_as_one_reads_them(articles: list[tuple[str, str]]) -> None:
    folded = [fold(clean(title)) + "\0" + fold(clean(body)) + "\0" for title, body in articles]
    wanted = [set(re.findall("[a-z][a-z0-9]{3,23}", text)) for text in folded]
    assert tally.words_in([tally.fold_quickly(text) for text in folded]) == wanted


def terms_in(text: str) -> set[int]:
    """List what can be asked of the builder's terms of a text, the second of three."""
    texts = [tally.fold_quickly(one + "\0") for one in ("别的", clean(text), "再来")]
    keys = [key >> tally.HOLDER_BITS for key in tally.keys_of(texts, range(3)).tolist() if key & 3 == 1]
    found = [(key >> FOLLOWER_BITS, key & (1 << FOLLOWER_BITS) - 1) for key in keys]
    terms = {term & -16 if term >= BRIDGES else term for term, _ in found}
    followed = {
        (term % 16 + 1) * TERMS + (term & -16) if term >= BRIDGES else (follower + 1) * TERMS + term
        for term, follower in found
    }
    return followed | terms | {term >> 16 for term in terms if 2 << 16 <= term < 0xE000 << 16}


@given(st.text(alphabet=MIXED), st.integers(0, 20), st.integers(1, 9))
def test_a_text_has_every_term_that_a_piece_of_it_asks_for(text: str, start: int, length: int) -> None:
    folded = fold(clean(text))
    piece = folded[start : start + length]
    if piece.strip():
        assert set(terms_to_ask(piece)[0]) <= terms_in(text)


@pytest.mark.parametrize("piece", ["米12s u", "米12s", "(米m11x"])
def test_a_text_has_the_bridges_where_chinese_goes_over_into_latin(piece: str) -> None:
    border = int(bridge_term(units_of(piece[piece.index("米") :][:BORDER])))
    asked, _ = terms_to_ask(piece)
    assert border in {term % TERMS for term in asked}
    assert set(asked) <= terms_in(f"合作{piece}ltra")


@given(st.text(alphabet=MIXED), st.text(alphabet=MIXED, min_size=1, max_size=3))
def test_when_the_terms_say_all_the_text_holds_the_piece(text: str, piece: str) -> None:
    folded, piece = fold(clean(text)), fold(clean(piece))
    if piece.strip():
        terms, says_all = terms_to_ask(piece)
        if says_all:
            assert (set(terms) <= terms_in(text)) is (piece in folded)


@pytest.mark.parametrize(
    ("when", "since", "until", "want"),
    [
        ("2022-07-20T10:00+08:00", "2022-07", "2022-07", True),
        ("2022-07-20T10:00+08:00", "2022-07-21", "", False),
        ("2022-07-20T10:00+08:00", "", "2022-07-20", True),
        ("2022-08-01T00:00+08:00", "2022-05", "2022-07", False),
        ("1998-03", "1998-03-05", "1998-03-07", True),  # a month of which no day is known may be in it
        ("1998", "1998-05", "", True),
        ("1998-03", "1998-04-01", "", False),
        ("1998-03", "", "1998-02", False),
        ("", "2022", "", False),
        ("", "", "", True),
    ],
)
def test_a_span_includes_both_its_ends(when: str, since: str, until: str, want: bool) -> None:
    assert is_within(when, since, until) is want


def test_a_shard_is_data_that_cannot_end_its_script() -> None:
    data = write_shard("n", '</script><!--"\\\u2028\u2029\n').data
    text = data.decode("utf-16")
    assert not set(text) & set("<\u2028\u2029")
    assert text.count("\n") == 1


# --- portions -----------------------------------------------------------------------------

JOINING = st.sampled_from(
    [
        *"的卡，。aeM1 ",
        "e\u0301",
        "ᾂ",
        "\u03b1\u0313\u0300\u0345",
        "각",
        "\u1100\u1161\u11a8",
        "ｶﾞ",
        "👩\u200d👧",
        "ﬁ",
    ]
)


@given(st.lists(JOINING, max_size=400).map("".join), st.integers(1, 4), st.integers(0, 10**6))
def test_what_stands_together_stands_in_one_portion(raw: str, count: int, start: int) -> None:
    text = clean(raw)
    portions = [cut(text, number, count) for number in range(count)]
    own = [portion.encode("utf-16-le")[: 2 * units].decode("utf-16-le") for portion, units in portions]
    assert "".join(own) == text
    folded = fold(text)
    first = start % (len(folded) or 1)
    piece = folded[first : first + 16]
    assert any(piece in fold(portion) for portion, _ in portions)


def test_a_text_is_cut_only_when_it_is_long_and_never_into_too_many() -> None:
    assert [count_portions(length) for length in (0, 2 * PORTION - 1, 2 * PORTION)] == [1, 1, 2]
    assert count_portions(10**9) < 1000


def test_marks_without_end_are_cut_all_the_same() -> None:
    text, count = "a" + "\u0301" * 300_000, count_portions(300_001)
    lengths = [len(cut(text, number, count)[0]) for number in range(count)]
    assert max(lengths) < 2 * PORTION, "each would be looked through to the end of the run"


# --- segments -----------------------------------------------------------------------------

DAYS = st.lists(st.dates(date(1998, 1, 1), date(2031, 12, 31)), min_size=1, max_size=300).map(sorted)


@given(DAYS)
def test_every_article_is_in_one_segment_in_order(days: list[date]) -> None:
    parts = plan(days, [900] * len(days))
    assert [parts[0].start, *(part.stop for part in parts)] == [*(part.start for part in parts), len(days)]
    assert len({part.name for part in parts}) == len(parts)
    assert sum(part.grows for part in parts) <= 1


def spread(count: int, a_day: int, first: date = date(2013, 1, 1)) -> list[date]:
    return [first + timedelta(days=i // a_day) for i in range(count)]


@pytest.mark.parametrize("a_day", [1, 3, 30, 400])
def test_one_more_article_leaves_all_segments_but_one(a_day: int) -> None:
    days = spread(5000, a_day)
    before = plan(days, [900] * 5000)
    after = plan([*days, days[-1]], [900] * 5001)
    assert len(set(after) - set(before)) == 1
    assert (set(after) - set(before)).pop().stop - max(part.start for part in after) <= NEWEST + 1


def test_a_month_that_is_over_joins_the_closed_ones_whose_folder_keeps_its_name() -> None:
    days = spread(5100, 3)
    july, august = (plan(days[:count], [900] * count) for count in (5000, 5100))
    assert [(part.name, part.grows) for part in july] == [("2013", False), ("2017-07", True)]
    assert [(part.name, part.grows) for part in august] == [("2013", False), ("2017-08", True)]


def test_segments_are_few_and_none_is_too_large() -> None:
    days = spread(100_000, 27)
    parts = plan(days, [1200] * len(days))
    assert len(parts) <= 80
    assert max(part.stop - part.start for part in parts) <= LARGEST


def test_some_dates_in_the_future_do_not_make_the_last_years_grow() -> None:
    days = [*spread(5000, 3), *(date(2099, 1, day) for day in (1, 2, 3, 4))]
    parts = plan(days, [900] * len(days))
    newest = next(part for part in parts if part.start <= 4999 < part.stop)
    assert newest.stop - newest.start <= 100


# --- an index -----------------------------------------------------------------------------


def make_text(random_: random.Random) -> str:
    words = (
        "徕卡",
        "小米12S Ultra",
        "合作",
        "雷军",
        "夜拍",
        "IMX989",
        "一英寸大底",
        "，",
        "。",
        " ",
        "\n",
        "全球销售",
        "M11",
        "傻亮",
        "的",
    )
    return "".join(random_.choice(words) for _ in range(random_.randint(3, 60)))


def make_archive(count: int, days: int = 3000) -> tuple[Archive, dict[str, Article]]:
    """Make an archive of so many articles, each fiftieth without a date."""
    random_ = random.Random(7)
    articles: dict[str, Article] = {}
    for i in range(count):
        when = datetime(2014, 3, 1, tzinfo=ZONE) + timedelta(days=random_.random() * days)
        card = replace(
            make_card(),
            id=f"a{i}",
            url=f"{when:%Y/%m/%d}/a{i}.html" if i % 50 else f"undated/a{i}.html",
            title=clean(make_text(random_))[:30] or "题",
            published=when if i % 50 else None,
            source=random_.choice(("快科技", "IT 之家")),
            tags=(TagMark("徕卡", "徕卡"), TagMark(f"t{i % 7}", f"T{i % 7}")),
        )
        articles[card.url] = with_text(make_article(card), make_text(random_))
    return build_archive(article.card for article in articles.values()), articles


def with_text(article: Article, text: str) -> Article:
    return replace(article, body=Body(SafeHtml(""), text), card=replace(article.card, length=len(text)))


def facts_of(articles: dict[str, Article]) -> Callable[[Sequence[Card]], list[bytes]]:
    return lambda cards: [
        f"{card} {articles[card.url].body.text}".encode("utf-8", "surrogatepass") for card in cards
    ]


def write_index(folder: Path, archive: Archive, articles: dict[str, Article]) -> dict[str, bytes]:
    def text_of(card: Card) -> str:
        return articles[card.url].body.text

    indexer = Indexer(archive, text_of, facts_of(articles), folder, folder / "memory")
    made = [indexer.make(part) for part in indexer.list_parts()]
    roots = list_roots([one.head for one in made])
    pages = {page.path: page.data for page in (*roots, *(page for one in made for page in one.pages))}
    for path, data in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return pages


Indexed = tuple[Path, dict[str, Article]]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    folder = tmp_path_factory.mktemp("index")
    archive, articles = make_archive(700)
    write_index(folder, archive, articles)
    return folder, articles


@cache
def fold_once(text: str) -> str:
    """Fold a text that is looked through for many pieces, which takes a long one milliseconds."""
    return fold(clean(text))


def scan(articles: dict[str, Article], piece: str) -> set[str]:
    """Look through every text, without any index."""
    wanted = fold(piece)
    return {
        url
        for url, article in articles.items()
        if wanted in fold_once(article.card.title) or wanted in fold_once(article.body.text)
    }


@pytest.fixture(autouse=True, scope="module")
def lists_are_read_once() -> Iterator[None]:
    """Keep what a file of terms says, which a command reads for one question and these tests for hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "read_postings", cache(lookup.read_postings))
        yield


def found(folder: Path, line: str) -> set[str]:
    return {hit.url for hit in search(folder, line).hits}


def test_every_piece_finds_what_a_plain_scan_finds_and_nothing_else(indexed: Indexed) -> None:
    folder, articles = indexed
    random_ = random.Random(1)
    for _ in range(200):
        article = random_.choice(list(articles.values()))
        text = clean(random_.choice((article.card.title, article.body.text)))
        start, length = random_.randrange(len(text)), random_.randint(1, 8)
        piece = text[start : start + length].strip()
        if piece:
            assert found(folder, f'"{piece}"') == scan(articles, piece), piece


@pytest.mark.parametrize(
    "line",
    [
        "徕卡",
        "傻亮",
        "全球销售",
        "IMX989",
        "imx98",
        "ＩＭＸ９８９",
        "徠卡",
        "M11",
        "卡",
        '"徕卡"',
        "2s u",
        "x",
    ],
)
def test_what_readers_type_is_found_exactly(indexed: Indexed, line: str) -> None:
    folder, articles = indexed
    words = line.split() if '"' not in line else [line.strip('"')]
    want = set.intersection(*(scan(articles, word) for word in words))
    answer = search(folder, line)
    assert (set() if answer.split else {hit.url for hit in answer.hits}) == want


def test_long_articles_are_found_by_every_piece_of_them(tmp_path: Path) -> None:
    random_ = random.Random(4)
    archive, articles = make_archive(60)
    for number, url in enumerate(articles):
        length = PORTION * (2 + number % 4) + random_.randint(-200, 200) if number % 2 else 30
        text = "".join(chr(0x4E00 + int(random_.random() ** 3 * 3000)) for _ in range(length))
        articles[url] = with_text(articles[url], text)
    archive = build_archive(article.card for article in articles.values())
    write_index(tmp_path, archive, articles)
    for _ in range(150):
        text = random_.choice(list(articles.values())).body.text
        length = random_.choice((2, 3, 4, 8, 16, 17, 40))
        border = len(text) * random_.randint(0, 4) // max(1, count_portions(len(text)))
        start = min(max(0, border - random_.randint(0, length)), len(text) - length)
        piece = text[start : start + length]
        assert found(tmp_path, f'"{piece}"') == scan(articles, piece), piece
    long = next(article for article in articles.values() if len(article.body.text) > 3 * PORTION)
    first, last = long.body.text[:6], long.body.text[-6:]
    assert long.card.url in found(tmp_path, f"{first} {last}")
    assert long.card.url not in found(tmp_path, f"{first} -{last}")
    [hit] = [hit for hit in search(tmp_path, f"{last}").hits if hit.url == long.card.url]
    assert hit.snippet.endswith(last)


def test_a_long_article_is_cleaned_once_and_not_for_each_of_its_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine megabytes took a quarter of a minute in the one place."""
    cleaned = [0]

    def count(text: str) -> str:
        cleaned[0] += len(text) >= PORTION
        return clean(text)

    for module in (search_output, making):
        monkeypatch.setattr(module, "clean", count)
    _, articles = make_archive(3)
    for url in articles:
        articles[url] = with_text(articles[url], "灯塔 的光 " * PORTION)
    write_index(tmp_path, build_archive(article.card for article in articles.values()), articles)
    assert cleaned == [3]


def test_several_words_ask_for_all_of_them_and_quotes_for_the_whole(indexed: Indexed) -> None:
    folder, articles = indexed
    assert found(folder, "雷军 夜拍") == scan(articles, "雷军") & scan(articles, "夜拍")
    assert found(folder, '"2S Ul"') == scan(articles, "2S Ul")
    assert found(folder, '"雷军 夜拍"') == scan(articles, "雷军 夜拍") < found(folder, "雷军 夜拍")
    assert found(folder, "雷军 -夜拍") == scan(articles, "雷军") - scan(articles, "夜拍")


def test_filters_keep_what_they_name(indexed: Indexed) -> None:
    folder, articles = indexed
    leica = scan(articles, "徕卡")

    def those(condition: Callable[[Card], bool]) -> set[str]:
        return {url for url in leica if condition(articles[url].card)}

    assert (
        found(folder, '徕卡 来源:"IT 之家"')
        == found(folder, "徕卡 source:it之家")
        == those(lambda card: card.source == "IT 之家")
    )
    assert found(folder, "徕卡 -来源:快科技") == those(lambda card: card.source != "快科技")
    assert found(folder, "徕卡 标签:t3") == those(lambda card: card.tags[1].name == "T3")
    assert found(folder, "徕卡 2015-02..2016") == those(
        lambda card: card.published is not None and "2015-02" <= f"{card.published:%Y-%m}" <= "2016-12"
    )
    assert found(folder, "徕卡 2016-05-10..") == those(
        lambda card: card.published is not None and f"{card.published:%F}" >= "2016-05-10"
    )


def test_titles_come_first_and_then_the_newest(indexed: Indexed) -> None:
    folder, _ = indexed
    hits = search(folder, "徕卡").hits
    in_title = [hit.in_title for hit in hits]
    assert in_title == sorted(in_title, reverse=True)
    dates = [hit.when[:16] for hit in hits if hit.in_title and hit.when]
    assert dates == sorted(dates, reverse=True)
    newest = [hit.when[:16] for hit in search(folder, "徕卡", newest_first=True).hits if hit.when]
    assert newest == sorted(newest, reverse=True)


def test_a_compound_that_stands_nowhere_is_split_and_the_answer_says_so(indexed: Indexed) -> None:
    folder, articles = indexed
    answer = search(folder, "雷军，，，夜拍")
    assert answer.split == ("雷军", "夜拍")
    assert {hit.url for hit in answer.hits} == scan(articles, "雷军") & scan(articles, "夜拍")
    assert search(folder, '"雷军，，，夜拍"').hits == ()


def test_a_typo_is_suggested_and_not_used(indexed: Indexed) -> None:
    answer = search(indexed[0], "imx899")
    assert answer.hits == ()
    assert answer.suggestion == "imx989"


def test_nothing_is_found_for_nothing(indexed: Indexed) -> None:
    assert search(indexed[0], '  "" ').hits == ()
    assert search(indexed[0], "不存在的词汇组合").hits == ()


def test_no_file_is_large(indexed: Indexed) -> None:
    for file in indexed[0].rglob("*.js"):
        assert len(gzip.compress(file.read_bytes())) <= 16_384, file


def test_one_more_article_rewrites_few_files_and_no_closed_month(tmp_path: Path) -> None:
    archive, articles = make_archive(1500, days=900)
    before = write_index(tmp_path, archive, articles)
    last = max(card.published for card in archive.cards if card.published)
    card = replace(
        make_card(), id="new", url="new.html", title="新来的", published=last + timedelta(minutes=1)
    )
    articles["new.html"] = with_text(make_article(card), "徕卡与新来的一篇。")
    after = write_index(tmp_path, build_archive(one.card for one in articles.values()), articles)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert 0 < len(changed) <= 10
    assert len({path.split("/")[2] for path in changed} - {"r.js"}) == 1


def test_a_month_that_is_over_leaves_the_texts_of_closed_months_as_they_are(tmp_path: Path) -> None:
    archive, articles = make_archive(1500, days=900)
    before = write_index(tmp_path, archive, articles)
    last = max(card.published for card in archive.cards if card.published)
    for day in range(40, 50):
        card = replace(make_card(), id=f"n{day}", url=f"n{day}.html", published=last + timedelta(days=day))
        articles[card.url] = with_text(make_article(card), f"第{day}天的一篇。")
    after = write_index(tmp_path, build_archive(one.card for one in articles.values()), articles)
    closed = {path for path in before if "x2014" <= path.rsplit("/", 1)[-1] < "x2016-07"}
    assert closed
    assert {path: after.get(path) for path in closed} == {path: before[path] for path in closed}


def test_an_edit_is_a_fact_of_its_segment_only() -> None:
    archive, articles = make_archive(400, days=900)

    def text_of(card: Card) -> str:
        return articles[card.url].body.text

    indexer = Indexer(archive, text_of, facts_of(articles), Path(), Path())
    before = indexer.list_parts()
    url = archive.cards[200].url
    articles[url] = with_text(articles[url], "改过的正文，徕卡。")
    changed = [part.segment for part, old in zip(indexer.list_parts(), before, strict=True) if part != old]
    assert len(changed) == 1 < len(before)
    assert url in {card.url for card in cards_of(archive, changed[0])}


def test_a_small_edit_of_an_old_article_rewrites_few_files(tmp_path: Path) -> None:
    archive, articles = make_archive(1500, days=900)
    before = write_index(tmp_path, archive, articles)
    url = archive.cards[1000].url
    articles[url] = with_text(articles[url], articles[url].body.text + "雷军徕卡。")
    after = write_index(tmp_path, archive, articles)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert 0 < len(changed) <= 10


def changed_articles(articles: dict[str, Article], how: str) -> dict[str, Article]:
    """Do something to two articles out of the middle."""
    by_time = sorted(
        (card for card in (article.card for article in articles.values()) if card.published),
        key=lambda card: str(card.published),
    )
    one, other = by_time[len(by_time) // 2], by_time[len(by_time) // 2 + 9]
    changed = dict(articles)
    for card in (one, other):
        article = articles[card.url]
        text = article.body.text
        match how:
            case "body":
                changed[card.url] = with_text(article, "全新的一篇，leicam11 只在这里。")
            case "sentence":
                changed[card.url] = with_text(article, text + "更正 leicam12。")
            case "title":
                changed[card.url] = replace(article, card=replace(card, title="另一个题目，徕卡"))
            case "tags":
                changed[card.url] = replace(article, card=replace(card, tags=(TagMark("新", "新"),)))
            case "date":
                changed[card.url] = replace(article, card=replace(card, published=by_time[-300].published))
            case "gone":
                del changed[card.url]
            case "new":
                new = replace(card, id=f"{card.id}x", url=f"{card.url}x.html", title="新来的")
                changed[new.url] = with_text(make_article(new), "新来的一篇，徕卡。")
    return changed


@pytest.mark.parametrize("how", ["body", "sentence", "title", "tags", "date", "gone", "new"])
def test_a_mended_segment_is_the_one_that_is_made_anew(tmp_path: Path, how: str) -> None:
    archive, articles = make_archive(900)
    write_index(tmp_path / "site", archive, articles)
    changed = changed_articles(articles, how)
    loaded: list[str] = []

    def text_of(card: Card) -> str:
        loaded.append(card.url)
        return changed[card.url].body.text

    after = build_archive(article.card for article in changed.values())
    folder = tmp_path / "site"
    last = {part.segment.name: part.made_from for part in list_parts(archive, articles)}
    mending = Indexer(after, text_of, facts_of(changed), folder, folder / "memory")
    anew = write_index(tmp_path / "new", after, changed)
    mended = 0
    for part in mending.list_parts():
        if part.made_from == last.get(part.segment.name):
            continue
        count = len(loaded)
        made = mending.make(replace(part, last=last.get(part.segment.name, "")))
        pages = {page.path: page.data for page in made.pages}
        pages |= {path: (folder / path).read_bytes() for path in made.kept}
        assert pages == {path: data for path, data in anew.items() if f"/{part.segment.name}/" in path}
        mended += bool(made.kept)
        assert not made.kept or len(loaded) - count < 100
    assert mended


def list_parts(archive: Archive, articles: dict[str, Article]) -> list[Part]:
    return Indexer(archive, str, facts_of(articles), Path(), Path()).list_parts()


def test_what_is_remembered_may_be_damaged_or_of_another_build(tmp_path: Path) -> None:
    archive, articles = make_archive(900)
    pages = write_index(tmp_path, archive, articles)
    part = max(list_parts(archive, articles), key=lambda part: part.segment.stop - part.segment.start)
    file = tmp_path / "memory" / f"{part.segment.name}.npz"
    data = file.read_bytes()
    assert recall.load(file, part.made_from) is not None
    assert recall.load(file, "another") is None
    for damaged in (b"", data[:100], data[: len(data) // 2] + b"?" + data[len(data) // 2 + 1 :]):
        file.write_bytes(damaged)
        assert recall.load(file, part.made_from) is None
    file.unlink()
    assert recall.load(file, part.made_from) is None
    indexer = Indexer(
        archive, lambda card: articles[card.url].body.text, facts_of(articles), tmp_path, file.parent
    )
    assert all(
        pages[page.path] == page.data for page in indexer.make(replace(part, last=part.made_from)).pages
    )


def make_site(folder: Path, count: int) -> SmallSite:
    site = SmallSite(folder)
    site.content.mkdir(parents=True)
    site.configure(**{"features.stories": False})
    random_ = random.Random(5)
    site.write(
        {
            f"a{i:03}.md": write(
                f"<p>{make_text(random_)}</p>", f"第{i}篇", date=f"20{20 + i % 3}-{1 + i % 12:02}-02"
            )
            for i in range(count)
        }
    )
    return site


def read_index(site: SmallSite) -> dict[str, bytes]:
    return read_tree(site.out / "search" / "i")


@pytest.mark.parametrize("workers", [1, 2])
def test_an_edited_site_has_the_index_of_a_new_one(tmp_path: Path, workers: int) -> None:
    site, other = make_site(tmp_path / "a", 420), make_site(tmp_path / "b", 420)
    site.build(workers=workers)
    for change in (
        {"a003.md": write("<p>改过的正文，徕卡。</p>", "第3篇", date="2020-04-02")},
        {"a004.md": write("<p>改过的正文。</p>", "第4篇", date="2019-04-02")},
        {"new.md": write("<p>新来的一篇。</p>", "新", date="2021-07-02")},
    ):
        site.write(change)
        other.write(change)
        site.build()
    (site.content / "a005.md").unlink()
    (other.content / "a005.md").unlink()
    site.build()
    other.build()
    assert read_index(site) == read_index(other)


def test_what_nobody_touched_is_not_written_again(tmp_path: Path) -> None:
    site = make_site(tmp_path, 120)
    site.build()
    before = read_times(site.out / "search" / "i")
    site.write({"a003.md": write("<p>改过的正文，徕卡。</p>", "第3篇", date="2020-04-02")})
    site.build()
    after = read_times(site.out / "search" / "i")
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert len({path.split("/")[0] for path in changed} - {"r.js"}) == 1
    assert len({path.split("/")[0] for path in after}) > 3


def test_a_file_that_is_gone_or_changed_is_made_again(tmp_path: Path) -> None:
    site = make_site(tmp_path, 60)
    site.build()
    first = read_index(site)
    terms, texts = (next((site.out / "search" / "i").rglob(name)) for name in ("p*.js", "x*.js"))
    terms.unlink()
    texts.write_bytes(b"")
    site.build()
    assert read_index(site) == first


def test_an_archive_without_articles_has_an_index_that_finds_nothing(tmp_path: Path) -> None:
    write_index(tmp_path, build_archive(()), {})
    assert search(tmp_path, "徕卡").hits == ()


# --- the command --------------------------------------------------------------------------


def test_the_command_prints_what_was_found(indexed: Indexed, tmp_path: Path) -> None:
    folder, articles = indexed
    said = CliRunner().invoke(
        command, ["雷军", "夜拍", "--public", str(folder), "--json"], standalone_mode=False
    )
    answer = json.loads(said.output)
    assert {hit["url"] for hit in answer["hits"]} == scan(articles, "雷军") & scan(articles, "夜拍")
    assert answer["total"] == len(answer["hits"])
    lines = (
        CliRunner()
        .invoke(command, ["徕卡", "-n", "3", "--public", str(folder)], standalone_mode=False)
        .output
    )
    assert lines.splitlines()[-1].endswith("3 shown")


def test_the_command_says_when_there_is_no_index(tmp_path: Path) -> None:
    said = CliRunner().invoke(command, ["徕卡", "--public", str(tmp_path)])
    assert "there is no built site" in str(said.exception)
    (tmp_path / "index.html").touch()
    said = CliRunner().invoke(command, ["徕卡", "--public", str(tmp_path)])
    assert "there is no search index" in str(said.exception)
    assert "features" in str(getattr(said.exception, "hint", ""))
