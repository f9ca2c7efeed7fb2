from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from babel import Locale
from babel.dates import format_date
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from bench.make_months import LANGUAGES
from site_builder.dates.clock import _DAY_FIRST_IN, date_in_address, date_in_name, put_day_first, read_date
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
        ("1605-07-20", "1605-07-20 00:00:00"),
        ("25 March 1850", "1850-03-25 00:00:00"),
        ("明治5年12月2日", "1872-12-02 00:00:00"),
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
        *(
            "0001-01-01T00:00:00Z",
            "1601-01-01T00:00:00Z",
            "1604-12-31",
            "2201-01-01",
            "2022-07-20 foo",
            "2022-07-20 12:00 +99:00",
        ),
        *("2022-07-20 12:00 and more", "123456789", "20 Foo 2022", "2022-07-201", "9" * 5000),
    ],
)
def test_what_is_no_date_is_refused(stamp):
    assert shown(stamp) == ("none", None)


@pytest.mark.parametrize(
    ("stamp", "want"),
    [
        ("3. Mai 2022, 10:30 Uhr", "2022-05-03 10:30:00"),
        ("Dienstag, 03. Mai 2022 um 10 Uhr", "2022-05-03 10:00:00"),
        ("mar. 3 mai 2022 à 10h30", "2022-05-03 10:30:00"),
        ("1er avril 2022", "2022-04-01 00:00:00"),
        ("Martes, 3 de mayo de 2022 a las 10:30 h", "2022-05-03 10:30:00"),
        ("terça-feira, 3 de maio de 2022 às 10h30", "2022-05-03 10:30:00"),
        ("lunedì 2 maggio 2022 ore 9.15", "2022-05-02 09:15:00"),
        ("2 maja 2022, godz. 9:15", "2022-05-02 09:15:00"),
        ("2. toukokuuta 2022 klo 9.15", "2022-05-02 09:15:00"),
        ("2022. május 3. 10:30", "2022-05-03 10:30:00"),
        ("10:30, 3 мая 2022 г.", "2022-05-03 10:30:00"),
        ("٢٠٢٢-٠٧-٢٠", "2022-07-20 00:00:00"),
        ("٣ مايو ٢٠٢٢", "2022-05-03 00:00:00"),
        ("3 كانون الثاني 2022", "2022-01-03 00:00:00"),
        ("3 במאי 2022", "2022-05-03 00:00:00"),
        ("3 मई 2022", "2022-05-03 00:00:00"),
        ("3 พฤษภาคม 2565 เวลา 10:30 น.", "2022-05-03 10:30:00"),
        ("ngày 3 tháng 5 năm 2022", "2022-05-03 00:00:00"),
        ("2022년 5월 3일 (화) 오후 1시 30분", "2022-05-03 13:30:00"),
        ("2022年5月3日（火） 午後6時30分", "2022-05-03 18:30:00"),
        ("令和4年5月3日", "2022-05-03 00:00:00"),
        ("平成元年5月3日", "1989-05-03 00:00:00"),
        ("中華民國111年5月3日 下午3:05", "2022-05-03 15:05:00"),
        ("二〇二二年十二月三十一日", "2022-12-31 00:00:00"),
        ("2023年04月18日 08:30 来源：海港晚报", "2023-04-18 08:30:00"),
        ("发布时间：2022-05-22 10:00", "2022-05-22 10:00:00"),
        ("Published: May 3, 2022", "2022-05-03 00:00:00"),
        ("Posted on 3 May 2022 by Jane", "2022-05-03 00:00:00"),
        ("2023-07-01 08:30・来自北京", "2023-07-01 08:30:00"),
        ("2023-07-01 08:30 · 来自 iPhone 客户端", "2023-07-01 08:30:00"),
        ("2024/5/3(金) 12:05配信", "2024-05-03 12:05:00"),
        ("입력 2023-10-21 07:41 | 수정 2023-10-21 09:00", "2023-10-21 07:41:00"),
        ("등록 2023.10.21. 오전 7:41", "2023-10-21 07:41:00"),
        ("15 अगस्त 2023, 10:30 बजे", "2023-08-15 10:30:00"),
        ("प्रकाशित: 15 अगस्त 2023", "2023-08-15 00:00:00"),
        ("প্রকাশ: ১৮ এপ্রিল ২০২৪, ০৭: ৩০", "2024-04-18 07:30:00"),
        ("วันที่ 3 ก.ย. 2566 เวลา 14:20 น.", "2023-09-03 14:20:00"),
        ("April 18, 2024 11:42 AM Updated 2 hours ago", "2024-04-18 11:42:00"),
        ("Publié le 18 avril 2024 à 07h30, modifié le 18 avril 2024 à 09h12", "2024-04-18 07:30:00"),
        ("18.04.2024 07:30 | Son Güncelleme: 18.04.2024 09:00", "2024-04-18 07:30:00"),
        ("18.04.2024, 07:30 Uhr, aktualisiert 19.04.2024", "2024-04-18 07:30:00"),
        ("Opublikowano: 18 kwietnia 2024, 7:30", "2024-04-18 07:30:00"),
        ("Publicerad 18 april 2024 kl. 07.30", "2024-04-18 07:30:00"),
        ("Julkaistu 18.4.2024 klo 7.30", "2024-04-18 07:30:00"),
        ("Zveřejněno 18. 4. 2024 7:30", "2024-04-18 07:30:00"),
        ("Δημοσιεύθηκε: 18 Απριλίου 2024, 07:30", "2024-04-18 07:30:00"),
        ("نشر في 14/2/2024", "2024-02-14 00:00:00"),
        ("Sep 1, 2023 · 5 min read", "2023-09-01 00:00:00"),
        ("9:30 AM · Apr 18, 2024", "2024-04-18 09:30:00"),
        ("03.05.2022 10:30", "2022-05-03 10:30:00"),
        ("23/05/2022", "2022-05-23 00:00:00"),
        ("05/23/2022", "2022-05-23 00:00:00"),
    ],
)
def test_dates_in_words_of_other_languages_and_with_labels_are_read(stamp, want):
    assert shown(stamp) == ("zoneless", want)


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("12. března 2011 10:30 | Jana Lodní", "2011-03-12 10:30:00"),
        ("تاریخ انتشار: ۱۲ خرداد ۱۴۰۱ - ۱۰:۳۰ | کد خبر: ۱۲۳۴۵", "2022-06-02 10:30:00"),
        ("Politik | 12.03.2011 10:30", "2011-03-12 10:30:00"),
        ("12.03.2011 | 13.03.2011", None),  # which of them?
    ],
)
def test_of_a_line_in_parts_the_one_that_is_a_moment_is_read(stamp, wanted):
    assert shown(stamp)[1] == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dates_that_a_language_writes_are_read(language):
    """Written by Babel from the Common Locale Data Repository's patterns, which the program does not have."""
    for month in range(1, 13):
        for width in ("long", "full"):
            stamp = format_date(date(2022, month, 3 + month), width, language)
            if "listopada" not in stamp:  # October in Croatian, November in Polish
                assert shown(stamp)[1] == f"2022-{month:02}-{3 + month:02} 00:00:00", stamp


@pytest.mark.parametrize(
    "stamp",
    [
        "04/05/2023",  # April or May
        "3 listopada 2022",  # October or November
        "3 mai 2022 irgendwann",
        "3 kaktus 2022",
        "mai 2022",
        "3 mai juin 2022",
        "31 février 2022",
        "令和99年13月1日",
        "Last updated 3 May 2022",
        "更新 2024-05-03",
        "수정 2023-10-21 09:00",
        "نشر في 10/2/2024",
    ],
)
def test_what_could_mean_two_days_or_none_is_refused(stamp):
    assert shown(stamp) == ("none", None)


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("8/17/13 11:04am", "2013-08-17 11:04:00"),
        ("Tue, 03/05/2013 - 14:22", "2013-03-05 14:22:00"),
        ("Friday, 03/05/2013", "2013-05-03 00:00:00"),
        ("Fri 03/05/13 14:22", "2013-05-03 14:22:00"),
    ],
)
def test_the_day_of_the_week_tells_which_of_two_figures_is_the_month(stamp, wanted):
    assert shown(stamp)[1] == wanted


@pytest.mark.parametrize("stamp", ["13/05/04", "04/05/13", "Sun, 04/05/2023", "05.03.19", "13/17/13"])
def test_figures_that_could_mean_two_days_are_refused_though_short_or_misnamed(stamp):
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
    assert reading.when is None or 1605 <= reading.when.year <= 2200


@pytest.mark.parametrize(
    ("path", "want"),
    [
        ("2020-07-28-標題.md", "2020-07-28"),
        ("20220720_x.txt", "2022-07-20"),
        ("2022/07/20/x.md", "2022-07-20"),
        ("2022/07/20-x.md", "2022-07-20"),
        ("news/2022年7月20日 标题.html", "2022-07-20"),
        ("2021/2023-01-05-x.md", "2023-01-05"),
        ("1850-03-25-x.md", "1850-03-25"),
    ],
)
def test_a_date_in_a_name_is_found(path, want):
    reading = date_in_name(path, BEIJING)
    assert (reading.kind, f"{reading.when:%Y-%m-%d}") == ("file-name", want)


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/news/2022/07/20/lamp.html",
        "https://a.example/2022-07-20/lamp",
        "http://a.example/2022-07/20/c_1128.htm?from=2020-01-01",
        "http://a.example/n1/2022/0720/c1001-3248.html",
        "http://a.example/gzdt/t20220720_123.html",
        "https://a.example/20220720/lamp",
        "https://a.example/2022/7/20/",
    ],
)
def test_the_day_under_which_an_original_is_filed_is_found(address):
    reading = date_in_address(address, BEIJING)
    assert (reading.kind, f"{reading.when:%Y-%m-%d}") == ("address", "2022-07-20")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://a.example/news/world-20011122",
        "https://a.example/moon-landing-1969-07-20/",
        "https://a.example/x?d=2022/07/20/",
        "https://a.example/2022/07/lamp",
        "https://a.example/2022/13/40/",
        "https://a.example/20220720",
    ],
)
def test_other_figures_in_an_address_are_no_day(address):
    assert date_in_address(address, BEIJING) is None


@pytest.mark.parametrize(
    "path",
    [
        "000_fd220ab2a309ed33.txt",
        "13053090918.md",
        "2022-13-40.md",
        "1234-56-78.md",
        "17041203.md",
        "x.md",
        "a20220720b.md",
    ],
)
def test_a_number_in_a_name_is_no_date(path):
    assert date_in_name(path, BEIJING) is None


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("٥ مايو ٢٠٢٢ ١٠:٣٠ ص", "2022-05-05 10:30+0800"),
        ("٥ مايو ٢٠٢٢ ١٠:٣٠ م", "2022-05-05 22:30+0800"),
        ("پنج‌شنبه ۱۵ اردیبهشت ۱۴۰۱ - ۱۰:۳۰", "2022-05-05 10:30+0800"),
        ("۱۴۰۱/۰۲/۱۵ ۱۰:۳۰", "2022-05-05 10:30+0800"),
        ("۳۰ اسفند ۱۳۹۹", "2021-03-20 00:00+0800"),
        ("۱ فروردین ۱۴۰۴", "2025-03-21 00:00+0800"),
        ("۲۲ بهمن ۱۳۵۷", "1979-02-11 00:00+0800"),
        ("1401/02/15", ""),
        ("2022-01-05 10:30:00 Europe/Berlin", "2022-01-05 17:30+0800"),
        ("2022-05-05T10:30:00+02:00[Europe/Berlin]", "2022-05-05 16:30+0800"),
        ("2022-05-05 10:30 Mars/Olympus", "2022-05-05 10:30+0800"),
        ("2022-05-05 - 10:30", "2022-05-05 10:30+0800"),
        ("2022-05-05+02:00", "2022-05-05 06:00+0800"),
        ("Thứ Năm, 5/5/2022, 10:30 (GMT+7)", "2022-05-05 11:30+0800"),
        ("5/5/2022, 10:30 (GMT+7)", "2022-05-05 11:30+0800"),
        ("Thursday, 05.05.2022 10:30", "2022-05-05 10:30+0800"),
        ("Do., 5.5.2022, 10.30 Uhr", "2022-05-05 10:30+0800"),
        ("5.5.2022 klo 10.30", "2022-05-05 10:30+0800"),
        ("2022. 5. 5. 오전 10:30", "2022-05-05 10:30+0800"),
        ("2022 оны 5 сарын 5", "2022-05-05 00:00+0800"),
        ("2022-يىلى 5-ئاينىڭ 5-كۈنى", "2022-05-05 00:00+0800"),
        ("5 พ.ค. 2565 10:30 น.", "2022-05-05 10:30+0800"),
        ("2022-05-05 10:30:00 +0200 CEST", "2022-05-05 16:30+0800"),
        ("Mars 05/05/2022", ""),
        ("2022年五月五日 上午10:30", "2022-05-05 10:30+0800"),
        ("2022年十二月三十一日", "2022-12-31 00:00+0800"),
        ("2022-W18-4", "2022-05-05 00:00+0800"),
        ("2022W184T10:30:00Z", "2022-05-05 18:30+0800"),
        ("2020-W53-5", "2021-01-01 00:00+0800"),
        ("2022-W53-1", ""),
        ("2022-W18", ""),
        ("الخميس 4 شوال 1443 هـ - 5 مايو 2022", "2022-05-05 00:00+0800"),
        ("4 شوال 1443هـ الموافق 5 مايو 2022م", "2022-05-05 00:00+0800"),
        ("٥ مايو ٢٠٢٢ م (٤ ذو القعدة ١٤٤٣ هـ)", "2022-05-05 00:00+0800"),
        ("5 مايو 2022 10:30 م", "2022-05-05 22:30+0800"),
        ("4 شوال 1443 هـ", ""),
    ],
)
def test_stamps_of_more_scripts_calendars_and_programs(stamp: str, wanted: str) -> None:
    when = read_date(stamp, Clock(), "Asia/Shanghai").when
    assert (f"{when:%Y-%m-%d %H:%M%z}" if when else "") == wanted


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("Tue Dec 14 10:15:00 2021 +0800", "2021-12-14T02:15:00"),  # git log
        ("Tue Dec 14 10:15:00 2021", "2021-12-14T10:15:00"),
        ("10:15, 14 December 2021 (UTC)", "2021-12-14T10:15:00"),
        ("10:15 | 14/12/2021", "2021-12-14T10:15:00"),
        ("10:15 am on December 14, 2021", "2021-12-14T10:15:00"),
        ("2021-12-14T1015Z", "2021-12-14T10:15:00"),
        ("2021-12-14T101500+0800", "2021-12-14T02:15:00"),
        ("14 Des 2021 10:15 WIB", "2021-12-14T03:15:00"),
        ("Dec. 14, 2021 10:15 a.m. ET", "2021-12-14T15:15:00"),
        ("July 14, 2021 10:15 a.m. ET", "2021-07-14T14:15:00"),
        ("Submitted on Tue, 2021-12-14 10:15", "2021-12-14T10:15:00"),
    ],
)
def test_stamps_of_logs_wikis_and_regions(stamp: str, wanted: str) -> None:
    when = read_date(stamp, Clock(), "UTC").when
    assert when is not None
    assert when.isoformat() == f"{wanted}+00:00"


@pytest.mark.parametrize(
    ("stamp", "language", "wanted"),
    [
        ("05/03/2019 14h22", "pt-BR", "2019-03-05 14:22:00"),
        ("05/03/19, 14:22", "he", "2019-03-05 14:22:00"),
        ("05.03.19", "de", "2019-03-05 00:00:00"),
        ("5/3/2019", "en-GB", "2019-03-05 00:00:00"),
        ("05-03-2019", "es_ES", "2019-03-05 00:00:00"),
        ("05/03/2019", "en-US", None),
        ("05/03/2019", "en", None),
        ("05/03/2019", "es-PR", None),
        ("05/03/2019", "zh", None),
    ],
)
def test_the_language_of_a_page_tells_that_the_day_comes_first(stamp, language, wanted):
    assert shown(put_day_first(stamp, language))[1] == wanted


@pytest.mark.parametrize("language", sorted(_DAY_FIRST_IN))
def test_languages_that_put_the_day_first_do_so_in_all_their_countries(language):
    for name in locale_identifiers():
        if name.split("_")[0] == language and name not in {"es_PR", "es_PA"} and "Deva" not in name:
            pattern = Locale.parse(name).date_formats["short"].pattern.lower()
            assert pattern.index("d") < pattern.index("m") or pattern.index("y") < pattern.index("d"), name
