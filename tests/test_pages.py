from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from posixpath import dirname, join, normpath

import pytest
from archives import (
    HARBOUR,
    LIGHT,
    OFFLINE,
    SITE,
    list_addresses,
    loader,
    make_archive,
    make_article,
    make_card,
    make_cards,
    publish,
    read_page,
)
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Card, Group, PageSpec, TagMark
from site_builder.outputs.lists import Day, Words, compare_tags, draw_grids, set_out, split_by_name
from site_builder.outputs.pages import list_pages, name_apart
from site_builder.outputs.stock import CARDS, ROWS, shorten, take_stock
from site_builder.outputs.subjects import TALES

MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2023, 12, 31))


def specs(cards: list[Card], **changes: object) -> dict[str, PageSpec]:
    return {spec.path: spec for spec in list_pages(make_archive(cards), SITE, loader(**changes))}


def links(path: str, text: str) -> set[str]:
    """The site paths that a page's links lead to."""
    found = set()
    for href in read_page(text).xpath("//a/@href"):
        if not href.startswith(("http", "#")):
            found.add(normpath(join(dirname(path), href.partition("#")[0])))
    return found


def clicks(site: dict[str, str]) -> dict[str, int]:
    """How many clicks each page is from the front page."""
    far = {"index.html": 0}
    todo = ["index.html"]
    while todo:
        path = todo.pop(0)
        for target in links(path, site[path]) if path.endswith(".html") else ():
            if target in site and target not in far:
                far[target] = far[path] + 1
                todo.append(target)
    return far


def test_the_site_map_names_every_kind_of_page() -> None:
    kinds = {spec.context["kind"] for spec in specs([*make_cards(3), make_card(9, None)]).values()}
    assert kinds == {
        "home", "year", "month", "day", "article", "ledger", "tag", "source",
        "search", "about", "404", "undated", "days", "thread", "styleguide",
    }  # fmt: skip


def test_a_page_is_plain_data_that_another_process_can_have() -> None:
    for spec in specs([*make_cards(70), make_card(99, None)]).values():
        assert pickle.loads(pickle.dumps(spec)) == spec


def test_every_article_is_on_its_day_its_month_and_its_year_once() -> None:
    cards = make_cards(150, step=timedelta(hours=7))
    pages = specs(cards)
    day_urls = [
        entry.url
        for spec in pages.values()
        if spec.context["kind"] == "day"
        for entry in (*spec.context["entries"], *spec.context["rows"])
    ]
    assert sorted(day_urls) == sorted(card.url for card in cards)
    for kind in ("year", "month", "day"):
        counted = sum(spec.context["count"] for spec in pages.values() if spec.context["kind"] == kind)
        assert counted == len(cards)


def test_counts_add_up_on_the_front_page() -> None:
    cards = [*make_cards(40), make_card(99, None)]
    context = specs(cards)["index.html"].context
    assert context["counts"].articles == 41
    assert sum(grid.count for grid in (*context["grids"], *context["years"])) == 40
    assert sum(link.count for link in context["sources"]) == 41
    assert sum(month.count for month in context["timeline"]) == 30


@pytest.mark.parametrize("many", [1, CARDS, CARDS + 1, ROWS + 1])
def test_no_page_shows_more_cards_than_it_may(many: int) -> None:
    start = datetime(2022, 7, 20, 23, 0)
    cards = [make_card(n, f"{start - n * timedelta(minutes=90)}") for n in range(many)]
    for path, text in publish(cards).items():
        if path.endswith(".html"):
            assert len(read_page(text).xpath("//article[contains(@class, 'card')]")) <= CARDS, path


def test_a_long_month_is_rows_and_a_very_long_one_is_days() -> None:
    start = datetime(2022, 7, 30, 23, 0)
    rows = specs([make_card(n, f"{start - n * timedelta(hours=8)}") for n in range(80)])
    assert rows["2022/07/index.html"].context["timeline"] == ()
    assert sum(len(day.headlines) for day in rows["2022/07/index.html"].context["days_listed"]) == 80
    days = specs([make_card(n, f"{start - n * timedelta(hours=2)}") for n in range(ROWS + 40)])
    listed = days["2022/07/index.html"].context["days_listed"]
    assert {day.headlines for day in listed} == {()}
    assert sum(day.count for day in listed) == ROWS + 40


def test_a_tag_with_many_articles_lists_them_all_by_year() -> None:
    pages = specs(make_cards(200, step=timedelta(days=4)))
    tag = next(spec for path, spec in pages.items() if path.startswith("tags/") and "name" in spec.context)
    years = tag.context["years"]
    assert [year.date.year for year in years] == [2022, 2021, 2020]
    held = [
        line.url for year in years for part in pages[year.url].context["pieces"] for line in part.headlines
    ]
    assert len(held) == len(set(held)) == 200


def test_many_years_are_a_grid_and_some_are_a_list() -> None:
    """A newspaper of two centuries has a front page that is no longer than its timeline."""
    for first, cells, rows in ((2010, 0, 10), (1850, 170, 0)):
        cards = [make_card(year, f"{year}-03-01 08:00:00") for year in range(first, 2023)]
        page = read_page(publish(cards)["index.html"])
        older = [f"{year}/index.html" for year in range(2019, first - 1, -1)]
        assert [page.xpath(f"//ol[@class='months']//a[@href='{url}']/b/text()") for url in older].count(
            ["1"]
        ) == cells
        assert sum(len(page.xpath(f"//ul[@class='list']//a[@href='{url}']")) for url in older) == rows


def test_a_tag_with_very_many_articles_in_a_year_lists_them_by_month() -> None:
    site = publish(make_cards(ROWS + 20, step=timedelta(hours=20)))
    months = [path for path in site if path.startswith("tags/") and path.count("-") > 1]
    rows = [row for path in months for row in read_page(site[path]).xpath("//ol[@class='rows']/li")]
    year = next(path for path in site if path.startswith("tags/") and path.endswith("/2022.html"))
    assert len(rows) == ROWS + 20
    assert set(months) <= links(year, site[year])


def test_every_article_is_at_most_three_clicks_from_the_front_page() -> None:
    cards = [*make_cards(120, step=timedelta(days=19)), make_card(999, None)]
    far = clicks(publish(cards))
    assert max(far[card.url] for card in cards) <= 3


def test_in_a_very_large_month_an_article_is_at_most_four_clicks_away() -> None:
    start = datetime(2015, 3, 20, 23, 0)
    crowd = [make_card(n, f"{start - n * timedelta(minutes=80)}", tags=()) for n in range(ROWS + 20)]
    years = [make_card(1000 + n, f"{2016 + n}-01-01 08:00:00", tags=()) for n in range(7)]
    far = clicks(publish([*crowd, *years]))
    assert max(far[card.url] for card in crowd) <= 4


def test_every_link_leads_to_a_file_of_the_site() -> None:
    cards = [*make_cards(100, step=timedelta(days=9)), make_card(999, None)]
    site = publish(cards)
    originals = {make_article(card).provenance.original for card in cards}
    for path, text in site.items():
        if path.endswith(".html"):
            assert links(path, text) <= set(site) | originals, path
    assert set(clicks(site)) >= {path for path in site if path.endswith(".html")} - {
        "404.html",
        "styleguide.html",
    }


def test_an_anchor_in_a_link_is_there() -> None:
    site = publish(make_cards(100, step=timedelta(days=9)))
    for path, text in site.items():
        for href in read_page(text).xpath("//a/@href") if path.endswith(".html") else ():
            file, _, anchor = href.partition("#")
            if anchor and not href.startswith("http"):
                target = normpath(join(dirname(path), file)) if file else path
                assert read_page(site[target]).xpath("//*[@id=$id]", id=anchor), (path, href)


def test_an_old_page_does_not_change_when_something_new_is_published() -> None:
    cards = make_cards(90, step=timedelta(days=3))
    before = publish(cards)
    news = make_card(500, "2022-08-02 10:00:00", "新闻", tags=(HARBOUR,), source=("新报", "xinbao"))
    after = publish([*cards, news])
    changed = {path for path, text in after.items() if before.get(path) != text}
    everywhere = {"index.html", "search/index.html", "feed.xml", "feed.json", "sitemap.xml"}
    subjects = {path for path in after if path.startswith(("tags/", "sources/")) and path not in before}
    neighbours = {cards[0].url, "2022/07/20/index.html", "2022/07/index.html"}
    next_days = {"days/07-20.html", "days/10-26.html"}  # a day of the year that held nothing is new
    assert changed == everywhere | subjects | neighbours | {"tags/index.html", "sources/index.html"} | {
        path for path in after if path.startswith(("2022/08", "2022/index"))
    } | {"days/index.html", "days/08-02.html", *next_days}


def test_the_addresses_for_search_engines_are_those_of_the_pages() -> None:
    cards = [*make_cards(ROWS + 30, step=timedelta(hours=17)), make_card(9999, None, has_ledger=False)]
    archive = make_archive(cards)
    shown = {spec.path for spec in list_pages(archive, SITE, make_article)} - {
        "404.html",
        "search/index.html",
        "styleguide.html",
    }
    assert sorted(list_addresses(archive)) == sorted(shown)


def test_no_two_pages_have_one_title() -> None:
    twins = [make_card(n, "2022-07-20 10:00:00", "同一个标题", tags=(LIGHT,)) for n in range(4)]
    others = [make_card(10, None, "同一个标题"), make_card(11, None, "同一个标题")]
    long = [make_card(20 + n, "2022-07-19 10:00:00", "很" * 200 + f"{n}") for n in range(2)]
    named = [make_card(30, "2022-07-18 10:00:00", tags=(TagMark("海港日报", "海港日报"),))]
    site = publish([*twins, *others, *long, *named])
    titles = Counter(
        read_page(text).findtext(".//title") for path, text in site.items() if path.endswith(".html")
    )
    assert titles.most_common(1)[0][1] == 1
    assert max(map(len, titles)) <= 160


def test_the_older_of_two_articles_keeps_its_title() -> None:
    older, newer = make_card(1, "2022-07-19 10:00:00", "雾"), make_card(2, "2022-07-20 10:00:00", "雾")
    assert name_apart(make_archive([older, newer])) == {newer.url: "2022-07-20"}


def test_an_archive_without_articles_is_still_a_site() -> None:
    site = publish([])
    assert "这里还没有文章" in site["index.html"]
    assert "undated/index.html" not in site


def test_older_and_newer_form_one_chain() -> None:
    cards = make_cards(5)
    pages = specs(cards)
    older = [pages[card.url].context["older"] for card in cards]
    newer = [pages[card.url].context["newer"] for card in cards]
    assert [link and link.url for link in older] == [*(card.url for card in cards[1:]), None]
    assert [link and link.url for link in newer] == [None, *(card.url for card in cards[:-1])]


def test_a_language_is_named_only_where_it_is_another_one() -> None:
    words = Words({}, "zh-Hans")
    assert [words.foreign(lang) for lang in ("zh-Hans", "en", "", 'en" onclick="')] == ["", "en", "", ""]


def test_gaps_of_days_grow_in_five_steps() -> None:
    steps = [Day(date(2022, 1, 1), "", (), gap).gap_step for gap in (3, 5, 6, 11, 12, 23, 24, 47, 48, 5000)]
    assert steps == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@given(st.lists(MOMENTS, max_size=40))
def test_a_timeline_shows_every_card_once_and_in_order(moments: list[datetime]) -> None:
    cards = [make_card(n, f"{when:%Y-%m-%d %H:%M:%S}", tags=()) for n, when in enumerate(moments)]
    ordered = make_archive(cards).cards
    timeline = set_out(ordered, Words({}, "zh-Hans"))
    shown = [entry.url for month in timeline for day in month.days for entry in day.entries]
    assert shown == [card.url for card in ordered]
    days = [day for month in timeline for day in month.days]
    assert sum(day.gap for day in days) == (days[0].date - days[-1].date).days if days else True


@given(st.lists(MOMENTS, min_size=1, max_size=60))
def test_calendars_hold_every_day_of_their_month_and_every_article(moments: list[datetime]) -> None:
    cards = [make_card(n, f"{when:%Y-%m-%d %H:%M:%S}", tags=()) for n, when in enumerate(moments)]
    archive = make_archive(cards)
    stock = take_stock(archive, OFFLINE, make_article)
    for month in archive.months:
        calendar = stock.calendar(month)
        cells = [cell for week in calendar.weeks for cell in week]
        numbers = [cell.number for cell in cells if cell.number]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 28
        assert {len(week) for week in calendar.weeks} == {7}
        assert sum(cell.count for cell in cells) == len(month.cards) == calendar.count
        assert cells.index(next(cell for cell in cells if cell.number)) == calendar.date.weekday()


@given(
    st.dictionaries(
        st.dates(date(2015, 1, 1), date(2023, 1, 1)).map(lambda day: day.replace(day=1)), st.integers(1, 999)
    )
)
def test_more_articles_never_have_a_paler_shade(counts: dict[date, int]) -> None:
    cells = [cell for grid in draw_grids(counts) for cell in grid.cells if cell.count]
    assert sum(cell.count for cell in cells) == sum(counts.values())
    cells.sort(key=lambda cell: cell.count)
    assert [cell.heat for cell in cells] == sorted(cell.heat for cell in cells)
    assert {cell.heat for cell in cells} <= {1, 2, 3}


def test_a_name_is_cut_only_when_it_is_too_long() -> None:
    assert shorten("雾号", 2) == "雾号"
    assert shorten("雾号响了", 3) == "雾号…"


# --- lists that grow without bound --------------------------------------------------------


def crowd(
    many: int, first: str = "2022-07-20 23:59:59", step: timedelta = timedelta(seconds=50)
) -> list[Card]:
    return make_cards(many, first, step)


def test_a_day_with_very_many_articles_is_split_into_hours_and_parts() -> None:
    pages = specs(crowd(1500))
    day = pages["2022/07/20/index.html"].context
    assert (day["entries"], day["rows"]) == ((), ())
    assert sum(hour.count for hour in day["hours"]) == day["count"] == 1500
    held = [line.url for hour in day["hours"] for line in pages[hour.url].context["rows"]]
    assert len(held) == len(set(held)) == 1500
    assert max(hour.count for hour in specs(crowd(1500, step=timedelta(seconds=5)))[
        "2022/07/20/index.html"
    ].context["hours"]) <= ROWS  # fmt: skip


def test_one_more_article_in_a_crowded_hour_changes_its_last_part_alone() -> None:
    cards = crowd(700, "2022-07-20 08:59:00", timedelta(seconds=5))
    news = make_card(9000, "2022-07-20 08:59:30", tags=())
    before, after = publish(cards), publish([*cards, news])
    changed = {path for path, text in after.items() if "/hours/" in path and before.get(path) != text}
    assert len([path for path in after if "/hours/" in path]) > 2
    assert len(changed) == 1


def test_a_publishers_crowded_month_lists_each_article_once_on_pages_that_are_not_too_long() -> None:
    pages = specs(crowd(700, "2022-07-30 23:00:00", timedelta(hours=1)))
    months = {
        path: spec.context
        for path, spec in pages.items()
        if path.startswith("sources/") and spec.context.get("span") == "month"
    }
    held = [line.url for page in months.values() for part in page["pieces"] for line in part.headlines]
    assert len(held) == len(set(held)) == 700
    long = [path for path in months if "/2022-07" in path]
    assert len(long) > 3
    assert all(part.count == len(part.headlines) for path in long for part in months[path]["pieces"])
    assert max(sum(part.count for part in page["pieces"]) for page in months.values()) <= ROWS
    assert len({months[path]["part"] for path in long}) == len(long)
    page, walked = min(long, key=len), []  # the month's own address, from which one walks to the oldest
    while page:
        walked.append(page)
        page = months[page]["older"][1] if months[page]["older"] else ""
    assert sorted(walked) == sorted(long)


def test_one_more_article_in_a_crowded_month_changes_its_newest_part_alone() -> None:
    cards = crowd(500, "2022-07-30 08:00:00", timedelta(hours=1))
    news = make_card(9000, "2022-07-30 09:00:00", tags=())
    before, after = publish(cards), publish([*cards, news])
    parts = {path for path in after if path.startswith("sources/") and "/2022-07" in path}
    own = min(parts, key=len)
    assert len(parts) > 2
    changed = {path for path in parts if before.get(path) != after[path]}
    assert changed == {own}


def test_very_many_undated_articles_are_split_by_their_names() -> None:
    cards = [make_card(number, None) for number in range(450)]
    pages = specs(cards)
    shelves = pages["undated/index.html"].context["shelves"]
    assert len(shelves) > 2
    held = [line.url for shelf in shelves for line in pages[shelf.url].context["rows"]]
    assert sorted(held) == sorted(card.url for card in cards)
    subject = next(spec.context for spec in pages.values() if spec.template == "subject.html")
    assert subject["undated"] == ()
    listed = pages[subject["more_undated"].url].context["shelves"]
    assert sum(shelf.count for shelf in listed) == 450


def test_one_more_undated_article_changes_one_piece() -> None:
    cards = [make_card(number, None, tags=()) for number in range(450)]
    before, after = publish(cards), publish([*cards, make_card(777, None, tags=())])
    pieces = {path for path, text in after.items() if "/by-name/" in path and before.get(path) != text}
    assert len(pieces) == 1


@given(st.lists(st.from_regex(r"[a-c]{1,5}", fullmatch=True), max_size=40, unique=True), st.integers(1, 6))
def test_pieces_hold_every_undated_article_once_and_are_never_too_large(names: list[str], limit: int) -> None:
    cards = [replace(make_card(0, None), id=name, url=f"undated/{name}.html") for name in names]
    pieces = split_by_name(cards, lambda held: len(held) <= limit)
    assert sorted(card.url for _, held in pieces for card in held) == sorted(card.url for card in cards)
    assert all(len(held) <= limit for _, held in pieces)
    assert len({name for name, _ in pieces}) == len(pieces)


def test_crowds_are_in_the_sitemap_and_can_be_reached() -> None:
    cards = [*crowd(650), *(make_card(9000 + number, None) for number in range(300))]
    archive = make_archive(cards)
    site = publish(cards)
    apart = {"404.html", "styleguide.html"}
    pages = {path for path in site if path.endswith(".html")}
    assert set(clicks(site)) >= pages - apart
    assert sorted(list_addresses(archive)) == sorted(pages - apart - {"search/index.html"})


def test_a_day_shows_nothing_that_another_day_changes() -> None:
    """A calendar of its month would make one article change up to thirty pages."""
    cards = make_cards(28, "2022-07-28 10:00:00")
    news = make_card(500, "2022-07-10 23:00:00", "新闻", tags=())
    before, after = publish(cards), publish([*cards, news])
    days = [path for path in after if path.count("/") == 3 and path.endswith("index.html")]
    assert [path for path in days if before.get(path) != after[path]] == ["2022/07/10/index.html"]


# --- this day, and what a month was about -------------------------------------------------


def test_a_day_of_the_year_shows_it_in_every_year() -> None:
    cards = [make_card(n, f"{year}-02-29 10:00:00") for n, year in enumerate((2012, 2016, 2020))]
    pages = specs([*cards, make_card(9, "2021-03-01 10:00:00")])
    day = pages["days/02-29.html"].context
    assert [brief.date.year for brief in day["briefs"]] == [2020, 2016, 2012]
    assert (day["count"], day["older"], day["newer"]) == (3, None, (date(2000, 3, 1), "days/03-01.html"))
    months = pages["days/index.html"].context["months"]
    assert [sum(bool(url) for _, url in days) for _, days in months] == [0, 1, 1, *[0] * 9]
    assert sum(len(days) for _, days in months) == 366


def test_a_tag_has_risen_when_its_share_has() -> None:
    words = Words({"灯塔": ("灯塔", "tags/a.html"), "港口": ("港口", "tags/b.html")}, "zh-Hans")
    before = [make_card(n, "2022-06-01 10:00:00", tags=(LIGHT,)) for n in range(2)]
    before += [make_card(10 + n, "2022-06-01 10:00:00", tags=()) for n in range(8)]
    now = [make_card(20 + n, "2022-07-01 10:00:00", tags=(LIGHT, HARBOUR)[:2]) for n in range(4)]
    now += [make_card(40 + n, "2022-07-01 10:00:00", tags=(LIGHT,) * (n < 2)) for n in range(26)]
    topics = {topic.name: topic for topic in compare_tags(now, before, words, 9)}
    assert (topics["灯塔"].count, topics["灯塔"].before, topics["灯塔"].rose) == (6, 2, False)
    assert (topics["港口"].count, topics["港口"].before, topics["港口"].rose) == (4, 0, True)


def test_a_month_is_compared_with_the_month_before_and_not_with_another_age() -> None:
    days = ["2024-02-01 10:00:00", "2024-01-31 10:00:00", "2021-07-01 10:00:00", "1605-11-05 10:00:00"]
    cards = [make_card(10 * n + m, day, tags=(LIGHT,)) for n, day in enumerate(days) for m in range(3)]
    pages = specs(cards)
    compared = {
        path: pages[f"{path}/index.html"].context["before"] for path in ("2024/02", "2024/01", "2021/07")
    }
    assert compared == {"2024/02": date(2024, 1, 1), "2024/01": None, "2021/07": None}
    assert not pages["2024/01/index.html"].context["topics"][0].rose


def test_very_many_stories_are_listed_by_when_they_began() -> None:
    cards = make_cards(2 * (TALES + 20), step=timedelta(days=1))
    stories = tuple(
        Group(pair[1].url, pair[1].title, f"threads/{pair[1].id}.html", (pair[1], pair[0]))
        for pair in zip(cards[::2], cards[1::2], strict=True)
    )
    archive = replace(make_archive(cards), threads=stories)
    pages = {spec.path: spec for spec in list_pages(archive, SITE, make_article) if "threads/" in spec.path}
    index = pages["threads/index.html"].context
    assert len(index["tales"]) == TALES
    held = [tale.url for _, _, url in index["begun"] for tale in pages[url].context["tales"]]
    assert sorted(held) == sorted(story.url for story in stories)
