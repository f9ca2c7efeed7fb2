"""Letters and saved pages in MIME: their words, their pictures, and what is told of the rest."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage

import pytest
from painting import jpeg, png

from site_builder.cli import run
from site_builder.formats.message import read_message
from site_builder.model import Source
from site_builder.steps.clean import clean_body
from site_builder.steps.read import parse_article


def letter() -> EmailMessage:
    """Write a letter with the same words twice, a picture within and a paper attached."""
    made = EmailMessage()
    made["From"], made["To"] = "Ida Hafen <ida@harbour.example>", "archive@harbour.example"
    made["Subject"], made["Date"] = (
        "灯塔点亮，全城来看：一百年来的第一次，市长致辞",
        "Thu, 05 May 2022 10:30:00 +0800",
    )
    made.set_content("灯塔 was lit.\n", charset="utf-8")
    html = '<p>灯塔 was <b>lit</b>.</p><img src="cid:lamp@harbour" srcset="https://a.example/b.png 2x">'
    made.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    made.get_payload()[1].add_related(png(1, (300, 200)), "image", "png", cid="<lamp@harbour>")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    return made


def saved_page(picture: bytes, *, style: str = "") -> bytes:
    """Write a page as Chromium saves it."""
    page = (
        f"<!DOCTYPE html><html><head><title>Lit =E2=80=94 again</title>{style}</head>"
        "<body><h1>Lit =E2=80=94 again</h1>"
        '<p>The la=\nmp.</p><img src=3D"/a.png" alt=3D"lamp"><img src=3D"/b.png"></body></html>'
    )
    head = "From: <Saved by Blink>\nSnapshot-Content-Location: https://news.example/1.html\nSubject: S\n"
    head += "Date: Fri, 6 May 2022 08:00:00 -0000\nMIME-Version: 1.0\n"
    head += 'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="--x--"\n\n\n'
    first = "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
    first += f"Content-Location: https://news.example/1.html\n\n{page}\n"
    second = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"
    second += f"Content-Location: https://news.example/a.png\n\n{base64.encodebytes(picture).decode()}\n"
    third = "Content-Type: text/css\nContent-Location: https://news.example/a.css\n\np{}\n"
    return (head + "".join(f"----x--\n{part}" for part in (first, second, third)) + "----x----\n").encode()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_letter_gives_its_words_once_its_picture_and_who_wrote_it_when(line_end: bytes) -> None:
    data = letter().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end)
    raw = parse_article(data, "a.eml")
    assert raw.front["title"] == "灯塔点亮，全城来看：一百年来的第一次，市长致辞"
    assert (raw.front["author"], raw.front["date"]) == ("Ida Hafen", "Thu, 05 May 2022 10:30:00 +0800")
    body = clean_body(raw.body, Source("", ""))
    assert body.text == "灯塔 was lit."
    assert [(medium.data, medium.urls) for medium in body.media] == [(png(1, (300, 200)), ())]
    assert [(one.code, one.message) for one in raw.findings] == [
        ("message-parts", "not shown: application/pdf")
    ]


def test_a_saved_page_says_itself_what_it_is_and_its_head_where_it_was() -> None:
    raw = parse_article(saved_page(png(1, (300, 200))), "a.mhtml")
    assert (raw.front["title"], raw.front["url"]) == ("Lit — again", "https://news.example/1.html")
    assert "date" not in raw.front, "the day on which it was saved is not its own"
    assert raw.whole
    body = clean_body(raw.body, Source("", ""), origin=raw.front["url"], title="Lit — again", whole=True)
    assert body.text == "The lamp."
    assert [(medium.data[:4], medium.urls) for medium in body.media] == [
        (b"\x89PNG", ()),
        (b"", ("https://news.example/b.png",)),
    ]
    assert not raw.findings


def test_a_letter_of_plain_text_and_one_in_another_encoding_are_read() -> None:
    head = b"MIME-Version: 1.0\nSubject: =?gb2312?B?tcbL/g==?=\nContent-Type: text/plain; charset=gb2312\n\n"
    raw = parse_article(head + "灯塔 <亮了>\n\n第二段\n".encode("gb18030"), "a.eml")
    assert (raw.front["title"], raw.encoding) == ("灯塔", "gb2312")
    assert raw.body == "<p>灯塔 &lt;亮了&gt;</p>\n<p>第二段</p>"


@pytest.mark.parametrize(
    "given",
    [
        *("charset=x-unknown", "charset=unknown-8bit", "charset=zlib", "charset=undefined", "charset=idna"),
        *('charset="a\0b"', "charset*=x'en'%zz", "charset*0*=a'b'c; charset*1=d", "charset*=%zz", "charset="),
        *("charset*" + "9" * 5_000 + "=x", "charset=punycode", "charset=\xe9", "name*" + "9" * 5_000 + "*=x"),
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "image/png", "multipart/mixed; boundary=c"])
def test_an_encoding_that_is_none_is_no_fault_of_ours(given: str, kind: str) -> None:
    part = f"\n--b\nContent-Type: {kind}; {given}\nContent-Location: a.png\n\nlámpa\n"
    page = "--b\nContent-Type: text/html\n\n<img src=a.png>lámpa\n"
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    for text in (
        head + page + part + "--b--\n",
        head + part + page,
        f"MIME-Version: 1.0\nContent-Type: {kind}; {given}\n\nlámpa\n",
    ):
        assert "lámpa" in parse_article(text.encode(), "a.eml").body


def test_what_is_attached_is_told_and_not_shown() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@harbour.example", "Lit"
    made.set_content("The lamp.\n")
    made.add_attachment(b"<p>Another text</p>", maintype="text", subtype="html", filename="a.html")
    made.add_attachment(png(1, (300, 200)), maintype="image", subtype="png", filename="a.png")
    message = read_message(made.as_bytes())
    assert message is not None
    assert (message.body.strip(), message.is_html) == ("The lamp.", False)
    assert message.left == ("text/html", "image/png")


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: a\nDate: 2022-05-05\n\nWords of a file whose head has no fences.\n",
        b"From: a\nContent-Type: text/html\n\n<p>no version</p>",
        b"MIME-Version: 1.0\nContent-Type: image/png\n\nx",
        b"---\ntitle: a\n---\nMIME-Version: 1.0\nContent-Type: text/plain\n\nx",
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x--\n",
        b"<p>MIME-Version: 1.0\nContent-Type: text/plain\n\nx",
    ],
)
def test_what_is_no_message_is_read_as_it_was(data: bytes) -> None:
    assert read_message(data) is None


HEAD = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\nSubject: x\n\n'
PICTURE = b"--b\nContent-Type: image/png\nContent-Location: a.png\n\n" + b"x" * 100_000 + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"--b\nContent-Type: text/html\n\nx\n" * 40_000,
        HEAD + b'--b\nContent-Type: multipart/mixed; boundary="b"\n\n' * 20_000,
        HEAD + b'--b\nContent-Type: multipart/mixed; boundary="b"\n\n' * 60 + b"x\n" * 200_000,
        b"MIME-Version: 1.0\nFrom: a\n" + b"Content-Type: message/rfc822\n\n" * 20_000 + b"x\n",
        b"MIME-Version: 1.0\nFrom: a\n" + b"Content-Type: message/rfc822\n\n" * 60 + b"x\n" * 200_000,
        b"MIME-Version: 1.0\n" + b"A: b\n" * 400_000 + b"Content-Type: text/plain\n\nx",
        b"MIME-Version: 1.0\nContent-Type: text/plain\nSubject: " + b"=?utf-8?B?" * 100_000 + b"\n\nx",
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed" + b"; a=b" * 500_000 + b"\n\nx",
        HEAD + b"--b\nContent-Type: text/html\n\n" + b"<img src=a.png>" * 5_000 + b"\n" + PICTURE,
        HEAD + b"--b\nContent-Type: text/html\n\n" + b"<img " * 400_000 + b"\n" + PICTURE,
    ],
)
def test_no_message_takes_long_or_grows_without_end(data: bytes) -> None:
    began = time.process_time()
    message = read_message(data)
    assert time.process_time() - began < 5
    assert message is None or len(message.body) <= 6 * len(data)


def test_a_site_of_saved_pages_and_letters_is_built_and_proved(make_site, capsys) -> None:
    site = make_site(
        {"a.mhtml": saved_page(jpeg(1)), "2022-05-05-b.eml": letter().as_bytes(), "c.mht": b"no message"}
    )
    report = site.build()
    assert (report.built, report.pictures_stored) == (3, 2)
    assert run(["verify", str(site.out), "--rebuild", "--strict"]) == 0, capsys.readouterr()
    assert run(["check", str(site.out), "--strict"]) == 0, capsys.readouterr()
    assert site.build().pages_written == 0
