"""Pictures: told from their bytes, and never looked for outside the content folder."""

import io

import pytest
from PIL import Image

from site_builder.model import Media
from site_builder.pictures import find_pictures, look_at


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
