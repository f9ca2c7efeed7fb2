"""Pictures that articles hold inside themselves: shown as those that lie beside them."""

from __future__ import annotations

import base64
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from painting import encode, gif, jpeg, png
from PIL import Image
from sites import SmallSite, read_times, read_tree, resolve

import site_builder.building.preparing
from site_builder.capture.plan import list_wanted
from site_builder.cli import run
from site_builder.errors import ArticleError, OutputError
from site_builder.formats.markdown import render_markdown
from site_builder.model import Body, Media, Source
from site_builder.pictures import embedded, encoder
from site_builder.pictures.embedded import keep_bytes, unpack_address, write_address
from site_builder.steps.clean import clean_body, whole_html
from site_builder.steps.read import WITH_PICTURES, parse_article, read_article

NOBODY = Source("", "unknown", known=False)
PNG = png(1, (40, 30))
FAR = "https://pic.example.com/a.jpg"


def held(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def plain(width: int, height: int) -> bytes:
    return encode(Image.new("RGB", (width, height), "red"), "PNG")


def clean(html: str) -> Body:
    return clean_body(html, NOBODY, origin="https://news.example.com/1.html")


def article(*bodies: str, day: int = 1, title: str = "一") -> str:
    return f"---\ntitle: {title}\ndate: 2022-07-0{day}\n---\n<p>正文。</p>" + "".join(bodies)


# --- addresses ------------------------------------------------------------------------------------

PACKED = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    "address",
    [
        held(PNG),
        held(PNG, "text/plain"),
        held(PNG, ""),
        f"DATA:image/png;charset=utf-8;BASE64,{PACKED}",
        f"data:image/png; base64 ,{PACKED}",
        f"data:image/png;base64,{PACKED.rstrip('=')}",
        f"data:image/png;base64,{PACKED}#fragment",
        f"data:image/png;base64,{quote(PACKED, safe='')}",
        f"data:image/png;base64,\n{chr(10).join(PACKED[at : at + 76] for at in range(0, len(PACKED), 76))}\n",
        f"data:image/png,{quote(PNG)}",
    ],
)
def test_an_address_gives_its_bytes_however_it_is_written(address: str) -> None:
    assert unpack_address(address) == PNG
    assert clean(f'<img src="{address}">').media[0].data == PNG


@pytest.mark.parametrize(
    "address", ["data:", "data:image/png;base64", "data:image/png;base64,", "data:;base64,="]
)
def test_an_address_of_nothing_is_none(address: str) -> None:
    assert unpack_address(address) == b""


def test_what_a_cut_left_of_an_address_is_kept_for_the_decoder_to_judge() -> None:
    for cut in range(1, 5):
        data = unpack_address(held(PNG)[: -40 - cut])
        assert len(data) > len(PNG) - 40
        assert PNG.startswith(data)


# --- cleaning -------------------------------------------------------------------------------------


def test_a_picture_inside_the_article_is_a_picture_with_its_words_and_size() -> None:
    image = f'<img src="{held(PNG)}" alt="x" title="y" width=600 height=400>'
    body = clean(f"<figure>{image}<figcaption>z</figcaption></figure>")
    assert body.html == '<figure><img src="media:0"><figcaption>z</figcaption></figure>'
    assert body.media == (Media("image", (), alt="x", title="y", width=600, height=400, data=PNG),)
    assert not body.removals
    assert whole_html(clean(whole_html(body))) == whole_html(body)
    assert clean(whole_html(body)).media == body.media


@pytest.mark.parametrize(
    "html",
    [
        f'<img srcset="{held(PNG)} 1x">',
        f'<img srcset="{held(png(2, (20, 15)))} 300w, {held(PNG)} 600w" src="">',
        f'<img srcset="{held(PNG)}">',
        f'<picture><source srcset="{held(PNG)}" type="image/png"><img src="{held(plain(9, 9))}"></picture>',
        f'<picture><source srcset="{held(b"no picture")}"><img src="{held(PNG)}"></picture>',
        f'<svg><image href="{held(PNG)}"/></svg>',
        f'<amp-img src="{held(PNG)}"></amp-img>',
        f'<img data-src="{held(PNG)}" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    ],
)
def test_a_picture_is_found_wherever_its_address_may_stand(html: str) -> None:
    assert [medium.data for medium in clean(html).media] == [PNG]


def test_two_sizes_in_one_list_of_addresses_are_two_addresses_though_each_has_a_comma() -> None:
    small, large = held(png(2, (20, 15))), held(PNG)
    assert clean(f'<img srcset="{small} 300w, {large} 600w">').media[0].data == PNG
    assert clean(f'<img srcset="{large} 600w, {small} 300w">').media[0].data == PNG


@pytest.mark.parametrize("name", ["data-src", "data-original", "data-lazy-src", "srcset", "data-srcset"])
def test_beside_a_true_address_a_small_one_only_held_its_place(name: str) -> None:
    for placeholder in (held(PNG), held(gif(1, (300, 200))), "data:image/svg+xml,%3Csvg/%3E", "data:,"):
        body = clean(f'<img src="{placeholder[:7999]}" {name}="{FAR}">')
        assert [(medium.urls, medium.data) for medium in body.media] == [((FAR,), b"")]
        assert not body.removals


def test_beside_a_true_address_a_large_picture_is_the_picture() -> None:
    (medium,) = clean(f'<img src="{held(jpeg(1))}" data-src="{FAR}">').media
    assert (medium.urls, medium.data) == ((FAR,), jpeg(1))


def test_a_picture_in_a_link_to_its_larger_version_keeps_the_link() -> None:
    (medium,) = clean(f'<a href="{FAR}"><img src="{held(PNG)}"></a>').media
    assert (medium.link, medium.data) == (FAR, PNG)


def test_a_small_picture_stands_in_its_line_and_a_large_one_alone() -> None:
    assert clean(f'<p>a<img src="{held(PNG)}">b</p>').html == '<p>a<img src="media:0">b</p>'
    large = clean(f'<p>a<img src="{held(jpeg(1))}"></p>')
    assert large.html == '<p>a</p>\n<figure><img src="media:0"></figure>'


def test_the_same_picture_for_browsers_without_scripts_is_shown_once() -> None:
    body = clean(f'<img src="{held(PNG)}"><noscript><img src="{held(PNG)}"></noscript>')
    assert len(body.media) == 1
    assert [entry.rule for entry in body.removals] == ["noscript-twin"]


SCRIPT = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><path d='M0 0h9'/></svg>"
BOMB = PNG[:16] + (60_000).to_bytes(4, "big") * 2 + PNG[24:]


@pytest.mark.parametrize(
    ("address", "rule", "word"),
    [
        (held(plain(1, 1)), "tracking-pixel", "shows nothing"),
        (held(plain(600, 2)), "tracking-pixel", "shows nothing"),
        (held(plain(2, 40)), "tracking-pixel", "shows nothing"),
        ("data:image/svg+xml,%3Csvg xmlns='x' viewBox='0 0 3 2'%3E%3C/svg%3E", "placeholder", "never loaded"),
        ("data:image/svg+xml,<svg xmlns='x'><rect fill-opacity='0'/></svg>", "placeholder", "never loaded"),
        (
            "data:image/svg+xml,<svg width='1px' height='1px'><g fill-opacity='0'/></svg>",
            "placeholder",
            "never",
        ),
        (f"data:image/svg+xml,{quote(SCRIPT)}", "no-picture", "An SVG stands"),
        (held(SCRIPT.encode(), "image/svg+xml"), "no-picture", "An SVG stands"),
        (held(SCRIPT.encode(), "image/png"), "no-picture", "An SVG stands"),
        ("data:text/html,<script>alert(1)</script>", "no-picture", "none that can be shown"),
        (held(b"<!doctype html><p>a"), "no-picture", "none that can be shown"),
        (held(b"%PDF-1.7"), "no-picture", "none that can be shown"),
        (held(b"{}"), "no-picture", "none that can be shown"),
        (held(b"\0" * 400), "no-picture", "none that can be shown"),
        ("data:image/png;base64,iVBORw0K", "no-picture", "none that can be shown"),
        ("data:image/png;base64,", "no-picture", "none that can be shown"),
        (held(BOMB), "no-picture", "none that can be shown"),
    ],
)
def test_what_is_no_picture_goes_into_the_ledger_with_its_reason(address: str, rule: str, word: str) -> None:
    body = clean(f'<p>a</p><img src="{address}">')
    assert (body.html, body.media) == ("<p>a</p>", ())
    ((entry),) = body.removals
    assert (entry.rule, entry.what) == (rule, '<img src="…">')
    assert word in entry.reason


def test_an_article_has_no_more_pictures_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    each = [f'<img src="{held(png(number, (20, 20)))}">' for number in range(6)]
    monkeypatch.setattr(embedded, "MOST", 4)
    body = clean("".join(each * 2))
    assert (len(body.media), len(body.removals)) == (8, 4)
    monkeypatch.setattr(embedded, "MOST", 100)
    monkeypatch.setattr(embedded, "MOST_PIXELS", 5 * 400)
    assert len(clean("".join(each)).media) == 5
    assert {entry.rule for entry in clean("".join(each)).removals} == {"no-picture"}


def test_a_picture_that_is_shown_ten_thousand_times_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(embedded, "unpack_address", lambda address: asked.append(address) or PNG)
    assert len(clean(f'<p>a<img src="{held(PNG)}">' * 10_000).media) == 10_000
    assert len(asked) == 1


def test_an_address_in_the_text_stays_text() -> None:
    shown = f'<p>{held(PNG)}</p>\n<pre>&lt;img src="{held(PNG)}"&gt;</pre>'
    assert clean(shown).html == shown
    code = f"`![a]({held(jpeg(1))})`"
    assert code[1:-1] in render_markdown(code)[0]


def test_markdown_shows_pictures_of_every_kind_and_in_every_form() -> None:
    large, bitmap = held(jpeg(1), "image/jpeg"), held(b"BM", "image/bmp")
    text = f"a ![b]({large}) c ![d][e]\n\n![f]({bitmap})\n\n[e]: <{held(PNG)}>\n"
    html, problem = render_markdown(text)
    assert not problem
    assert [part.split('"')[0] for part in html.split('src="')[1:]] == [large, held(PNG), bitmap]


def test_markdown_that_speaks_as_we_do_meanwhile_is_not_mistaken() -> None:
    text = f"SiteBuilderHoldsThis.0. SiteBuilderHoldsThis.7. ![b]({held(jpeg(1), 'image/jpeg')})"
    html, _ = render_markdown(text)
    assert "SiteBuilderHoldsThis.0. SiteBuilderHoldsThis.7." in html
    assert held(jpeg(1), "image/jpeg") in html


# --- reading --------------------------------------------------------------------------------------


def test_pictures_inside_do_not_count_among_the_bytes_that_a_file_may_have(tmp_path: Path) -> None:
    words, limit = "<p>正文。</p>" * 60, 2_000

    def read(body: str) -> str:
        (tmp_path / "a.html").write_text(body, "utf-8")
        return read_article(tmp_path, "a.html", limit).body

    picture = f'<img src="{held(png(1, (60, 40)), "image/png")}">'
    assert limit < len(picture) < WITH_PICTURES * limit - 1_500
    assert picture in read(words + picture)
    lines = picture.replace(
        picture[30:-30], "\n".join(picture[at : at + 76] for at in range(30, len(picture) - 30, 76))
    )
    assert read(words + lines)
    for too_large in (words * 3, words * 3 + picture, picture * 9, "data:x;base64," + "word " * 600):
        with pytest.raises(ArticleError, match="larger than 2,000 bytes"):
            read(too_large)


def test_a_body_of_many_megabytes_of_pictures_is_parsed() -> None:
    body = clean(f'<p>a</p><img src="data:image/png;base64,{PACKED.rstrip("=")}{"A" * 17_000_000}"><p>b</p>')
    assert (body.refused, body.text) == ("", "a\nb")
    assert len(body.media) == 1


GROUPED = """<!DOCTYPE html><html><head><style>:root{--sf-img-3: url("%s")}</style></head><body><p>a</p>%s"""
EMPTY = "<svg xmlns=&quot;x&quot; width='9'><rect fill-opacity=&quot;0&quot;/></svg>"


def test_a_picture_that_singlefile_wrote_once_for_two_places_stands_in_both() -> None:
    shown = (
        f'<img alt="b" src="data:image/svg+xml,{EMPTY}" style="background-image:var(--sf-img-3)!important">'
    )
    other = f'<img src="data:image/svg+xml,{EMPTY}" style="background-image:var(--sf-img-4)">'
    page = GROUPED % (held(PNG), f"{shown}<p>var(--sf-img-3)</p>{shown}{other}")
    body = clean_body(parse_article(page.encode(), "a.html").body, NOBODY, whole=True)
    assert [(medium.data, medium.alt) for medium in body.media] == [(PNG, "b"), (PNG, "b")]
    assert body.text == "a\nvar(--sf-img-3)"
    for hostile in ("<img " * 300_000, '<img "' * 300_000, "<img '" + "<img " * 300_000):
        assert parse_article((GROUPED % (held(PNG), hostile)).encode(), "a.html").body
    many = parse_article((GROUPED % (held(jpeg(1)), shown * 5_000)).encode(), "a.html")
    assert len(many.body) < 5_000 * len(shown) * 5


def test_a_blurred_preview_beside_the_true_picture_is_no_picture() -> None:
    blurred = f'<img aria-hidden="true" data-placeholder-image="" src="{held(png(1, (20, 13)))}" alt="">'
    assert [medium.urls for medium in clean(f'{blurred}<img src="{FAR}">').media] == [(FAR,)]
    large = f'<img aria-hidden="true" src="{held(jpeg(1))}">'
    assert len(clean(large).media) == 1


# --- whole sites ----------------------------------------------------------------------------------


def figure(data: bytes, name: str = "") -> str:
    address = name or held(data, "image/jpeg")
    return f'<figure><img src="{address}" alt="灯塔"><figcaption>港口</figcaption></figure>'


def test_a_page_shows_it_just_as_a_picture_that_lies_beside(make_site) -> None:
    inside = make_site({"a.md": article(figure(jpeg(1)))})
    beside = make_site({"a.md": article(figure(b"", "sun.jpg")), "sun.jpg": jpeg(1)})
    for site in (inside, beside):
        assert site.build().pictures_stored == 1
    one, other = (site.read() for site in (inside, beside))

    def shown(site) -> list[str]:
        pages = [site.pages["2022/07/01/a.html"].html.select_one("figure")]
        return [str(part) for part in (*pages, *site.pages["index.html"].html.select("article.card"))]

    assert shown(one) == shown(other)
    assert "thumb" in shown(one)[1]
    media = [
        {path: data for path, data in site.files.items() if path.startswith("media/")}
        for site in (one, other)
    ]
    assert media[0] == media[1]
    page = one.pages["2022/07/01/a.html"]
    assert one.files[resolve(page.path, str(page.html.select_one("picture").parent["href"]))] == jpeg(1)


def test_no_page_and_no_memory_holds_the_letters_of_a_picture(make_site) -> None:
    site = make_site({"a.md": article(figure(jpeg(1)))})
    site.build()
    letters = held(jpeg(1)).partition(",")[2][5000:5060].encode()
    for path, data in site.read().files.items():
        assert (letters in data) == (path == "originals/2022/07/01/a.txt"), path
    database = sqlite3.connect(site.folder / ".site-builder/cache.sqlite3")
    (size,) = database.execute("select max(length(article)) + max(length(outcome)) from outcome").fetchone()
    database.close()
    assert 0 < size < 10_000


def test_the_site_is_proved_built_again_from_itself_and_free_of_faults(make_site, capsys) -> None:
    site = make_site(
        {"a.md": article(figure(jpeg(1)), figure(png(2, (300, 200)))), "b.html": page_of(jpeg(3))}
    )
    site.build()
    assert run(["verify", str(site.out), "--rebuild", "--strict"]) == 0, capsys.readouterr()
    assert run(["check", str(site.out), "--strict"]) == 0, capsys.readouterr()


def page_of(data: bytes) -> str:
    head = "<!DOCTYPE html><html><head><title>二</title><meta name=date content=2022-07-02></head>"
    return f"{head}<body><p>正文。</p>{figure(data)}</body></html>"


def test_an_idle_build_and_an_edit_elsewhere_unpack_and_decode_nothing(make_site, monkeypatch) -> None:
    site = make_site({"a.md": article(figure(jpeg(1))), "b.md": article(day=2)})
    site.build(workers=1)
    before = read_times(site.out)
    monkeypatch.setattr(embedded, "unpack_address", lambda address: pytest.fail("unpacked again"))
    monkeypatch.setattr(encoder, "encode_apart", lambda data: pytest.fail("decoded again"))
    assert site.build(workers=1).pages_written == 0
    assert read_times(site.out) == before
    site.write({"b.md": article(day=3, title="二")})
    site.build(workers=1)
    assert {path for path in read_tree(site.out) if path.startswith("media/")} == {
        path for path in before if path.startswith("media/")
    }


def test_pictures_come_and_go_and_the_tree_is_always_that_of_a_clean_build(make_site) -> None:
    site = make_site({"a.md": article(figure(jpeg(1)))})
    edits: list[dict[str, str | bytes]] = [
        {"b.md": article(figure(jpeg(1)), figure(jpeg(2)), day=2)},
        {"a.md": article(figure(b"", "sun.jpg")), "sun.jpg": jpeg(1)},
        {"b.md": article(day=2)},
        {"a.md": article(figure(jpeg(3)))},
        {"b.md": article(figure(jpeg(3)), day=2), "a.md": article()},
    ]
    for edit in edits:
        site.build()
        site.write(edit)
    site.build()
    incremental = read_tree(site.out)
    kept = [
        path for path in (site.folder / ".site-builder/pictures/media").rglob("*.jpg") if len(path.stem) == 64
    ]
    assert len(kept) == 1
    forget(site, "public", ".site-builder")
    site.build()
    assert read_tree(site.out) == incremental


@pytest.mark.parametrize(
    "lost", [("public/media",), (".site-builder/pictures",), (".site-builder/pictures", "public")]
)
def test_a_picture_whose_file_is_lost_is_taken_out_of_its_article_again(make_site, lost) -> None:
    site = make_site({"a.md": article(figure(jpeg(1)), figure(jpeg(2)))})
    site.build()
    whole = read_tree(site.out)
    forget(site, *lost)
    (site.folder / ".site-builder/pictures/media").mkdir(parents=True, exist_ok=True)
    site.build()
    assert read_tree(site.out) == whole


def forget(site: SmallSite, *folders: str) -> None:
    for folder in folders:
        shutil.rmtree(site.folder / folder)


def test_what_cannot_be_shown_is_told_once_with_its_place(make_site) -> None:
    drawing = f'<img src="data:image/svg+xml,{quote(SCRIPT)}">'
    site = make_site({"a.md": article("\n", drawing, drawing, figure(jpeg(1)[:9_000]))})
    found = {one.code: one for one in site.build().findings}
    assert (found["picture-refused"].line, found["picture-refused"].column) == (6, 11)
    assert found["picture-refused"].message.endswith("which can hold script. (2 times)")
    assert "a.md: it cannot be decoded" in found["picture-damaged"].message
    assert b"alert(1)" not in site.read().files["2022/07/01/a.html"]


def test_capture_asks_for_no_picture_that_the_article_holds(make_site) -> None:
    held_one, placeholder = held(jpeg(1)), held(PNG)
    site = make_site(
        {
            "a.md": article(
                f'<img src="{held_one}" data-src="https://pic.example.com/1.jpg">',
                f'<img src="{placeholder}" data-src="https://pic.example.com/2.jpg">',
            )
        }
    )
    site.build()
    database = sqlite3.connect(site.folder / ".site-builder/cache.sqlite3")
    (blob,) = database.execute("select article from outcome").fetchone()
    database.close()
    made = site_builder.cache.decode_article(blob[site_builder.cache.CHECK :])
    assert [wanted.urls for wanted in list_wanted([(made, NOBODY)])] == [("https://pic.example.com/2.jpg",)]


def test_a_disk_that_takes_no_picture_is_no_fault_of_the_article(make_site, tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"):
        keep_bytes(str(tmp_path / "full" / "a.png"), PNG)
    recipe = site_builder.building.preparing.Recipe
    assert "made" not in repr(recipe("", None, None, "UTC", 1, made="x"))  # type: ignore[arg-type]


def test_a_picture_is_written_as_an_address_that_gives_it_back() -> None:
    for data in (PNG, jpeg(1), gif(2)):
        assert unpack_address(write_address(data)) == data
