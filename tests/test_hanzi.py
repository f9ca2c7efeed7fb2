"""Traditional and Simplified as one: one character to one character, and nothing folded twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from site_builder.language.hanzi import PAIRS, TABLE, simplify


def test_a_traditional_word_becomes_the_simplified_one() -> None:
    assert simplify("徠卡與小米攝影，後來於臺北發佈") == "徕卡与小米摄影，后来于台北发布"


def test_what_simplified_texts_tell_apart_stays_apart() -> None:
    assert simplify("乾坤，哪吒，瞭望，著名，狼藉") == "乾坤，哪吒，瞭望，著名，狼藉"


def test_the_table_is_in_order_and_names_no_character_twice() -> None:
    old = PAIRS[::2]
    assert sorted(set(old)) == list(old)
    assert set(old).isdisjoint(PAIRS[1::2])


def test_every_character_stands_in_the_basic_plane() -> None:
    assert all(0x4E00 <= code <= 0x9FFF for pair in TABLE.items() for code in pair)


@given(st.text())
def test_the_length_stays_and_a_second_time_changes_nothing(text: str) -> None:
    once = simplify(text)
    assert len(once) == len(text)
    assert simplify(once) == once


@given(st.text(alphabet=PAIRS))
def test_folding_a_part_is_a_part_of_the_folded(text: str) -> None:
    assert simplify(text[1:]) == simplify(text)[1:]
