"""One picture becomes the set of files that browsers choose from.

In: the bytes of a picture. Out: ``Made``: AVIF, WebP and JPEG (PNG where it is transparent) in up
to four widths, and a small cover; of a drawing or a screenshot, lossless WebP and PNG. Pure: the
same bytes, recipe and libraries give the same files. The rules it guards: nothing is enlarged;
nothing but pixels goes in (no place, no name, no colour profile: colours become sRGB); and a
picture that lies on its side is set upright.

Measured on two photographs of 1280 x 853 (CPU ms a megapixel / bytes): AVIF at speed 9 50 / 84 K, at
speed 6 640 / 78 K; WebP at method 0 23 / 137 K, at method 4 70 / 108 K; JPEG 3 / 189 K. So AVIF, which
today's browsers all take, has speed 9, and the older formats take the least work. Without adaptive
quantisation and matrices AVIF needs 44 in place of 53 ms (1296 px) for the same bytes at the same
PSNR. Each width is made from the next wider one with Hamming's filter: 34 ms in place of 92 with
Lanczos from the widest. Pillow and pyvips use the same encoders and need the same time; Pillow
stays, being there already and having half of the code that could be attacked.
``bench/pictures.py`` measures it again.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_builder.pictures import KINDS, MAX_PIXELS, lies_on_its_side

if TYPE_CHECKING:
    from PIL import Image

RECIPE = "r2"
"""Part of every file's name; raised when anything below changes what the files hold."""

WIDTHS = (320, 648, 960, 1296)
"""Pixels: a small phone's column, the article's column, a phone's at its density, twice the column."""

SMALL = 96
"""A picture no larger is shown as it is: an icon gains nothing."""

TALL = 3
"""From this ratio on a picture is a long one (长图), whose text must stay readable: never narrow."""

MOVING_PIXELS = 40_000_000
"""All frames together, beyond which an animation is only kept, not encoded anew."""

COVER = (240, 180)
"""Pixels: a card shows 120 x 90."""

DRAWN = frozenset({"PNG", "GIF", "BMP", "WEBP"})
COLOURS = 4096
"""What comes in one of these formats and has no more colours may be a drawing, a chart or a screenshot."""

PIXELS = 8_000_000
"""Where the widest file has more, as only long pictures have, two widths must do."""

Options = Mapping[str, object]

_AVIF: Options = {
    "quality": 52, "speed": 9, "max_threads": 1, "subsampling": "4:2:0",
    "advanced": {"aq-mode": "0", "deltaq-mode": "0", "enable-qm": "0"},
}  # fmt: skip
_WEBP: Options = {"quality": 70, "method": 0}
_JPEG: Options = {"quality": 80, "subsampling": "4:2:0"}
_EXACT: Options = {"lossless": True, "quality": 20, "method": 2}
_PNG = {"compress_level": 6}
_MOVING = {"quality": 60, "method": 2, "minimize_size": False}
_LONGEST = {"AVIF": 65_535, "WEBP": 16_383, "JPEG": 65_500, "PNG": 1 << 30}
"""Pixels a side that a format can hold."""


@dataclass(frozen=True, slots=True)
class Made:
    """One file of the set. ``name`` is the end of its name: ``-r2-648.avif``."""

    name: str
    type: str
    width: int
    height: int
    data: bytes
    use: str = "shown"
    """``shown`` in the article; of an animation, ``still`` or ``moving``; the ``cover`` of a card."""


class UnusablePicture(Exception):  # noqa: N818
    """A picture that cannot be decoded, although its header looked like one."""


def make_set(data: bytes) -> tuple[Made, ...]:
    """Make the files of one picture; raise ``UnusablePicture`` when it cannot be decoded.

    An icon has none: it is shown as it is.
    """
    try:
        return tuple(_make_set(data))
    except MemoryError as error:
        raise UnusablePicture("it takes too much memory") from error
    except Exception as error:
        text = " ".join(str(error).split())[:160] or type(error).__name__
        raise UnusablePicture(text) from error


def _make_set(data: bytes) -> Iterator[Made]:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("it has too many pixels")
            moves = bool(getattr(picture, "is_animated", False))
            size = upright_size(picture)
            if max(size) <= SMALL and not moves:
                return
            drawn = picture.format in DRAWN
            top = _top_of(picture, size)
            steps = _steps_of(top, choose_widths(*size))
            use = "still" if moves else "shown"
            made = [one for step in steps for one in _make_width(step, use)]
            yield from (drawn and not moves and _make_exact(steps, made)) or made
            if is_cover_size(*size):
                yield _make_cover(steps[min(1, len(steps) - 1)])
            if moves and picture.format == "GIF":
                yield from _make_moving(picture, len(data))


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Give width and height as shown: the file may ask to be turned by a quarter."""
    return (picture.height, picture.width) if lies_on_its_side(picture) else (picture.width, picture.height)


def choose_widths(width: int, height: int) -> tuple[int, ...]:
    """Choose the widths of a set: those below the picture's own, and its own up to the widest.

    >>> choose_widths(600, 400)
    (320, 600)
    >>> choose_widths(4000, 3000)
    (320, 648, 960, 1296)
    >>> choose_widths(200, 100)
    (200,)
    """
    top = min(width, WIDTHS[-1])
    smallest = 640 if height >= TALL * width else 0
    below = [step for step in WIDTHS if smallest <= step <= top * 0.85]
    if top * top * height > PIXELS * width:
        below = below[:1]
    return (*below, top)


def is_cover_size(width: int, height: int) -> bool:
    """Say whether a picture can stand on a card: large enough, and neither a strip nor a banner.

    >>> is_cover_size(600, 400), is_cover_size(100, 100), is_cover_size(600, 90), is_cover_size(800, 6000)
    (True, False, False, False)
    """
    return width >= 240 and height >= 160 and width <= 3 * height and height <= 2.5 * width


def _top_of(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Decode the first frame at the widest size that is needed, upright, in sRGB, without anything else."""
    from PIL import Image, ImageOps

    scale = min(1.0, WIDTHS[-1] / size[0])
    wanted = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    profile = picture.info.get("icc_profile")
    if picture.format == "JPEG" and scale <= 0.5:
        picture.draft(None, wanted)  # the decoder itself halves, which saves most of the work
    picture.load()
    plain = _plain_mode(picture)
    if plain.size != wanted:
        plain = plain.resize(wanted, Image.Resampling.HAMMING, reducing_gap=2.0)
    if profile:
        plain = _to_srgb(plain, profile)
    plain = ImageOps.exif_transpose(plain) or plain
    return _without_more(plain)


def _plain_mode(picture: Image.Image) -> Image.Image:
    """Bring 16 bits, palettes and their like to L, RGB, RGBA or (for its colour profile) CMYK."""
    mode = picture.mode
    if mode.startswith("I;16") or mode == "I":
        grey = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        grey.info = dict(picture.info)
        return grey
    if mode == "F":
        return picture.convert("L")
    if mode in ("L", "RGB", "CMYK") and "transparency" not in picture.info:
        return picture if mode != "CMYK" or picture.info.get("icc_profile") else picture.convert("RGB")
    if mode == "1":
        return picture.convert("L")
    see_through = mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    if not see_through:
        return picture.convert("RGB")
    whole = picture.convert("RGBA")
    lowest = whole.getchannel("A").getextrema()[0]
    return whole.convert("RGB") if lowest == 255 else whole


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Turn colours into sRGB; a profile that cannot be used is passed over, as browsers do."""
    from PIL import ImageCms

    plain = picture.convert("RGB") if picture.mode == "CMYK" else picture
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(given).lower():
            return plain
        source = picture.convert("RGB") if alpha else picture
        turned = ImageCms.profileToProfile(
            source, given, ImageCms.createProfile("sRGB"), outputMode="RGB" if source.mode != "L" else "L"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return plain
    if turned is None:
        return plain
    if alpha:
        turned.putalpha(alpha)
    turned.info = dict(picture.info)
    return turned


def _without_more(picture: Image.Image) -> Image.Image:
    """Copy the pixels alone; some encoders write what they find in ``info``."""
    from PIL import Image

    plain = Image.new(picture.mode, picture.size)
    plain.paste(picture)
    return plain


def _steps_of(top: Image.Image, widths: tuple[int, ...]) -> list[Image.Image]:
    """Make the picture in each width, narrowest first, each out of the next wider one."""
    from PIL import Image

    steps = [top]
    for width in sorted(widths, reverse=True)[1:]:
        height = max(1, round(top.height * width / top.width))
        steps.append(steps[-1].resize((width, height), Image.Resampling.HAMMING))
    return steps[::-1]


def _make_width(picture: Image.Image, use: str) -> Iterator[Made]:
    fallback = ("PNG", _PNG) if picture.mode == "RGBA" else ("JPEG", _JPEG)
    for kind, options in (("AVIF", _AVIF), ("WEBP", _WEBP), fallback):
        if max(picture.size) <= _LONGEST[kind]:
            yield _encode(picture, kind, options, f"-{RECIPE}-{picture.width}", use)


def _make_exact(steps: list[Image.Image], lossy: list[Made]) -> list[Made]:
    """Make the set of a drawing or screenshot without loss, where that takes fewer bytes as well.

    Nothing when it does not: what has more colours than ``COLOURS`` is a photograph and not tried.
    """
    if steps[-1].getcolors(COLOURS) is None or max(steps[-1].size) > _LONGEST["WEBP"]:
        return []
    exact = [_encode(step, "WEBP", _EXACT, f"-{RECIPE}-{step.width}", "shown") for step in steps]
    if sum(len(one.data) for one in exact) > sum(len(one.data) for one in lossy if one.type == "image/avif"):
        return []
    plain = [_encode(step, "PNG", _PNG, f"-{RECIPE}-{step.width}", "shown") for step in steps]
    return [one for pair in zip(exact, plain, strict=True) for one in pair]


def _make_cover(top: Image.Image) -> Made:
    from PIL import Image, ImageOps

    picture = top
    if picture.mode == "RGBA":  # a card's paper is not the article's: see-through would be a guess
        paper = Image.new("RGB", top.size, "white")
        paper.paste(top, mask=top.getchannel("A"))
        picture = paper
    cut = ImageOps.fit(picture, COVER, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    return _encode(cut, "WEBP", _WEBP, f"-{RECIPE}-cover", "cover")


def _make_moving(picture: Image.Image, size: int) -> Iterator[Made]:
    """Encode an animated GIF as WebP, where that is smaller and not too much work."""
    from PIL import ImageSequence

    frames = int(getattr(picture, "n_frames", 1))
    if frames * picture.width * picture.height > MOVING_PIXELS:
        return
    picture.seek(0)
    times, pictures = [], []
    for frame in ImageSequence.Iterator(picture):
        times.append(int(frame.info.get("duration", 100)) or 100)
        pictures.append(_without_more(frame.convert("RGBA")))
    options = {
        **_MOVING,
        "save_all": True,
        "append_images": pictures[1:],
        "duration": times,
        "loop": int(picture.info.get("loop", 1 if len(pictures) > 1 else 0)),
    }
    made = _encode(pictures[0], "WEBP", options, f"-{RECIPE}-moving", "moving")
    if len(made.data) < size:
        yield made


def _encode(picture: Image.Image, kind: str, options: Options, name: str, use: str) -> Made:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return Made(f"{name}{KINDS[kind]}", f"image/{kind.lower()}", *picture.size, stream.getvalue(), use)
