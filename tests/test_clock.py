from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.clock import date_in_name, read_date
from site_builder.model import Clock

BEIJING = "Asia/Shanghai"
AS_LABELLED = Clock()
LOCAL = Clock("local", BEIJING, "writes Beijing time and calls it GMT")
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))


def shown(stamp, clock=AS_LABELLED, zone=BEIJING):
    reading = read_date(stamp, clock, zone)
    return reading.kind, reading.when and f"{reading.when:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("stamp", "clock", "want"),
    [
        ("Mon, 23 May 2022 16:31:40 GMT", LOCAL, ("local", "2022-05-23 16:31:40")),
        ("Sat, 28 May 2022 11:37:28 GMT", LOCAL, ("local", "2022-05-28 11:37:28")),
        ("Sat, 04 Jun 2022 20:42:05 GMT", LOCAL, ("local", "2022-06-04 20:42:05")),
        ("Tue, 28 Jun 2022 01:50:00 GMT", AS_LABELLED, ("as-labelled", "2022-06-28 09:50:00")),
        ("Wed, 20 Jul 2022 15:15:52 GMT", AS_LABELLED, ("as-labelled", "2022-07-20 23:15:52")),
    ],
)
def test_the_seeds_stand_at_their_true_times(stamp, clock, want):
    assert shown(stamp, clock) == want


@pytest.mark.parametrize(
    "stamp",
    [
        "2022-07-20T15:15:52Z",
        "2022-07-20 15:15:52.000Z",
        "2022-07-20T23:15:52+08:00",
        "2022-07-20 23:15:52 +0800",
        "2022-7-20 23:15:52 +0800",
        "20220720T151552Z",
        "Wed, 20 Jul 2022 23:15:52 +0800",
        "20 Jul 2022 15:15:52 UT",
        "Wednesday, 20-Jul-22 15:15:52 GMT",
        "Tue, 20 Jul 2022 15:15:52 GMT",
        "July 20, 2022 11:15:52 am EDT",
        "Wed Jul 20 2022 23:15:52 GMT+0800 (中国标准时间)",
        "Wed Jul 20 15:15:52 UTC 2022",
        "２０２２-07-20 23：15：52 +0800",
        "2022年7月20日 23:15:52 北京时间",
    ],
)
def test_labelled_stamps_of_one_moment_agree(stamp):
    assert shown(stamp) == ("as-labelled", "2022-07-20 23:15:52")


@pytest.mark.parametrize(
    ("stamp", "want"),
    [
        ("2022-07-20 23:15:52", "2022-07-20 23:15:52"),
        ("2022/7/20 23:15", "2022-07-20 23:15:00"),
        ("2022.7.20", "2022-07-20 00:00:00"),
        ("20220720", "2022-07-20 00:00:00"),
        ("20220720231552", "2022-07-20 23:15:52"),
        ("2022年1月9日 7:05", "2022-01-09 07:05:00"),
        ("2022年1月9日 下午7:05", "2022-01-09 19:05:00"),
        ("2022年1月9日（周日）晚上11点05分", "2022-01-09 23:05:00"),
        ("2022年1月9日 上午12:05", "2022-01-09 00:05:00"),
        ("2022年1月9日 凌晨12时", "2022-01-09 00:00:00"),
        ("2022年1月9日 晚上12点", "2022-01-10 00:00:00"),
        ("2022年1月9日 中午12:30", "2022-01-09 12:30:00"),
        ("July 20, 2022 11:15 pm", "2022-07-20 23:15:00"),
        ("July 20th, 2022 at 12:15 a.m.", "2022-07-20 00:15:00"),
        ("20 Jul 2022", "2022-07-20 00:00:00"),
        ("Wed Jul 20 23:15:52 2022", "2022-07-20 23:15:52"),
        ("2022-07-20 23:15:52 CST", "2022-07-20 23:15:52"),
        ("2022-07-20 24:00", "2022-07-21 00:00:00"),
        ("2016-12-31 23:59:60", "2016-12-31 23:59:59"),
    ],
)
def test_zoneless_stamps_are_read_in_the_sites_zone(stamp, want):
    assert shown(stamp) == ("zoneless", want)


@pytest.mark.parametrize(
    "stamp",
    [
        *(
            "",
            " ",
            "Invalid Date",
            "undefined",
            "null",
            "昨天",
            "3小时前",
            "1:30",
            "2022",
            "12_00",
            "1936",
            "-1",
        ),
        *("2022-02-30", "2022-13-01", "2022-07-20 25:00", "2022-07-20 10:61", "20221399", "9999-12-31"),
        *("0001-01-01T00:00:00Z", "1899-12-31", "2201-01-01", "2022-07-20 foo", "2022-07-20 12:00 +99:00"),
        *("2022-07-20 12:00 and more", "123456789", "20 Foo 2022", "2022-07-201", "٢٠٢٢-٠٧-٢٠", "9" * 5000),
    ],
)
def test_what_is_no_date_is_refused(stamp):
    assert shown(stamp) == ("none", None)


def test_an_epoch_is_absolute_even_with_a_local_clock():
    for stamp in ("1658330152", "1658330152000", "1658330152000000", "1658330152.5"):
        assert shown(stamp, LOCAL) == ("epoch", "2022-07-20 23:15:52")


def test_a_reading_says_how_it_came_about():
    reading = read_date("Mon, 23 May 2022 16:31:40 GMT", LOCAL, BEIJING)
    assert (reading.stamp, reading.zone, reading.reason) == (
        "Mon, 23 May 2022 16:31:40 GMT",
        BEIJING,
        "writes Beijing time and calls it GMT",
    )
    assert read_date("2022-07-20 23:15 CST", AS_LABELLED, BEIJING).reason == "CST names no single zone"


def test_the_publishers_zone_and_the_sites_zone_may_differ():
    assert shown("2022-07-20 09:00", Clock("as-labelled", "Europe/Berlin")) == (
        "zoneless",
        "2022-07-20 15:00:00",
    )
    assert shown("2022-07-20 09:00", LOCAL, "UTC") == ("zoneless", "2022-07-20 01:00:00")


def test_a_wall_clock_that_summer_time_skips_or_repeats_has_one_reading():
    assert shown("2022-03-27 02:30", zone="Europe/Berlin") == ("zoneless", "2022-03-27 03:30:00")
    repeated = read_date("2022-10-30 02:30", AS_LABELLED, "Europe/Berlin").when
    assert repeated.utcoffset() == timedelta(hours=2)


@given(MOMENTS, st.integers(-12 * 60, 14 * 60))
def test_what_programs_write_is_read_back(moment, minutes):
    moment = moment.replace(microsecond=0).astimezone(timezone(timedelta(minutes=minutes)))
    for stamp in (
        moment.isoformat(),
        moment.isoformat(" "),
        format_datetime(moment),
        f"{moment:%Y-%m-%d %H:%M:%S %z}",
    ):
        assert read_date(stamp, AS_LABELLED, BEIJING).when == moment


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(stamp):
    for clock in (AS_LABELLED, LOCAL):
        reading = read_date(stamp, clock, BEIJING)
        assert (reading.when is None) == (reading.kind == "none")


@given(st.text("0123456789-/:. TZ年月日上午PMJuly+,", max_size=40))
def test_almost_dates_are_read_or_refused(stamp):
    reading = read_date(stamp, AS_LABELLED, BEIJING)
    assert reading.when is None or 1900 <= reading.when.year <= 2200


@pytest.mark.parametrize(
    ("path", "want"),
    [
        ("2020-07-28-標題.md", "2020-07-28"),
        ("20220720_x.txt", "2022-07-20"),
        ("2022/07/20/x.md", "2022-07-20"),
        ("2022/07/20-x.md", "2022-07-20"),
        ("news/2022年7月20日 标题.html", "2022-07-20"),
        ("2021/2023-01-05-x.md", "2023-01-05"),
    ],
)
def test_a_date_in_a_name_is_found(path, want):
    reading = date_in_name(path, BEIJING)
    assert (reading.kind, f"{reading.when:%Y-%m-%d}") == ("file-name", want)


@pytest.mark.parametrize(
    "path",
    ["000_fd220ab2a309ed33.txt", "13053090918.md", "2022-13-40.md", "1234-56-78.md", "x.md", "a20220720b.md"],
)
def test_a_number_in_a_name_is_no_date(path):
    assert date_in_name(path, BEIJING) is None
