"""Columns hold what was put into them, however often it changes and however it rests in between."""

from array import array
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import site_builder.building.columns
from site_builder.building.columns import FREE, LISTS, NUMBERS, TEXTS, Columns, Texts
from site_builder.model import Card, Cards, cut
from site_builder.outputs.keys import Digests, join, take
from site_builder.steps.index import build_archive, find_place

VALUES = st.sampled_from([b"", b"a", b"b", b"ab", b"aba", b"\0" * 9])
CHANGES = st.lists(st.tuples(st.integers(0, 99), VALUES), max_size=60)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_builder.building.columns, "PIECE", 4)


@given(CHANGES)
def test_a_column_of_texts_holds_what_a_list_would(changes: list[tuple[int, bytes]]) -> None:
    column, plain = Texts(), list[bytes]()
    for place, value in changes:
        if place >= len(plain):
            column.grow()
            plain.append(b"")
        row = min(place, len(plain) - 1)
        column[row] = plain[row] = value
    back = Texts()
    for number in range(-(-len(plain) // 4)):
        back.join(*column.cut(number))
    for one in (column, back):
        assert [one[row] for row in range(len(plain))] == plain
        assert one.list_filled() == [row for row, value in enumerate(plain) if value]
        for value in {*plain} - {b""}:
            assert [*one.find(value)] == [row for row, held in enumerate(plain) if held == value]


def fill(columns: Columns, row: int, mark: int) -> None:
    """Say something of a row in every column."""
    for name in LISTS:
        getattr(columns, name)[row] = f"{name}{mark}"
    for name in NUMBERS:
        getattr(columns, name)[row] = mark
    for name in TEXTS:
        getattr(columns, name)[row] = name.encode() * mark


def tell(columns: Columns, row: int) -> list[object]:
    return [getattr(columns, name)[row] for name in (*LISTS, *NUMBERS, *TEXTS)]


def test_rows_come_back_from_rest_are_copied_and_set_free_in_every_column() -> None:
    columns = Columns()
    for number in range(9):
        assert columns.add_row() == number
        fill(columns, number, number + 1)
    back = Columns()
    for number in range(3):
        back.join(columns.cut(number))
    assert [tell(back, row) for row in range(9)] == [tell(columns, row) for row in range(9)]
    back.copy_row(2, 7)
    assert tell(back, 7) == tell(columns, 2)
    back.free_row(2)
    assert {*tell(back, 2)} == {"", 0, b"", FREE}
    assert back.differing("marks", columns.marks) == {0, 1}
    assert back.differing("marks", back.marks[:]) == set()


class Shelf:
    """Some cards, each in the row of its number."""

    def __init__(self, cards: list[Card]) -> None:
        self.cards, self.urls = cards, [card.url for card in cards]

    def card(self, row: int) -> Card:
        return self.cards[row]

    def row_of(self, card: Card) -> int:
        return self.cards.index(card)

    def count_tags(self, rows: object) -> object:
        raise NotImplementedError


def card_of(number: int, day: int | None) -> Card:
    when = None if day is None else datetime(2022, 7, 1, tzinfo=UTC) + timedelta(days=day)
    return Card(f"a{number}", f"{number}.html", "t", when, "s", "s")


@given(st.lists(st.none() | st.integers(0, 5), min_size=3, max_size=9), st.data())
def test_an_archive_in_rows_is_amended_to_what_would_be_built_anew(
    days: list[int | None], data: st.DataObject
) -> None:
    cards = [card_of(number, day) for number, day in enumerate(days)]
    shelf = Shelf(cards)
    stay = data.draw(st.lists(st.sampled_from(cards), unique=True, min_size=1))
    gone = data.draw(st.lists(st.sampled_from(stay), unique=True))
    come = [card for card in cards if card not in stay]

    def in_rows(held: object) -> Cards:
        return Cards(shelf, array("I", map(shelf.row_of, held)))  # type: ignore[arg-type, call-overload]

    was = build_archive(stay)
    object.__setattr__(was, "cards", in_rows(was.cards))
    object.__setattr__(was, "undated", in_rows(was.undated))
    for groups in (was.years, was.months, was.days, was.tags, was.sources):
        for group in groups:
            object.__setattr__(group, "cards", in_rows(group.cards))
    now, anew = (
        build_archive(come, past=was, gone=gone),
        build_archive([card for card in (*stay, *come) if card not in gone]),
    )
    for name in ("cards", "undated"):
        assert [*getattr(now, name)] == [*getattr(anew, name)]
    for name in ("years", "months", "days", "sources"):
        told = [(group.key, group.url, [*group.cards]) for group in getattr(now, name)]
        assert told == [(group.key, group.url, [*group.cards]) for group in getattr(anew, name)]
    for held in (now.cards, now.undated):
        assert [find_place(held, card) - (card.published is not None) for card in held] == [*range(len(held))]
    dated = [*now.cards]
    parts = [(key, [*part]) for key, part in cut(now.cards, lambda card: str(card.published))]
    assert [card for _, part in parts for card in part] == dated
    assert all(str(card.published) == key for key, part in parts for card in part)
    assert len({key for key, _ in parts}) == len(parts)


def test_facts_in_cells_are_joined_as_those_in_a_dictionary_are() -> None:
    facts = {f"{number}.html": bytes([number]) * 8 for number in range(1, 5)} | {"5.html": b""}
    digests = Digests().amend({url: row for row, url in enumerate(facts)}, len(facts), facts)
    assert dict(digests) == facts
    assert digests.get("9.html") is None
    shelf = Shelf([card_of(number, None) for number in range(1, 6)])
    order = Cards(shelf, array("I", [3, 0, 4, 1]))  # type: ignore[arg-type]
    assert join(take(digests, order)) == join(take(digests, tuple(order))) == join(take(facts, order))
    assert digests.find({facts["2.html"], b"\7" * 8}) == ["2.html"]
