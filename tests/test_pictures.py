"""Pictures: told from their bytes, and never looked for outside the content folder."""

import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Iterable

import pytest
from demo_archive import SUBJECTS, write_demo
from hypothesis import given
from hypothesis import strategies as st
from painting import encode, gif, jpeg, paint, png
from PIL import Image
from sites import SmallSite, read_times, read_tree, resolve

from site_builder.cli import run
from site_builder.model import Media
from site_builder.pictures import derive, encoder, find_pictures, look_at
from site_builder.pictures.cell import bare_environment
from site_builder.pictures.covers import says_nothing
from site_builder.pictures.derive import (
    RECIPE,
    WIDTHS,
    Made,
    UnusablePicture,
    choose_widths,
    is_cover_size,
    make_set,
)
from site_builder.pictures.lock import Attempt, append_attempt


def picture(kind: str, size: tuple[int, int] = (3, 2)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "ending"), [("PNG", ".png"), ("JPEG", ".jpg"), ("GIF", ".gif"), ("WEBP", ".webp")]
)
def test_the_bytes_tell_type_and_size(kind, ending):
    assert look_at(picture(kind)) == (ending, 3, 2)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"\x89PNG\r\n"]
)
def test_what_is_no_picture_is_none(data):
    assert look_at(data) is None


def test_a_header_that_claims_a_gigantic_picture_is_refused_without_decoding():
    data = bytearray(picture("PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    assert look_at(bytes(data)) is None


def test_an_address_from_the_root_means_the_content_folder_and_nothing_above_it(tmp_path):
    for place in ("content/img/a.png", "content/2022/img/b.png", "a.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(picture("PNG"))
    names = ("/img/a.png", "/img/b.png", "/../a.png", "/a.png", str(tmp_path / "a.png"))
    media = tuple(Media("image", (), local=name) for name in names)
    found, _ = find_pictures(str(tmp_path / "content"), "2022/x.md", media)
    assert [one.file for one in found] == ["img/a.png", "2022/img/b.png"]


def test_a_picture_beside_the_article_is_found_and_named_by_its_content(tmp_path):
    (tmp_path / "2022" / "img").mkdir(parents=True)
    (tmp_path / "2022" / "img" / "a b.png").write_bytes(picture("PNG"))
    media = (Media("image", (), local="img/a%20b.png"), Media("image", ("https://x.example/y.png",)))
    (found,), looked_for = find_pictures(str(tmp_path), "2022/post.md", media)
    assert (found.index, found.file, found.width, found.height) == (0, "2022/img/a b.png", 3, 2)
    assert found.url == f"media/{found.digest[:2]}/{found.digest}.png"
    assert looked_for == (("2022/img/a b.png", found.digest),)


def test_an_absent_picture_is_remembered_as_looked_for(tmp_path):
    assert find_pictures(str(tmp_path), "a.md", (Media("image", (), local="b.png"),)) == (
        (),
        (("b.png", ""),),
    )


@pytest.mark.parametrize(
    "address", ["../secret.png", "img/../../secret.png", "link/secret.png", "..%2fsecret.png", "a\0.png"]
)
def test_no_address_leads_out_of_the_content_folder(tmp_path, address):
    content = tmp_path / "content"
    content.mkdir()
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    (content / "link").symlink_to(tmp_path)
    assert find_pictures(str(content), "a.md", (Media("image", (), local=address),))[0] == ()


# --- what is made of a picture -------------------------------------------------------------------


def open_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def shown(data: bytes, kind: str = "image/jpeg") -> list[Made]:
    return [made for made in make_set(data) if made.type == kind and made.use == "shown"]


def test_a_photograph_comes_in_three_formats_and_up_to_four_widths_and_the_newer_are_smaller():
    made = make_set(jpeg(1, (2000, 1333)))
    sizes = {
        kind: [(one.width, one.height) for one in made if one.type == kind and one.use == "shown"]
        for kind in ("image/avif", "image/webp", "image/jpeg")
    }
    assert set(map(tuple, sizes.values())) == {((320, 213), (648, 432), (960, 640), (1296, 864))}
    for one in made:
        with open_picture(one.data) as picture:
            assert (picture.size, f"image/{picture.format.lower()}") == ((one.width, one.height), one.type)
    weights = {kind: sum(len(one.data) for one in made if one.type == kind) for kind in sizes}
    assert max(weights["image/avif"], weights["image/webp"]) < weights["image/jpeg"]


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_nothing_is_enlarged_and_a_set_has_at_most_four_widths(width, height):
    widths = choose_widths(width, height)
    assert 1 <= len(widths) <= 4
    assert sorted(set(widths)) == list(widths)
    assert max(widths) == min(width, WIDTHS[-1])


def test_an_icon_is_shown_as_it_is():
    assert make_set(png(1, (64, 64))) == ()


def test_a_long_picture_keeps_a_width_at_which_its_text_can_be_read():
    made = make_set(jpeg(2, (800, 6000)))
    assert {one.width for one in made} == {648, 800}
    assert {one.use for one in made} == {"shown"}  # and it is no cover


def test_a_format_is_left_out_where_it_cannot_hold_so_long_a_picture():
    made = make_set(encode(Image.new("RGB", (100, 17_000), "tan"), "PNG"))
    assert {one.type for one in made} == {"image/avif", "image/jpeg"}


@pytest.mark.parametrize(("orientation", "corner"), [(1, "red"), (3, "blue"), (6, "green"), (8, "yellow")])
def test_a_picture_is_set_upright(orientation, corner):
    picture = Image.new("RGB", (300, 200))
    for place, colour in (((0, 0), "red"), ((150, 0), "yellow"), ((0, 100), "green"), ((150, 100), "blue")):
        picture.paste(colour, (*place, place[0] + 150, place[1] + 100))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(picture, "JPEG", quality=95, exif=exif)
    assert look_at(data)[1:] == ((200, 300) if orientation in (6, 8) else (300, 200))
    widest = shown(data)[-1]
    assert (widest.width, widest.height) == look_at(data)[1:]
    assert_near(
        open_picture(widest.data).getpixel((20, 20)), Image.new("RGB", (1, 1), corner).getpixel((0, 0))
    )


def assert_near(found, wanted, most=24):
    assert all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True)), (found, wanted)


def test_print_colours_become_screen_colours():
    cmyk = Image.new("CMYK", (200, 150), (0, 255, 255, 0))
    (made,) = shown(encode(cmyk, "JPEG", quality=95))
    assert_near(open_picture(made.data).getpixel((50, 50)), (255, 0, 0), 40)


def test_sixteen_bits_become_eight_without_being_cut_off():
    grey = Image.new("I;16", (200, 150), 0x8000)
    (made,) = shown(encode(grey, "PNG"), "image/png")
    assert_near(open_picture(made.data).convert("RGB").getpixel((50, 50)), (128, 128, 128), 4)


def test_see_through_pictures_stay_so_and_opaque_ones_with_an_alpha_channel_get_the_light_formats():
    seen_through = paint(4, (200, 150)).convert("RGBA")
    fading = Image.linear_gradient("L").resize((200, 150))
    fading.paste(0, (0, 0, 200, 40))
    seen_through.putalpha(fading)
    made = {one.type for one in make_set(encode(seen_through, "PNG")) if one.use == "shown"}
    assert made == {"image/avif", "image/webp", "image/png"}
    assert open_picture(shown(encode(seen_through, "PNG"), "image/png")[0].data).getpixel((9, 9))[3] == 0
    opaque = paint(4, (200, 150)).convert("RGBA")
    assert {one.type for one in make_set(encode(opaque, "PNG"))} == {"image/avif", "image/webp", "image/jpeg"}


def chart(size: tuple[int, int] = (800, 500)) -> Image.Image:
    """Draw what charts and screenshots are like: few colours, hard edges, small letters."""
    from PIL import ImageDraw

    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for number in range(12):
        pen.rectangle((60 + 60 * number, 450 - 30 * number, 100 + 60 * number, 450), fill=(20, 90, 200))
        pen.text((62 + 60 * number, 455), f"20{number:02}", fill="black")
        pen.line((50, 450 - 36 * number, 780, 450 - 36 * number), fill=(220, 220, 220))
    return picture


def test_a_drawing_is_shown_without_loss_where_that_takes_fewer_bytes_as_well():
    made = make_set(encode(chart(), "PNG"))
    assert {one.type for one in made if one.use == "shown"} == {"image/webp", "image/png"}
    for one in made:
        if one.width == 800:
            with open_picture(one.data) as picture:
                assert picture.convert("RGB").tobytes() == chart().tobytes()
    lossy = make_set(encode(chart(), "JPEG", quality=95))
    assert weigh(made, "image/webp") < weigh(lossy, "image/avif")


def test_a_photograph_in_a_lossless_format_is_still_a_photograph():
    made = make_set(encode(paint(5, (800, 534)), "PNG"))
    assert {one.type for one in made} == {"image/avif", "image/webp", "image/jpeg"}


def weigh(made: Iterable[Made], kind: str) -> int:
    return sum(len(one.data) for one in made if (one.type, one.use) == (kind, "shown"))


# --- in a process of its own ---------------------------------------------------------------------


def answer_with(monkeypatch, code: str) -> None:
    """Put another program in the encoder's place, as an attacker who took it over would."""
    command = [sys.executable, "-c", "import os, sys, json, struct, time\n" + code]
    monkeypatch.setattr(encoder, "command_of", lambda module: command)
    encoder.close_encoder()


SAY = """
sys.stdin.buffer.read(9)  # the question, b"x" behind its size: who leaves before it was asked breaks the pipe
def say(**one):
    words = json.dumps({"files": [{"width": 1, "height": 1, "use": "shown", "size": 12, **one}]}).encode()
    sys.stdout.buffer.write(struct.pack(">Q", len(words)) + words + b"\\xff\\xd8\\xff" + bytes(9))
    sys.stdout.buffer.flush()
"""


def test_the_encoder_makes_what_make_set_makes_and_says_what_it_cannot_make():
    data = jpeg(1, (700, 460))
    assert encoder.encode_apart(data) == make_set(data)
    with pytest.raises(UnusablePicture, match=r"truncated|broken|cannot identify"):
        encoder.encode_apart(data[:2000])
    assert encoder.encode_apart(data) == make_set(data)
    encoder.close_encoder()


@pytest.mark.parametrize(
    "lie",
    [
        'name="/../../../../x.jpg"', 'name="-r2-320.html"', 'name="-r2-320.png"', 'name="-r2-320.jpg\\n"',
        'name="-r2-320.jpg", use="script"', 'name="-r2-320.jpg", width=-1', 'name="-r2-320.jpg", size=2**60',
        'name="-r2-320.jpg", size=-1', 'name="-r2-320.jpg", size=99', 'name=7',
    ],
)  # fmt: skip
def test_an_encoder_that_was_taken_over_can_write_nothing_elsewhere(monkeypatch, lie):
    answer_with(monkeypatch, f"{SAY}\nsay({lie})")
    with pytest.raises(UnusablePicture):
        encoder.encode_apart(b"x")
    answer_with(monkeypatch, SAY + '\nsay(name="-r2-320.jpg")')  # and the truth is believed
    assert [one.name for one in encoder.encode_apart(b"x")] == ["-r2-320.jpg"]
    encoder.close_encoder()


@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 11)", "time.sleep(60)"])
def test_a_picture_that_kills_or_stops_its_encoder_is_damaged_and_the_next_is_not(monkeypatch, end):
    monkeypatch.setattr(encoder, "SECONDS", 0.5)
    with monkeypatch.context() as broken:
        answer_with(broken, f"sys.stdin.buffer.read(9)\n{end}")
        with pytest.raises(UnusablePicture, match="took too long"):
            encoder.encode_apart(b"x")
    monkeypatch.setattr(encoder, "SECONDS", 60)
    assert encoder.encode_apart(png(1))
    encoder.close_encoder()


@pytest.mark.parametrize(
    ("deed", "problem"),
    [
        ("bytes(2 << 30)", "MemoryError"),
        ("os.write(os.open('x', os.O_CREAT | os.O_WRONLY), b'x')", "OSError"),
        ("[open('/dev/null') for _ in range(64)]", "OSError"),
    ],
)
def test_a_process_in_its_cell_has_no_memory_no_files_and_nothing_to_read_in_its_environment(
    tmp_path, deed, problem
):
    if sys.platform == "win32":
        return  # it knows no such limits
    code = (
        "import os, signal; from site_builder.pictures.cell import limit_process; limit_process()\n"
        f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nassert 'HOME' not in os.environ\n"
        f"try:\n  file = {deed}\nexcept Exception as error:\n  print(type(error).__name__)"
    )
    run = [sys.executable, "-c", code]
    told = subprocess.run(run, env=bare_environment(), cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout.strip() == problem, told


def test_a_build_decodes_no_picture_in_a_process_of_its_own(monkeypatch, tmp_path):
    site = SmallSite(tmp_path)
    site.write({"a.md": "---\ntitle: a\n---\n<p>Text.</p><p><img src='a.jpg'></p>"})
    (site.content / "a.jpg").write_bytes(jpeg(1))
    monkeypatch.setattr(Image.Image, "resize", lambda *_: pytest.fail("decoded in the build's own process"))
    site.build()
    assert list((site.out / "media").glob("??/*-r2-*.avif"))


def swapped_profile() -> bytes:
    """Write an ICC profile whose red is sRGB's green, and the other way round (ICC.1:2001, version 2)."""
    import struct

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    red, green, blue = xyz(0.4360, 0.2225, 0.0139), xyz(0.3851, 0.7169, 0.0971), xyz(0.1431, 0.0606, 0.7141)
    curve = b"curv\0\0\0\0\0\0\0\x01" + struct.pack(">H", round(2.2 * 256)) + b"\0\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 8) + b"swapped\0" + bytes(78)
    name += bytes(-len(name) % 4)
    tags = {b"desc": name, b"cprt": b"text\0\0\0\0none\0\0\0\0", b"wtpt": xyz(0.9642, 1, 0.8249)}
    tags |= {b"rXYZ": green, b"gXYZ": red, b"bXYZ": blue, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    at, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for key, value in tags.items():
        table += key + struct.pack(">II", at + len(body), len(value))
        body += value
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 63190, 65536, 54061) + bytes(48)
    return head + table + body


def test_colours_are_what_the_profile_of_the_file_says_they_are():
    green = Image.new("RGB", (200, 150), (0, 255, 0))
    (made,) = shown(encode(green, "JPEG", quality=95, icc_profile=swapped_profile()))
    with open_picture(made.data) as picture:
        assert_near(picture.getpixel((50, 50)), (255, 0, 0), 40)
        assert "icc_profile" not in picture.info


def test_a_profile_that_cannot_be_used_is_passed_over():
    data = encode(paint(1, (200, 150)), "JPEG", icc_profile=b"not a profile" * 20)
    assert len(shown(data)) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_but_pixels_is_published_of_where_and_by_whom_a_picture_was_taken(kind):
    exif = Image.Exif()
    exif[0x013B] = "Zhang Secret"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 6.0), 3: "E", 4: (121.0, 28.0, 9.0)})
    more = {"comment": b"Zhang Secret"} if kind == "JPEG" else {}
    data = encode(paint(3, (400, 300)), kind, exif=exif, xmp=b"<x>Zhang Secret</x>", **more)
    assert b"Zhang Secret" in data
    for made in make_set(data):
        assert b"Zhang" not in made.data
        with open_picture(made.data) as picture:
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(picture.info), made.name
            assert dict(picture.getexif()) == {}


def test_a_text_inside_a_png_goes_no_further():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Zhang Secret")
    seen_through = Image.new("RGBA", (200, 150), (1, 2, 3, 4))
    data = encode(seen_through, "PNG", pnginfo=info)
    assert b"Zhang" in data
    assert all(b"Zhang" not in made.data for made in make_set(data))


def test_an_animation_has_stills_and_moves_as_webp_where_that_is_smaller():
    data = gif(8, (320, 240))
    made = make_set(data)
    (moving,) = [one for one in made if one.use == "moving"]
    assert len(moving.data) < len(data)
    with open_picture(moving.data) as picture:
        assert (picture.n_frames, picture.size) == (8, (320, 240))
    assert {one.type for one in made if one.use == "still"} == {"image/avif", "image/webp", "image/jpeg"}
    flat = [Image.new("P", (120, 90), shade) for shade in (0, 255)]
    tiny = encode(flat[0], "GIF", save_all=True, append_images=flat[1:], duration=50)
    assert "moving" not in {one.use for one in make_set(tiny)}


def test_the_same_bytes_give_the_same_files_in_any_process():
    import subprocess
    import sys

    from sites import ROOT

    code = (
        "import sys, hashlib; from site_builder.pictures.derive import make_set\n"
        "print(hashlib.sha256(b''.join(m.data for m in make_set(sys.stdin.buffer.read()))).hexdigest())"
    )
    data = jpeg(4, (700, 466))
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, cwd=ROOT, check=True)
    here = hashlib.sha256(b"".join(made.data for made in make_set(data))).hexdigest()
    assert done.stdout.decode().strip() == here


def test_the_name_of_the_recipe_changes_when_the_recipe_does():
    said = (
        RECIPE,
        WIDTHS,
        derive._AVIF,
        derive._WEBP,
        derive._JPEG,
        derive._PNG,
        derive._EXACT,
        derive.COLOURS,
        derive._MOVING,
        derive.COVER,
    )
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:12]
    assert digest == "1deef8b196c6", "raise RECIPE, then write the new digest here"


@pytest.mark.parametrize("data", [b"", b"GIF89a", jpeg(1)[:600], b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_cannot_be_decoded_is_said_so(data):
    with pytest.raises(UnusablePicture):
        make_set(data)


# --- covers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://www.publisher.example/static/loadimg.gif",
        "https://picsum.photos/600/400",
        "https://www.publisher.example/article/undefined",
        "https://www.publisher.example/images/logo.png?v=2",
        "https://www.publisher.example/img/site-logo.jpg",
        "https://www.publisher.example/avatar/0001.jpg/default.jpg",
        "https://www.publisher.example/qrcode_258.jpg",
    ],
)
def test_a_placeholder_or_logo_says_nothing(url):
    assert says_nothing(Media("image", (url,)))


@pytest.mark.parametrize(
    "url",
    [
        "https://img.publisher.example/2022/07/20/s_0a1b2c.jpg",
        "https://img.publisher.example/blanket-sale.jpg",
        "https://img.publisher.example/logo-history-of-apple.jpg/view.jpg",
        "https://img.publisher.example/小米徕卡.png",
    ],
)
def test_a_picture_of_the_article_says_something(url):
    assert not says_nothing(Media("image", (url,)))


@pytest.mark.parametrize(
    ("size", "fit"),
    [((600, 400), True), ((240, 160), True), ((200, 150), False), ((1000, 90), False), ((500, 2000), False)],
)
def test_only_a_picture_of_a_fit_shape_is_a_cover(size, fit):
    assert is_cover_size(*size) is fit
    assert any(made.use == "cover" for made in make_set(jpeg(1, size))) is fit


# --- pictures in a built site ------------------------------------------------------------------------


def article(title: str, *pictures: str, day: int = 1) -> str:
    text = SUBJECTS[day % len(SUBJECTS)] * 3  # each its own: reprints show no cover
    body = "".join(f'<p>{text}。</p><p><img src="{name}" alt="{name}"></p>' for name in pictures)
    return f"---\ntitle: {title}\ndate: 2022-07-{day:02} 10:00:00 +0800\nauthor: 试验\n---\n{body}\n"


def covers_of(site) -> dict[str, str]:
    home = site.read().pages["index.html"].html
    cards = home.select("article.card")
    return {
        card.select_one(".p-name").get_text(strip=True): str(image["src"])
        if (image := card.select_one("img.thumb"))
        else ""
        for card in cards
    }


def test_a_page_offers_every_format_with_the_true_size_and_links_the_original(make_site):
    site = make_site(
        {"a.md": article("一", "sun.jpg", "hill.jpg"), "sun.jpg": jpeg(1, (900, 600)), "hill.jpg": jpeg(2)}
    )
    assert site.build().pictures_stored == 2
    built = site.read()
    page = built.pages["2022/07/01/a.html"]
    first, second = page.html.select("picture")
    assert [source["type"] for source in first.select("source")] == ["image/avif", "image/webp"]
    image = first.select_one("img")
    assert (image["width"], image["height"]) == ("900", "600")
    assert (image.get("fetchpriority"), image.get("loading"), image["decoding"]) == ("high", None, "async")
    late = second.select_one("img")
    assert (late.get("fetchpriority"), late.get("loading")) == (None, "lazy")
    original = resolve(page.path, str(first.parent["href"]))
    assert built.files[original] == jpeg(1, (900, 600))
    for source in page.html.select("source, picture img"):
        for choice in str(source["srcset"]).split(", "):
            url, width = choice.split(" ")
            with open_picture(built.files[resolve(page.path, url)]) as file:
                assert f"{file.width}w" == width


def test_the_manifest_of_the_pictures_is_true_and_the_sites_manifest_names_it(make_site):
    site = make_site({"a.md": article("一", "sun.jpg"), "sun.jpg": jpeg(1)})
    site.build()
    files = site.read().files

    def listed(manifest: str, folder: str = "") -> dict[str, str]:
        lines = files[manifest].decode().splitlines()
        return {folder + line.partition("  ")[2]: line.partition("  ")[0] for line in lines}

    whole = listed("manifest-sha256.txt") | listed("media/manifest-sha256.txt", "media/")
    assert whole == {
        path: hashlib.sha256(data).hexdigest()
        for path, data in files.items()
        if path != "manifest-sha256.txt"
    }


def test_a_second_build_makes_and_writes_nothing(make_site, monkeypatch):
    site = make_site({"a.md": article("一", "sun.jpg"), "sun.jpg": jpeg(1)})
    site.build()
    before = read_times(site.out)
    monkeypatch.setattr(encoder, "encode_apart", lambda data: pytest.fail("made again"))
    assert site.build().pages_written == 0
    assert read_times(site.out) == before


def test_pictures_come_and_go_and_the_tree_is_always_that_of_a_clean_build(make_site):
    site = make_site({"a.md": article("一", "sun.jpg"), "sun.jpg": jpeg(1)})
    edits = [
        {"b.md": article("二", "sun.jpg", "hill.jpg", day=2), "hill.jpg": jpeg(2)},
        {"sun.jpg": jpeg(3)},
        {"b.md": article("二", day=2)},
        {"a.md": article("一")},
    ]
    for edit in edits:
        site.build()
        site.write(edit)
    site.build()
    assert not (site.out / "media").exists()
    for edit in ({"a.md": article("一", "sun.jpg")}, {"sun.jpg": jpeg(4, (400, 300))}):
        site.write(edit)
        site.build()
    incremental = read_tree(site.out)
    shutil.rmtree(site.out)
    shutil.rmtree(site.folder / ".site-builder")
    site.build()
    assert read_tree(site.out) == incremental


@pytest.mark.parametrize("lost", ["public/media", ".site-builder/pictures/media", "one file", "the gallery"])
def test_whatever_was_lost_or_damaged_is_made_again(make_site, lost):
    site = make_site({"a.md": article("一", "sun.jpg", "hill.jpg"), "sun.jpg": jpeg(1), "hill.jpg": jpeg(2)})
    site.build()
    whole = read_tree(site.out)
    if lost == "one file":
        next((site.out / "media").glob("??/*-640.avif")).unlink()
    elif lost == "the gallery":
        (site.folder / ".site-builder/pictures/gallery.sqlite3").write_bytes(b"no database")
    else:
        shutil.rmtree(site.folder / lost)
    site.build()
    assert read_tree(site.out) == whole
    if lost == ".site-builder/pictures/media":
        shutil.rmtree(site.out)
        site.build()
        assert read_tree(site.out) == whole


def store(site, url: str, data: bytes) -> Attempt:
    """Put a picture into the site's store and lock, as a capture would."""
    ending, width, height = look_at(data)
    digest = hashlib.sha256(data).hexdigest()
    attempt = Attempt(
        url,
        "2026-11-21T10:00:00Z",
        "kept",
        code=200,
        digest=digest,
        ending=ending,
        width=width,
        height=height,
    )
    file = site.folder / "media" / attempt.file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    append_attempt(site.folder / "media.lock", attempt)
    return attempt


def test_a_stored_picture_is_shown_and_one_that_left_the_store_is_a_slip_with_a_finding(make_site):
    url = "https://img.publisher.example/sun.jpg"
    site = make_site({"a.md": article("一", url)})
    site.build()
    assert site.read().pages["2022/07/01/a.html"].html.select(".slip")
    attempt = store(site, url, jpeg(1))
    report = site.build()
    assert (report.pictures_stored, report.pictures_missing) == (1, 0)
    assert site.read().pages["2022/07/01/a.html"].html.select("picture")

    (site.folder / "media" / attempt.file).unlink()
    shutil.rmtree(site.folder / ".site-builder")
    shutil.rmtree(site.out)
    report = site.build()
    assert [found.code for found in report.findings if found.code.startswith("picture")] == ["picture-absent"]
    page = site.read().pages["2022/07/01/a.html"].html
    assert (len(page.select("picture")), len(page.select(".slip"))) == (0, 1)
    store(site, url, jpeg(1))
    assert site.build().pictures_stored == 1
    assert site.read().pages["2022/07/01/a.html"].html.select("picture")


def test_a_file_of_the_store_that_holds_other_bytes_is_not_published(make_site):
    url = "https://img.publisher.example/sun.jpg"
    site = make_site({"a.md": article("一", url)})
    attempt = store(site, url, jpeg(1))
    (site.folder / "media" / attempt.file).write_bytes(jpeg(2))
    report = site.build()
    assert "picture-absent" in {found.code for found in report.findings}
    assert not any(path.startswith("media/") for path in site.read().files)


def test_a_slip_says_when_it_was_asked_for_and_what_came_of_it(make_site):
    url = "https://img.publisher.example/sun.jpg"
    site = make_site({"a.md": article("一", url)})
    site.build()
    for day, fate in ((20, "failed"), (21, "gone")):
        append_attempt(site.folder / "media.lock", Attempt(url, f"2026-11-{day}T10:00:00Z", fate, code=404))
    site.build()
    assert (
        "2026-11-21 查询：原处已无此图"
        in site.read().pages["2022/07/01/a.html"].html.select_one(".slip").get_text()
    )


def test_cards_show_a_telling_picture_and_never_a_placeholder_or_one_that_all_share(make_site):
    files = {
        f"{n}.md": article(f"第{n}篇", "shared.jpg", "logo.png", f"{n}.jpg", day=n + 1) for n in range(3)
    }
    files |= {f"{n}.jpg": jpeg(n, (600, 400)) for n in range(3)}
    files |= {
        "shared.jpg": jpeg(50, (600, 400)),
        "logo.png": png(60, (600, 400)),
        "9.md": article("无图", "logo.png", day=9),
    }
    site = make_site(files)
    site.build()
    wanted = {f"第{n}篇": hashlib.sha256(jpeg(n, (600, 400))).hexdigest()[:20] for n in range(3)} | {
        "无图": ""
    }
    found = covers_of(site)
    assert set(found) == set(wanted)
    assert all(
        digest in found[title] and bool(digest) == bool(found[title]) for title, digest in wanted.items()
    )


def test_a_damaged_picture_is_published_as_it_is_with_a_finding(make_site):
    site = make_site({"a.md": article("一", "sun.jpg"), "sun.jpg": jpeg(1)[:-8000]})
    for _ in range(2):  # the finding is not only that of the build that met it
        assert "picture-damaged" in {found.code for found in site.build().findings}
    page = site.read().pages["2022/07/01/a.html"]
    assert not page.html.select("picture")
    assert str(page.html.select_one(".prose img")["src"]).endswith(".jpg")


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> SmallSite:
    """The demonstration archive, built."""
    site = SmallSite(write_demo(tmp_path_factory.mktemp("demo")))
    site.build()
    return site


def test_the_demonstration_archive_has_covers_captions_and_dated_slips(demo):
    covers = covers_of(demo)
    assert len(covers) == 5
    assert all(covers.values())
    page = demo.read().pages["2022/05/23/demo-0.html"].html
    photo, moving = page.select("figure:has(picture)")
    assert photo.select_one("figcaption").get_text() == "清晨的灯塔"  # it stays with its picture
    assert photo.select_one("img")["alt"] == ""  # it repeated the title
    assert moving.select_one("img")["alt"] == "远处的景象"
    assert str(moving.select_one("img")["src"]).endswith(".gif")
    assert "2026-11-21 查询" in page.select_one(".slip").get_text()
    icon = page.select_one("p > img.inline")
    assert (icon["width"], icon["height"]) == ("24", "24")


def test_the_demonstration_archive_passes_the_programs_own_checks(demo, capsys):
    assert run(["check", str(demo.out)]) == 0
    assert run(["verify", str(demo.out)]) == 0
    capsys.readouterr()


# --- in a browser -------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_browser_takes_the_file_that_suits_it_and_nothing_moves_when_it_comes(make_site, browser, loopback):
    site = make_site(
        {
            "a.md": article("一", "sun.jpg", "sky.gif", "long.jpg"),
            "sun.jpg": jpeg(1, (1600, 1067)),
            "sky.gif": gif(8, (320, 240)),
            "long.jpg": jpeg(3, (800, 5000)),
        }
    )
    site.build()
    address = loopback(site.out) + "2022/07/01/a.html"

    def look(width: int, density: float, motion: str) -> tuple[list[str], float]:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, device_scale_factor=density, reduced_motion=motion
        )
        page = context.new_page()
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
            " window.shift += entry.value }).observe({type: 'layout-shift', buffered: true})"
        )
        page.goto(address, wait_until="load")
        page.evaluate(
            "async () => { for (const image of document.images) {"
            " image.loading = 'eager'; await image.decode() } }"
        )
        wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        names = page.evaluate("[...document.querySelectorAll('.prose img')].map(image => image.currentSrc)")
        shift = page.evaluate("window.shift")
        context.close()
        assert wide
        return [str(name).rpartition("/")[2].partition("-")[2] for name in names], shift

    assert look(1280, 1, "no-preference") == (["r2-648.avif", "r2-moving.webp", "r2-648.avif"], 0)
    assert look(1280, 2, "reduce") == (["r2-1296.avif", "r2-320.avif", "r2-800.avif"], 0)
    assert look(360, 1, "no-preference") == (["r2-320.avif", "r2-moving.webp", "r2-648.avif"], 0)
