import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.language.text import (
    SLUG_LIMIT,
    STEM_LIMIT,
    count_characters,
    excerpt,
    field,
    fold,
    listed,
    slugify,
    squeeze,
    stem_address,
    strip_controls,
)
from site_builder.model import RawArticle

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PRESENTABLE = "徕卡小米 abcXYZ09，。！？.!?、”)\n-"


def raw(**front):
    return RawArticle("a.md", "", "utf-8", front, {}, "", 1)


def test_a_two_line_title_becomes_one_line():
    assert strip_controls("first\r\nsecond\u2028third") == "first second third"


def test_terminal_escapes_and_bidi_overrides_do_not_survive():
    assert strip_controls("\x1b[1;31mred\x1b[0m \x1b]0;title\x07\u202eevil\u2066 \x85\x9bz") == "red evil z"


def test_invisible_and_unassignable_characters_do_not_survive():
    assert strip_controls("a\u200bb\u00adc\ufeffd\ufdd0e\U0001ffff\ud800f\x00") == "abcdef"


def test_an_emoji_family_stays_one_picture():
    assert strip_controls("家 👨‍👩‍👧 a\u200db") == "家 👨‍👩‍👧 ab"


@given(ANY_TEXT)
def test_a_stripped_line_is_one_safe_line_and_stays_as_it_is(text):
    line = strip_controls(text)
    assert strip_controls(line) == line
    assert "\n" not in line
    line.encode()


@given(ANY_TEXT)
def test_folding_is_stable(text):
    assert fold(fold(text)) == fold(text)


def test_spellings_of_one_tag_fold_to_one_key():
    assert {
        fold(name)
        for name in ("小米 12S Ultra", "小米12sultra", "小米　１２Ｓ-ＵＬＴＲＡ", "小米 12S\u200b‑Ultra")
    } == {"小米12sultra"}
    assert fold("C++") != fold("C")


def test_an_excerpt_ends_with_a_sentence():
    assert excerpt("雷军说：“专心做好。”他还说了很多。最后一句。", 20) == "雷军说：“专心做好。”他还说了很多。"


def test_an_excerpt_does_not_end_inside_a_number_or_an_abbreviation():
    assert excerpt("The U.S. sold 3.5 million. The rest follows in time.", 40) == "The U.S. sold 3.5 million."


def test_a_long_first_sentence_is_cut_at_a_pause():
    assert excerpt("小米和徕卡的合作，深度空前而且还要继续下去没有尽头", 16) == "小米和徕卡的合作…"


def test_a_long_latin_sentence_is_cut_between_words():
    assert excerpt("announcement of the internationalisation", 24) == "announcement of the…"


def test_lines_are_joined_with_a_blank_only_where_none_closes():
    assert excerpt("一段。\n二段", 50) == "一段。二段"
    assert excerpt("Heading\nText.", 50) == "Heading Text."


@given(st.text(PRESENTABLE), st.integers(10, 80))
def test_an_excerpt_never_exceeds_its_limit_and_begins_the_text(text, limit):
    cut = excerpt(text, limit)
    assert len(cut) <= limit
    assert "".join(text.split()).startswith("".join(cut.removesuffix("…").split()))


def test_a_plain_name_is_its_own_slug():
    assert slugify("leica-m11") == "leica-m11"


def test_names_that_differ_in_what_a_slug_cannot_show_get_two_slugs():
    names = ["C", "c", "C++", "c#", "徕卡", "莱卡", "con", "index", "\ud800", ""]
    assert len({slugify(name) for name in names}) == len(names)


@given(ANY_TEXT)
def test_slugs_and_stems_are_short_safe_ascii(text):
    for address, limit in ((slugify(text), SLUG_LIMIT), (stem_address(text), STEM_LIMIT)):
        assert 0 < len(address) <= limit
        assert set(address) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        assert address[0] not in ".-"
        assert address[-1] != "."
        assert address.partition(".")[0] not in {"con", "nul", "index", "com1"}


def test_a_plain_stem_is_kept():
    assert stem_address("000_fd220ab2a309ed33") == "000_fd220ab2a309ed33"


def test_stems_that_a_file_system_may_confuse_get_two_addresses():
    assert len({stem_address(stem).lower() for stem in ("Article", "article", "ARTICLE")}) == 3


def test_a_stem_in_another_script_is_transliterated_with_a_digest():
    assert stem_address("2020-07-28-小米").startswith("2020-07-28-xiaomi-")


def test_characters_are_counted_without_white_space():
    assert count_characters(" 小 米\n12\u3000S ") == 5
    assert squeeze("  a \n b ") == "a b"


def test_a_field_is_found_under_its_aliases_and_says_which():
    assert field(raw(pubdate="2022", time="x"), "date") == ("2022", "pubdate")
    assert field(raw(title="", headline=("", "H")), "title") == ("H", "headline")
    assert field(raw(), "title") == ("", "")


def test_source_may_hold_a_name_or_an_address():
    article = raw(source="https://example.org/1", publisher="Solidot")
    assert field(article, "url") == ("https://example.org/1", "source")
    assert field(article, "author") == ("Solidot", "publisher")
    assert field(raw(**{"from": "Somewhere"}), "url") == ("", "")


def test_tags_in_one_string_are_split_at_commas_and_at_blanks_only_before_hashes():
    assert listed(raw(tags="小米, 徕卡，相机、M 11;手机"), "tags") == ("小米", "徕卡", "相机", "M 11", "手机")
    assert listed(raw(tags="小米 12S Ultra"), "tags") == ("小米 12S Ultra",)
    assert listed(raw(tags="#小米# #徕卡"), "tags") == ("小米", "徕卡")


def test_lists_are_kept_whole_and_merged_without_repeats():
    assert listed(raw(tags=("a, b", "c"), keywords="c"), "tags") == ("a, b", "c")


@pytest.mark.parametrize("text", ["می‌روم", "क्‍ष", "ന്‍ ദിനം", "👩‍👧"])
def test_joiners_that_are_orthography_stay_and_make_no_other_name(text: str) -> None:
    assert strip_controls(text) == text
    assert excerpt(f"{text}.", 40) == f"{text}."
    assert fold(text) == fold(text.replace("\u200c", "").replace("\u200d", ""))


@pytest.mark.parametrize(
    "text", ["\u200cمی", "می\u200c ", "a\u200db", "م\u202e\u200cم", "م\u200c\u200dم", "灯\u200d塔"]
)
def test_joiners_elsewhere_are_invisible_characters_like_others(text: str) -> None:
    assert "\u200c" not in strip_controls(text)
    assert "\u200d" not in strip_controls(text)
