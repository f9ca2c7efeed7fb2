"""Made-up entries for ``styleguide.html``, which shows each part of the theme.

In: nothing. Out: the page's context. The rule it guards: every part is shown in every form that it
can have, so that whoever changes the style sheet sees at once what it does to all pages.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from site_builder.outputs.contexts import StyleguidePage
from site_builder.outputs.kin import Story
from site_builder.outputs.lists import Calendar, Cell, Day, Entry, Grid, Headline, Link, Month

HERE = "styleguide.html"
_ZONE = timezone(timedelta(hours=8))
_NEW, _OLD = datetime(2022, 7, 20, 23, 15, tzinfo=_ZONE), datetime(2022, 6, 28, 9, 50, tzinfo=_ZONE)
_TITLES = ("港口的灯塔昨夜重新点亮：光能照到二十海里", "The keeper's log, 1912–1944, is found")
_SOURCE = Link("海港日报", HERE)


def sample_styles() -> StyleguidePage:
    """Give one of everything."""
    return StyleguidePage(
        kind="styleguide",
        timeline=(_month(_NEW, 0, 22), _month(_OLD, 1, 0)),
        rows=tuple(
            Headline(HERE, title, when, _SOURCE.name, lang)
            for title, when, lang in zip(_TITLES, (_NEW, _OLD), ("", "en"), strict=True)
        ),
        calendar=Calendar(date(2022, 7, 1), HERE, 12, _weeks()),
        grid=Grid(date(2022, 1, 1), HERE, 27, tuple(_cell(month, month % 5) for month in range(1, 13))),
        tags=tuple(Link(name, HERE, count) for name, count in (("灯塔", 31), ("港口", 8), ("Fog signal", 0))),
        story=Story(
            "灯塔复明",
            HERE,
            2,
            2,
            False,
            (
                Headline(HERE, _TITLES[1], _OLD, _SOURCE.name, "en"),
                Headline("", _TITLES[0], _NEW, _SOURCE.name),
            ),
            ("灯塔", "守塔人"),
        ),
    )


def _month(when: datetime, number: int, gap: int) -> Month:
    entry = Entry(
        HERE,
        _TITLES[number],
        when,
        _SOURCE,
        (Link("灯塔", HERE), Link("Fog signal", HERE)),
        ("守塔人说，修好透镜用了整整一个冬天。", "It was behind the stairs, wrapped in sailcloth.")[number],
        ("", "en")[number],
        "",
    )
    return Month(when.date().replace(day=1), HERE, 1, (Day(when.date(), HERE, (entry,), gap),))


def _cell(number: int, count: int) -> Cell:
    return Cell(number, count, min(3, count), HERE if count else "")


def _weeks() -> tuple[tuple[Cell, ...], ...]:
    days = [Cell(0)] * 4 + [_cell(day, day % 4) for day in range(1, 32)]
    return tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))
