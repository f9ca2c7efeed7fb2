"""The archive: every article once, in order, the same for any order of input."""

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
