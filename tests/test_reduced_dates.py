"""Dates of which only the year, or the year and the month, is known: read, shown and filed as just that."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

import pytest
from catalogues import CATALOGUES
from sites import SmallSite, read_tree

from bench.make_months import LANGUAGES
from site_builder.checks import check_site
from site_builder.dates.clock import read_date, read_period
from site_builder.model import Clock, Period, Site
from site_builder.steps.render import find_theme, make_environment


def told(stamp: str) -> str:
    if read_date(stamp, Clock(), "Asia/Shanghai").when:
        return "a day"
    known = read_period(stamp, "Asia/Shanghai").told
    return known.isoformat() if known else ""


@pytest.mark.parametrize(
    ("stamp", "want"),
    [
        ("1998", "1998"),
        ("1998-03", "1998-03"),
        ("1998/3", "1998-03"),
        ("1998.03", "1998-03"),
        ("03/1998", "1998-03"),
        ("1998-03-00", "1998-03"),
        ("1998-00-00", "1998"),
        ("1998-00-00 00:00:00", "1998"),
        ("1998-03-XX", "1998-03"),
        ("1998-XX-XX", "1998"),
        ("March 1998", "1998-03"),
        ("Mar. 1998", "1998-03"),
        ("mars 1998", "1998-03"),
        ("1998年3月", "1998-03"),
        ("一九九八年三月", "1998-03"),
        ("1998年", "1998"),
        ("昭和12年5月", "1937-05"),
        ("昭和12年", "1937"),
        ("民國87年3月", "1998-03"),
        ("1998년 3월", "1998-03"),
        ("марта 1998 г.", "1998-03"),
        ("tháng 3 năm 1998", "1998-03"),
        ("มีนาคม 2541", "1998-03"),
        ("Veröffentlicht: Mai 1923", "1923-05"),
    ],
)
def test_a_year_or_a_month_is_read_as_no_more_than_that(stamp: str, want: str) -> None:
    assert told(stamp) == want


WRITE = """
import json, sys
from datetime import date
from babel.dates import format_skeleton
days = [date(1998, month, 1) for month in range(1, 13)]
write = lambda name: [format_skeleton("yMMMM", day, locale=name) for day in days]
print(json.dumps({name: write(name) for name in sys.argv[1:]}))
"""


@lru_cache
def months_as_written(*languages: str) -> dict[str, list[str]]:
    """Let Babel write the months of 1998, in a process of its own: it changes as it is asked."""
    done = subprocess.run([sys.executable, "-c", WRITE, *languages], capture_output=True, check=True)
    written: dict[str, list[str]] = json.loads(done.stdout)
    return written


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_months_that_a_language_writes_are_read(language: str) -> None:
    for month, stamp in enumerate(months_as_written(*LANGUAGES)[language], 1):
        if "listopad" not in stamp:  # October in Croatian, November in Polish
            assert told(stamp) == f"1998-{month:02}", stamp


@pytest.mark.parametrize(
    "stamp",
    [
        "c. 1890",
        "1890?",
        "1890~",
        "189X",
        "Spring 1998",
        "1998–1999",
        "1998-99",
        "1998-13",
        "March–April 1998",
        "March 12",
        "mars",
        "31 February 1998",
        "خرداد 1401",  # begins on 22 May
        "99",
        "3000",
        "0000-00-00",
        "No. 1998",
        "199803",
        "昭和99年13月",
        "{}",
        "{} 1998",
    ],
)
def test_what_tells_neither_a_year_nor_a_month_is_refused(stamp: str) -> None:
    assert told(stamp) == ""


def article(stamp: str, title: str, more: str = "") -> str:
    head = f"title: {title}\ndate: {stamp}\nsource: Pier Post\ntags: [harbour]\n{more}"
    return f"---\n{head}---\n\n{title}. So said {title[::-1]}.\n"


STAMPS = ["1998", "1998-03", "1998-03-01", "1998-03-15 10:30", "1998-01-01", "March 1998", "1923-05", "1997"]


@pytest.fixture
def pier(make_site: Callable[..., SmallSite]) -> SmallSite:
    files = {f"a{number}.md": article(stamp, f"Lamp {number}") for number, stamp in enumerate(STAMPS)}
    return make_site(
        files, title="Pier", language="en", base_url="https://pier.example/", timezone="Asia/Tokyo"
    )


def faults(site: SmallSite) -> list[str]:
    return [f"{fault.code} {fault.path}: {fault.message}" for fault in check_site(site.out)]


def test_an_article_of_a_month_or_a_year_stands_at_its_beginning_and_invents_no_day(pier: SmallSite) -> None:
    pier.build()
    built = pier.read()
    archive = json.loads(built.files["archive.json"])["articles"]
    assert [(one["id"], one["published"][:10]) for one in archive] == [
        ("a3", "1998-03-15"),
        ("a2", "1998-03-01"),
        ("a5", "1998-03"),
        ("a1", "1998-03"),
        ("a4", "1998-01-01"),
        ("a0", "1998"),
        ("a7", "1997"),
        ("a6", "1923-05"),
    ]
    page = built.pages["1998/03/00/a1.html"].html
    times = page.select("article.h-entry time")
    assert {(time["datetime"], time.get_text()) for time in times} == {("1998-03", "March 1998")}
    assert [step.get_text(strip=True) for step in page.select(".crumb li")] == [
        "Timeline",
        "1998",
        "March",
        "Day not known",
    ]
    assert page.select_one('meta[property="article:published_time"]') is None
    assert page.select_one('meta[name="DC.date"]')["content"] == "1998-03"
    assert json.loads(page.select_one("script").string)["@graph"][0]["datePublished"] == "1998-03"
    record = page.select_one(".prov .steps").get_text(" ", strip=True)
    assert record == "1998-03 Day not known March 1998"
    assert "1998/00/00/a0.html" in built.pages
    assert "1998/00/index.html" not in built.pages
    assert not {"days/03-00.html", "days/00-00.html"} & built.pages.keys()


def test_lists_by_time_name_what_is_not_known(pier: SmallSite) -> None:
    pier.build()
    built = pier.read()
    month, year, home = (built.pages[f"{path}index.html"].html for path in ("1998/03/", "1998/", ""))
    days = [day.get_text(" ", strip=True) for day in month.select(".days .date")]
    assert days == ["March 15, 1998 15 Sunday", "March 1, 1998 1 Sunday", "Day not known"]
    headings = [heading.get_text(" ", strip=True) for heading in year.select(".brief h2")]
    assert headings == ["March 1998 4 articles", "January 1998 1 article", "Month not known 1 article"]
    assert year.select_one(".lede").get_text() == "6 articles"
    assert "since May 1923" in home.select_one(".stats").get_text()
    cells = [cell.get_text(" ", strip=True) for cell in home.select("a.cell")]
    assert "? 1 article, Month not known" in cells
    day = built.pages["1998/03/00/index.html"].html
    assert day.h1.get_text() == "March 1998 · Day not known"


def test_feeds_tell_no_moment_that_is_not_known(pier: SmallSite) -> None:
    pier.build()
    built = pier.read()
    atom = built.files["feed.xml"].decode()
    entry = next(part for part in atom.split("<entry") if "1998/03/00/a1.html" in part)
    assert "<published>" not in entry
    assert "<updated>1998-03-01T00:00:00+09:00</updated>" in entry
    items = {item["url"]: item for item in json.loads(built.files["feed.json"])["items"]}
    assert "date_published" not in items["https://pier.example/1998/03/00/a1.html"]
    assert "date_published" in items["https://pier.example/1998/03/01/a2.html"]
    sitemap = built.files["sitemap.xml"].decode()
    assert "<loc>https://pier.example/1998/03/00/a1.html</loc></url>" in sitemap


def test_a_site_with_such_dates_passes_the_check_in_every_language(pier: SmallSite) -> None:
    pier.build()
    assert faults(pier) == []
    for language, wanted in {
        "zh-Hans": "1998 年 3 月",
        "ja": "1998年3月",
        "de": "März 1998",
        "ru": "март 1998",
    }.items():
        pier.build(language=language)
        page = pier.read().pages["1998/03/00/a1.html"].html
        assert wanted in page.select_one("time.dt-published").get_text()


def test_the_day_in_a_files_name_or_an_address_counts_if_it_is_one_of_the_month(
    make_site: Callable[..., SmallSite],
) -> None:
    files = {
        "1998-03-15-lamp.md": article("1998-03", "Lamp"),
        "1999-04-15-pier.md": article("March 1998", "Pier"),
        "ship.md": article("1998", "Ship", "url: https://pier.example/1998/05/06/ship\n"),
        "boat.md": article("1998", "Boat", "url: https://pier.example/2001/05/06/boat\n"),
    }
    site = make_site(files, title="Pier", language="en")
    codes = [found.code for found in site.build().findings if found.code.startswith("date-")]
    assert sorted(codes) == ["date-from-address", "date-from-name", "date-reduced", "date-reduced"]
    assert {path[:10] for path in site.read().articles} == {
        "1998/03/15",
        "1998/03/00",
        "1998/05/06",
        "1998/00/00",
    }


def test_a_long_month_and_year_without_days_are_parted_and_an_edit_is_built_as_from_nothing(
    make_site: Callable[..., SmallSite],
) -> None:
    chance = random.Random(7)
    stamps: Mapping[str, int] = {
        "1998": 230,
        "1998-03": 230,
        "1998-03-02": 3,
        "1998-01": 2,
        "1999": 65,
        "1998-03-31": 3,
    }
    many = [stamp for stamp, count in stamps.items() for _ in range(count)]
    files = {
        f"a{number:03}.md": article(stamp, f"{chance.getrandbits(64):x} {chance.getrandbits(64):x}")
        for number, stamp in enumerate(many)
    }
    site = make_site(files, title="Pier", language="en", base_url="https://pier.example/")
    site.build()
    assert faults(site) == []
    built = site.read()
    assert {"1998/03/00/hours/00.html", "1998/00/00/hours/00-2.html"} <= built.pages.keys()
    assert {"tags/ha/harbour/1998-00.html", "tags/ha/harbour/1998-03-1.html"} <= built.pages.keys()
    assert built.pages["1998/03/00/hours/00.html"].html.h1.get_text() == "March 1998, 1"
    for edit in (
        {"a005.md": article("1998-02", "Moved")},
        {"a240.md": article("1998", "Less is known"), "b.md": article("2001", "New")},
        {"a462.md": article("", "None at all")},
    ):
        site.write(edit)
        site.build()
        site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
        assert read_tree(site.folder / "anew") == read_tree(site.out)
        assert faults(site) == []


def test_every_language_of_the_interface_writes_a_month_and_a_year() -> None:
    tongues = [path.parts[-3] for path in CATALOGUES]
    for name, months in months_as_written(*tongues).items():
        theme = find_theme(Site("", "", name.replace("_", "-"), "UTC"))
        write = make_environment(theme).filters["date"]
        assert write(Period(1998, 3), "full").replace(" ", "") == months[2].replace(" ", ""), name
        assert write(Period(1998), "full") == write(date(1998, 3, 1), "year")
        assert write(Period(1998, 3), "clock") == write(Period(1998), "only-month") == ""
