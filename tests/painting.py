"""Pictures of our own making, for tests and screenshots: drawn by code, the same bytes every time."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter


def paint(number: int, size: tuple[int, int] = (640, 427)) -> Image.Image:
    """Paint a landscape: a sky, hills and a sun. Each number gives another one."""
    chance = random.Random(number)
    width, height = size
    top, low = [tuple(chance.randrange(60, 250) for _ in range(3)) for _ in range(2)]
    sky = Image.new("RGB", (1, 64))
    for row in range(64):
        sky.putpixel((0, row), tuple(a + (b - a) * row // 63 for a, b in zip(top, low, strict=True)))
    picture = sky.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    sun = chance.randrange(width // 6, width * 5 // 6), chance.randrange(height // 8, height // 2)
    radius = max(2, height // 9)
    draw.ellipse([sun[0] - radius, sun[1] - radius, sun[0] + radius, sun[1] + radius], fill=(255, 240, 190))
    for hill in range(4):
        base, swing, shift = height * (5 + hill) // 9, height / (9 + hill), chance.random() * 7
        shade = tuple(max(0, 120 - 26 * hill + chance.randrange(20)) for _ in range(3))
        ridge = [
            (x, base + swing * math.sin(shift + x * (2 + hill) * 3 / width)) for x in range(0, width + 8, 8)
        ]
        draw.polygon([(0, height), *ridge, (width, height)], fill=shade)
    grain = Image.frombytes("L", size, chance.randbytes(width * height)).convert("RGB")
    return Image.blend(picture, grain, 0.08).filter(ImageFilter.GaussianBlur(0.5))


def encode(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Write a picture in a format, as a publisher would."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def jpeg(number: int = 0, size: tuple[int, int] = (640, 427), **options: object) -> bytes:
    """Give a painted JPEG."""
    return encode(paint(number, size), "JPEG", **{"quality": 88, **options})


def png(number: int = 0, size: tuple[int, int] = (320, 200)) -> bytes:
    """Give a painted PNG."""
    return encode(paint(number, size), "PNG")


def gif(frames: int = 6, size: tuple[int, int] = (160, 120)) -> bytes:
    """Give an animation: a sun that crosses the sky."""
    pictures = [paint(7, size).copy() for _ in range(frames)]
    for step, picture in enumerate(pictures):
        left = size[0] * step // frames
        ImageDraw.Draw(picture).ellipse([left, 10, left + 24, 34], fill="yellow")
    return encode(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=120, loop=0)


def bomb(side: int = 30_000) -> bytes:
    """Give a small PNG that claims, and has, far too many pixels."""
    import struct
    import zlib

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 2)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
