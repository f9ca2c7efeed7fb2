"""The archive: every article once, in order, the same for any order of input."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from site_builder.language.text import slugify
from site_builder.model import Archive, Card, TagMark
from site_builder.steps.index import build_archive, tag_url

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2020, 1, 1, tzinfo=ZONE)


def card(number: int, hours: int | None, source: str = "a", tags: tuple[str, ...] = ()) -> Card:
    published = None if hours is None else START + timedelta(hours=hours)
    return Card(
        id=f"n{number}",
        url=f"u/{number}.html",
        title=f"t{number}",
        published=published,
        source=source,
        source_slug=source,
        tags=tuple(TagMark(tag, tag) for tag in tags),
    )


cards = st.lists(
    st.tuples(
        st.none() | st.integers(0, 20_000),
        st.sampled_from("abc"),
        st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(tuple),
    ),
    max_size=30,
).map(lambda rows: [card(number, *row) for number, row in enumerate(rows)])


@given(cards, st.randoms())
def test_every_article_is_listed_exactly_once_whatever_the_order_of_input(rows: list[Card], random: Random):
    archive = build_archive(rows)
    random.shuffle(rows)
    assert build_archive(rows) == archive
    assert sorted(c.id for c in archive.cards + archive.undated) == sorted(c.id for c in rows)
    assert [c.published for c in archive.cards] == sorted((c.published for c in archive.cards), reverse=True)
    for groups in (archive.years, archive.months, archive.days):
        assert [c for group in groups for c in group.cards] == list(archive.cards)
    assert sum(len(group.cards) for group in archive.sources) == len(rows)
    assert sum(len(group.cards) for group in archive.tags) == sum(len(c.tags) for c in rows)


@given(cards)
def test_groups_have_distinct_keys_and_addresses(rows: list[Card]):
    archive: Archive = build_archive(rows)
    for groups in (archive.years, archive.months, archive.days, archive.tags, archive.sources):
        assert len({group.key for group in groups}) == len({group.url for group in groups}) == len(groups)


@given(cards, st.data())
def test_putting_articles_in_and_taking_others_out_gives_the_archive_made_of_them_from_nothing(
    rows: list[Card], data: st.DataObject
):
    archive = build_archive(rows)
    for _ in range(2):
        change = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 20_000)), max_size=6)
        come = {
            number: card(number, hours, "ab"[number % 2], ("x", f"t{number % 3}")[: number % 4])
            for number, hours in data.draw(change)
        }
        held = {one.url: one for one in rows}
        lost = data.draw(st.lists(st.sampled_from(rows), unique_by=id, max_size=4)) if rows else []
        new = {one.url: one for one in come.values()}
        gone = [one for url, one in held.items() if url in new or one in lost]
        rows = [one for one in rows if one not in gone] + list(new.values())
        archive = build_archive(new.values(), past=archive, gone=gone)
        assert archive == build_archive(rows)


def test_a_group_that_lists_nothing_new_is_the_very_same_object():
    rows = [card(1, 1, tags=("x",)), card(2, 9000, "b", tags=("y",))]
    before = build_archive(rows)
    after = build_archive([card(3, 9001, "b", tags=("y",))], past=before)
    assert after.years[1] is before.years[1]
    assert next(tag for tag in after.tags if tag.key == "x") is next(
        tag for tag in before.tags if tag.key == "x"
    )


def test_articles_of_one_instant_are_ordered_by_id():
    archive = build_archive([card(1, 5), card(3, 5), card(2, 5)])
    assert [c.id for c in archive.cards] == ["n3", "n2", "n1"]


def test_a_tag_shows_its_commonest_spelling_unless_the_site_says_otherwise():
    def spelt(number: int, name: str) -> Card:
        return Card(f"n{number}", f"{number}.html", "t", START, "s", "s", (TagMark("leica", name),))

    rows = [spelt(1, "Leica"), spelt(2, "徕卡"), spelt(3, "徕卡")]
    assert build_archive(rows).tags[0].name == "徕卡"
    assert build_archive(rows, {"leica": "Leica"}).tags[0].name == "Leica"
    assert build_archive(rows).tags[0].forms == (("徕卡", 2), ("Leica", 1))


def test_a_tags_address_depends_on_its_key_alone():
    alone = build_archive([card(1, 1, tags=("徕卡",))]).tags[0].url
    crowd = build_archive([card(n, n, tags=("徕卡", "莱卡", f"t{n}")) for n in range(9)])
    assert alone == tag_url("徕卡") == next(tag.url for tag in crowd.tags if tag.key == "徕卡")
    assert tag_url("徕卡") != tag_url("莱卡")


def test_tags_lie_in_folders_by_their_first_letters():
    assert [tag_url(key) for key in ("leica", "徕卡", "5", "con")] == [
        "tags/le/leica.html",
        "tags/la/laika-0ac2d.html",
        "tags/5/5.html",
        f"tags/co/{slugify('con')}.html",
    ]


def names_in(language: str, *names: str) -> list[str]:
    groups = build_archive([card(n, n, tags=(name,)) for n, name in enumerate(names)], language=language).tags
    return [group.name for group in groups]


def test_names_with_as_many_articles_stand_in_the_order_of_the_alphabet():
    assert names_in("de", "Zug", "Öl", "Ofen", "apfel") == ["apfel", "Ofen", "Öl", "Zug"]
    assert names_in("tr", "Çay", "Cuma", "İzmir", "Isparta") == ["Cuma", "Çay", "Isparta", "İzmir"]
    assert names_in("pt", "Zebra", "Água", "agora") == ["agora", "Água", "Zebra"]
    assert names_in("uk", "Київ", "Ізраїль", "Зима") == ["Зима", "Ізраїль", "Київ"]
    assert names_in("ar", "بغداد", "آسيا", "إيران") == ["آسيا", "إيران", "بغداد"]


def test_a_name_stands_where_its_reader_looks_and_not_where_its_key_would():
    rows = [card(1, 1), card(2, 2), card(3, 3)]
    keys = (("日本", "日本"), ("三星", "삼성전자"), ("人工智能", "AI"))
    rows = [replace(row, tags=(TagMark(*tag),)) for row, tag in zip(rows, keys, strict=True)]
    assert [tag.name for tag in build_archive(rows, language="ko").tags] == ["AI", "日本", "삼성전자"]
