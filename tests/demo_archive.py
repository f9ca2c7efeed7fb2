"""A demonstration archive: articles and pictures of our own making, the same bytes every time.

It has what the network would bring: photographs in several sizes, an animation, a long picture, a
transparent one, an icon in a line, pictures that are gone. Write it anywhere, then build it:

    python tests/demo_archive.py FOLDER && site-builder build FOLDER
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from painting import encode, gif, jpeg, paint, png
from PIL import Image, ImageDraw

HOST = "https://pictures.example"
DAYS = ("2022-05-23", "2022-05-28", "2022-06-04", "2022-06-28", "2022-07-20")
SUBJECTS = ("灯塔换上新灯", "山间小站通车", "老桥修缮完工", "湖畔观测站开放", "海岸步道延长")


def write_demo(site: Path) -> Path:
    """Write the archive into a folder: content, store and lock, as if a capture had run."""
    if str(Path(__file__).parent.parent) not in sys.path:
        sys.path.insert(0, str(Path(__file__).parent.parent))
    (site / "content").mkdir(parents=True, exist_ok=True)
    (site / "site.toml").write_text(
        'title = "图片示例档案"\ndescription = "文字和图片都是为演示而作。"\n', "utf-8"
    )
    for number, (day, subject) in enumerate(zip(DAYS, SUBJECTS, strict=True)):
        pictures = draw_pictures(number)
        for name, data in pictures.items():
            keep(site, f"{HOST}/{number}/{name}", data)
        text = _write_body(number, subject, list(pictures))
        head = f"---\ntitle: {subject}\ndate: {day} 1{number}:20:00 +0800\nauthor: 演示社\n---\n"
        (site / "content" / f"demo-{number}.md").write_text(head + text, "utf-8")
    bury(site, f"{HOST}/0/lost.jpg", "gone", 404)
    bury(site, f"{HOST}/1/lost.jpg", "refused", 403)
    return site


def draw_pictures(number: int) -> dict[str, bytes]:
    """Draw the pictures of one article: a photograph, and one of the special kinds."""
    special = {
        0: ("moving.gif", lambda: gif(10, (480, 300))),
        1: ("long.png", draw_long_picture),
        2: ("badge.png", draw_badge),
        3: ("small.jpg", lambda: jpeg(31, (280, 180))),
        4: ("wide.jpg", lambda: jpeg(41, (2400, 1000))),
    }
    name, draw = special[number]
    return {"photo.jpg": jpeg(number + 10, (1280, 853)), name: draw(), "dot.png": png(3, (24, 24))}


def draw_long_picture() -> bytes:
    """Draw a long picture (长图), as messages and tables are often published."""
    long = Image.new("RGB", (750, 4200), "#fffdf7")
    draw = ImageDraw.Draw(long)
    for step in range(14):
        top = 60 + step * 290
        long.paste(paint(step + 60, (650, 150)), (50, top))
        for line in range(4):
            draw.rectangle(
                [50, top + 168 + line * 24, 690 - 90 * line, top + 180 + line * 24], fill="#554c44"
            )
    return encode(long, "PNG")


def draw_badge() -> bytes:
    """Draw a picture through which the paper is seen."""
    badge = Image.new("RGBA", (420, 300), (0, 0, 0, 0))
    draw = ImageDraw.Draw(badge)
    draw.ellipse([60, 20, 320, 280], fill=(152, 30, 23, 255))
    draw.ellipse([110, 70, 270, 230], fill=(152, 30, 23, 90))
    return encode(badge, "PNG")


def keep(site: Path, url: str, data: bytes) -> None:
    """Put a picture into the store and the lock, as a capture would."""
    from site_builder.pictures import look_at
    from site_builder.pictures.lock import Attempt, append_attempt

    seen = look_at(data)
    assert seen is not None, url
    ending, width, height = seen
    attempt = Attempt(
        url,
        "2026-11-21T10:00:00Z",
        "kept",
        code=200,
        digest=hashlib.sha256(data).hexdigest(),
        ending=ending,
        width=width,
        height=height,
        bytes=len(data),
    )
    file = site / "media" / attempt.file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    append_attempt(site / "media.lock", attempt)


def bury(site: Path, url: str, fate: str, code: int, time: str = "2026-11-21T10:00:00Z") -> None:
    """Note that a picture was asked for in vain."""
    from site_builder.pictures.lock import Attempt, append_attempt

    append_attempt(site / "media.lock", Attempt(url, time, fate, code=code))  # type: ignore[arg-type]


def _write_body(number: int, subject: str, names: list[str]) -> str:
    photo, special, dot = names
    text = f"<p>{subject}，附近的居民说，这是今年最好的消息。</p>\n"
    text += f'<p><img src="{HOST}/{number}/{photo}" alt="{subject}"><br>清晨的{subject[:2]}</p>\n'
    text += f'<p>有人在远处看了很久<img src="{HOST}/{number}/{dot}" width="24" height="24">，没有说话。</p>\n'
    text += f'<p><img src="{HOST}/{number}/{special}" alt="远处的景象"></p>\n'
    text += (
        f'<p>还有一张图没能留下来。</p>\n<p><img src="{HOST}/{number}/lost.jpg" alt="没能留下来的图"></p>\n'
    )
    return text + "<p>记者将继续关注。</p>\n"


if __name__ == "__main__":
    print(write_demo(Path(sys.argv[1])))
