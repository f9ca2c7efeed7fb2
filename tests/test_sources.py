from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from catalogues import LOCALES, cleaner_reasons, publishers_reasons, read_catalogue_file
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import SourceError
from site_builder.model import Body, Example, RawArticle, SafeHtml, Source
from site_builder.sources import Sources, index_sources, load_sources, match_source, parse_source
from site_builder.steps import clean
from site_builder.steps.clean import clean_body, restore_text, whole_html

HEAD = 'name = "甲报"\nslug = "jia"\nauthors = ["甲报", "甲报网"]\nhosts = ["jia.example.com"]\n'


def raw(**front: str) -> RawArticle:
    return RawArticle("a.md", "0" * 64, "utf-8", front, {}, "", 1)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources()


SHIPPED = load_sources()
EVERY = (*SHIPPED.every, SHIPPED.everywhere)
EXAMPLES = [
    pytest.param(source, example, id=f"{source.slug}: {example.name}")
    for source in EVERY
    for example in source.examples
]


@pytest.mark.parametrize(("source", "example"), EXAMPLES)
def test_every_example_of_every_rule_file_holds(source: Source, example: Example) -> None:
    body = clean_body(example.html, source)
    assert whole_html(body) == example.want.strip()
    assert body.tags == example.tags
    assert tuple(f"{credit.role}: {credit.name}" for credit in body.credits) == example.credits


def test_every_rule_file_has_a_home_a_host_and_examples(sources: Sources) -> None:
    shipped = [item.name for item in files("site_builder.sources").iterdir() if item.name.endswith(".toml")]
    assert len(shipped) == len(EVERY) >= 16
    for source in sources.every:
        assert source.home and source.hosts and source.examples
        assert source.clock.reason or not source.clock.zone
    assert f"{sources.everywhere.slug}.toml" in shipped and sources.everywhere.examples


def test_every_rule_of_ours_is_needed_by_an_example() -> None:
    for source in EVERY:
        bodies = [clean_body(example.html, source) for example in source.examples]
        used = {name for body in bodies for name in body.rules}
        for number, rule in enumerate(source.rules, 1):
            name = rule.name or f"source:{source.slug}#{number}"
            is_shared = rule.name and source is not SHIPPED.everywhere
            assert is_shared or name in used, name


def test_no_two_publishers_claim_one_name_host_or_mark() -> None:
    for claims in ("authors", "hosts", "fingerprints"):
        claimed = [name for source in EVERY for name in {key.casefold() for key in getattr(source, claims)}]
        assert len(claimed) == len(set(claimed))


def test_what_holds_everywhere_holds_for_unknown_publishers_too(sources: Sources) -> None:
    for front in ({"author": "乙报"}, {"from": "https://yi.example.org/a"}, {}):
        source, _ = match_source(sources, raw(**front))
        assert source.rules == sources.everywhere.rules
        body = clean_body(sources.everywhere.examples[0].html, source)
        assert body.removals[0].rule == "everywhere#1"


def test_a_body_without_author_and_address_is_recognised_by_its_marks(sources: Sources) -> None:
    html = '<p><img src="https://img.ithome.com/newsuploadfiles/2022/7/a.jpg"></p>'
    nameless = replace(raw(), body=html)
    assert match_source(sources, nameless)[1] == ("body", "img.ithome.com/newsuploadfiles/")
    assert match_source(sources, nameless)[0].slug == "ithome"
    two = replace(raw(), body=html + '<img src="https://img1.mydrivers.com/img/a.jpg">')
    assert match_source(sources, two)[1] == ("none", "")
    named = replace(raw(author="乙报"), body=html)
    assert match_source(sources, named)[1] == ("author", "乙报")


@pytest.mark.parametrize(
    ("front", "slug", "matched"),
    [
        ({"author": "IT 之家"}, "ithome", ("author", "IT 之家")),
        ({"author": "it之家 "}, "ithome", ("author", "it之家")),
        ({"author": "快科技（原驱动之家）"}, "mydrivers", ("author", "快科技（原驱动之家）")),
        ({"author": "快科技(原驱动之家)"}, "mydrivers", ("author", "快科技(原驱动之家)")),
        ({"author": "快科技 - 最新新闻"}, "mydrivers", ("author", "快科技 - 最新新闻")),
        (
            {"author": "某人", "from": "https://news.mydrivers.com/1/2.htm"},
            "mydrivers",
            ("host", "mydrivers.com"),
        ),
        ({"from": "https://www.ithome.com/0/1.htm"}, "ithome", ("host", "ithome.com")),
    ],
)
def test_a_publisher_is_recognised_by_author_or_host(
    sources: Sources, front: dict[str, str], slug: str, matched: tuple[str, str]
) -> None:
    source, reason = match_source(sources, raw(**front))
    assert (source.slug, reason) == (slug, matched)
    assert source.known


@pytest.mark.parametrize(
    ("front", "name", "reason"),
    [
        ({"author": "乙报"}, "乙报", ("author", "乙报")),
        ({"author": "IT之家之友"}, "IT之家之友", ("author", "IT之家之友")),
        ({"from": "https://notithome.com/a"}, "notithome.com", ("host", "notithome.com")),
        ({"from": "https://www.yi.example.org/a"}, "yi.example.org", ("host", "www.yi.example.org")),
        ({}, "", ("none", "")),
        ({"author": "\u202e\x00"}, "", ("none", "")),
    ],
)
def test_an_unknown_publisher_gets_a_stand_in_and_never_fails(
    sources: Sources, front: dict[str, str], name: str, reason: tuple[str, str]
) -> None:
    source, matched = match_source(sources, raw(**front))
    assert not source.known
    assert (source.name, matched) == (name, reason)
    assert source.slug and source.slug.isascii()


def test_the_seeds_clocks_are_as_the_evidence_says(sources: Sources) -> None:
    stamps = {source.slug: source.clock for source in sources.every if source.clock.reason}
    assert {slug: clock.stamp for slug, clock in stamps.items()} == {
        "ithome": "as-labelled",
        "mydrivers": "local",
        "zaker": "as-labelled",
    }
    assert {clock.zone for clock in stamps.values()} == {"Asia/Shanghai"}


def test_a_sites_own_rules_add_and_replace(tmp_path: Path) -> None:
    (tmp_path / "jia.toml").write_text(HEAD, "utf-8")
    (tmp_path / "ithome.toml").write_text('name = "IT之家"\nslug = "ithome"\n', "utf-8")
    sources = load_sources(tmp_path)
    assert {source.slug for source in sources.every} == {"jia", *(source.slug for source in SHIPPED.every)}
    assert match_source(sources, raw(author="甲报网"))[0].slug == "jia"
    assert match_source(sources, raw(author="IT之家"))[0].rules == SHIPPED.everywhere.rules


def test_a_missing_folder_of_own_rules_is_no_error(tmp_path: Path) -> None:
    assert load_sources(tmp_path / "none").every == load_sources().every


RULE = '[[rules]]\naction = "drop"\nclasses = ["a"]\nreason = "r"\n'


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (HEAD + 'hots = ["x"]\n', "5", 'did you mean "hosts"'),
        (HEAD + "[clok]\n", "5", 'did you mean "clock"'),
        (HEAD + '[clock]\nstamp = "locale"\nreason = "r"\n', "6", 'did you mean "local"'),
        (HEAD + '[clock]\nstamp = "local"\nzone = "Asia/Shangai"\nreason = "r"\n', "7", "Asia/Shanghai"),
        (HEAD + '[clock]\nstamp = "local"\n', "5", "no reason"),
        (HEAD + RULE + '[[rules]]\naction = "dorp"\nid = "a"\nreason = "r"\n', "10", 'did you mean "drop"'),
        (
            HEAD + RULE + '[[rules]]\naction = "drop"\nclass = "a"\nreason = "r"\n',
            "11",
            'did you mean "classes"',
        ),
        (HEAD + '[[rules]]\naction = "drop"\nreason = "r"\n', "5", "looks for nothing"),
        (HEAD + '[[rules]]\naction = "drop"\nid = "a"\n', "5", "no reason"),
        (HEAD + '[[rules]]\naction = "harvest"\nid = "a"\nreason = "r"\n', "5", "into no field"),
        (HEAD + '[[rules]]\naction = "drop"\nclasses = "a"\nreason = "r"\n', "7", "list of texts"),
        (HEAD + '[[full_size]]\npattern = "("\nreplacement = ""\nreason = "r"\n', "6", "regular expression"),
        (HEAD + '[[examples]]\nname = "n"\nhtml = ""\n', "5", "no want"),
        (HEAD + "rules = 1\n", "5", "tables"),
        ('slug = "x"\n', "1", "no name"),
        ('name = "x\n', "1", "not valid TOML"),
    ],
)
def test_a_slip_in_a_rule_file_names_file_line_and_remedy(content: str, place: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(content, "sources/jia.toml")
    assert caught.value.where.startswith(f"sources/jia.toml:{place}:")
    assert said in str(caught.value)


def test_a_file_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(SourceError):
        load_sources(tmp_path)


# --- hooks ------------------------------------------------------------------------------------

HOOK = """
def tidy(soup):
    for box in soup.find_all("aside"):
        box.decompose()
    for old in soup.find_all("font"):
        old.unwrap()
"""


def with_hook(folder: Path, code: str, allowed: bool = True) -> Sources:
    (folder / "jia.toml").write_text(HEAD, "utf-8")
    (folder / "jia.py").write_text(code, "utf-8")
    return load_sources(folder, allow_hooks=allowed)


def hooked(folder: Path, code: str, html: str) -> Body:
    source, _ = match_source(with_hook(folder, code), raw(author="甲报"))
    return clean_body(html, source)


def test_a_program_beside_the_rules_is_not_run_unless_allowed(tmp_path: Path) -> None:
    sources = with_hook(tmp_path, "raise SystemExit", allowed=False)
    source, _ = match_source(sources, raw(author="甲报"))
    assert source.hook == "" and sources.idle_hooks == (str(tmp_path / "jia.py"),)
    assert clean_body("<p>a</p>", source).text == "a"


def test_a_hook_may_take_away_and_the_ledger_knows_what(tmp_path: Path) -> None:
    html = "<p>甲<script>s</script></p><aside>乙 丙</aside><p>丁<font>戊</font></p><aside>己</aside>"
    body = hooked(tmp_path, HOOK, html)
    assert body.html == "<p>甲</p>\n<p>丁戊</p>"
    assert [(entry.rule, entry.at, entry.text) for entry in body.removals] == [
        ("script", 1, "s"),
        ("hook:jia", 1, "乙丙"),
        ("hook:jia", 3, "己"),
    ]
    assert restore_text(body) == "甲s乙丙丁戊己"


def test_what_a_hook_makes_goes_through_the_whole_gate(tmp_path: Path) -> None:
    code = "def tidy(soup):\n    soup.p['onclick'] = 'alert(1)'\n    soup.p.name = 'svg'\n"
    assert hooked(tmp_path, code, "<p>a</p><p>b</p>").html == "<p>a</p>\n<p>b</p>"


def test_a_hook_that_adds_words_is_left_aside(tmp_path: Path) -> None:
    body = hooked(tmp_path, "def tidy(soup):\n    soup.p.append('neu')\n", "<p>a</p>")
    assert body.text == "a" and "hook" in body.refused


def test_a_change_to_a_hook_is_a_change_to_its_source(tmp_path: Path) -> None:
    first = match_source(with_hook(tmp_path, HOOK), raw(author="甲报"))[0]
    second = match_source(with_hook(tmp_path, HOOK + "#"), raw(author="甲报"))[0]
    assert repr(first) != repr(second)


def test_a_hook_of_nobody_and_a_hook_without_tidy_are_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tidy"):
        hooked(tmp_path, "x = 1", "<p>a</p>")
    (tmp_path / "nobody.py").write_text("", "utf-8")
    with pytest.raises(SourceError, match="no publisher"):
        load_sources(tmp_path, allow_hooks=True)


@given(st.text("abc", max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_what_a_hook_takes_is_found_wherever_it_stood(text: str, stays: list[bool]) -> None:
    left = "".join(letter for letter, stay in zip(text, stays, strict=False) if stay)
    runs = clean._find_taken(text, left)
    assert runs is not None
    entries = tuple(clean._enter_taken(runs, (), "x"))
    assert restore_text(Body(SafeHtml(""), left, removals=entries)) == text


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_every_shipped_reason_is_told_in_chinese(language: str) -> None:
    catalogue = read_catalogue_file(LOCALES / language / "LC_MESSAGES" / "messages.po")
    reasons = {*publishers_reasons(), *cleaner_reasons()}
    assert len(reasons) > 40
    assert [reason for reason in sorted(reasons) if not getattr(catalogue.get(reason), "string", "")] == []


def test_publishers_are_digested_once_each_however_many_ways_lead_to_them() -> None:
    sources = load_sources()
    told = repr(sources)
    assert all(told.count(f"slug={source.slug!r}") == 1 for source in sources.every)
    moved = index_sources(replace(source, authors=(*source.authors, "新名")) for source in sources.every)
    assert repr(moved) != told


def test_known_zones_are_asked_for_by_name_and_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> set[str]:
        raise AssertionError("every file of the time zones' folder is opened for that")

    monkeypatch.setattr("zoneinfo.available_timezones", fail)
    assert any(source.clock.zone for source in load_sources().every)


def test_a_site_that_is_not_chinese_knows_publishers_by_their_latin_names():
    abroad, at_home = load_sources(language="ar"), load_sources(language="zh-Hant")
    for name in ("Reuters", "路透", "路透社"):
        assert abroad.by_author[name.lower()].name == "Reuters"
        assert at_home.by_author[name.lower()].name == "路透"
    assert {source.slug for source in abroad.every} == {source.slug for source in at_home.every}
    assert abroad.by_host["36kr.com"].name == "36Kr" != at_home.by_host["36kr.com"].name
