"""What pictures cost: ``python -m bench.pictures``.

In: sizes, or a folder of photographs. Out: tables on stdout. Three questions: what one picture and
its set of files cost; what each encoder costs, which is how the recipe was chosen (pyvips is
asked, too, where it is installed); and what ten thousand stored pictures add to a build in which
nothing changed. CPU time of one process, the best of three; the build's is of all its processes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from painting import jpeg  # noqa: E402  the tests' own pictures, drawn by code
from PIL import Image  # noqa: E402

from bench.measure import Cost, run  # noqa: E402
from site_builder.pictures.derive import make_set  # noqa: E402
from site_builder.pictures.lock import Attempt, encode_attempt  # noqa: E402

SIZES = ((600, 400), (1000, 667), (2000, 1333), (4000, 2667), (800, 6000))


def cpu_ms(work: Callable[[], object], times: int = 3) -> float:
    """Give the least CPU time of a few runs, in ms."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best * 1000


def find_photographs(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """Give pictures to measure: a folder's, or painted ones in several sizes."""
    if folder is None:
        for size in SIZES:
            yield f"painted {size[0]} x {size[1]}", jpeg(1, size)
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
            yield path.name, path.read_bytes()


def measure_sets(folder: Path | None) -> None:
    """Print what a picture and its whole set cost, and the share of each width in all formats."""
    print(f"{'picture':34}{'bytes':>10}{'files':>7}{'set, ms':>9}{'a width, ms':>13}{'set, bytes':>12}")
    for name, data in find_photographs(folder):
        made = make_set(data)
        widths = len({one.width for one in made if one.use != "cover"}) or 1
        cost = cpu_ms(lambda data=data: make_set(data))  # type: ignore[misc]
        weight = sum(len(one.data) for one in made)
        print(f"{name[:33]:34}{len(data):>10,}{len(made):>7}{cost:>9.0f}{cost / widths:>13.1f}{weight:>12,}")


def measure_encoders(folder: Path | None) -> None:
    """Print what each encoder costs at 640 pixels, by effort."""
    name, data = next(find_photographs(folder))
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture = picture.resize((640, round(640 * picture.height / picture.width)))
    print(f"\nencoders, {name} at {picture.width} x {picture.height}")
    for kind, options in (
        *(("AVIF", {"quality": 55, "speed": speed, "max_threads": 1}) for speed in (4, 6, 8, 9, 10)),
        *(("WEBP", {"quality": 70, "method": method}) for method in (0, 2, 4, 6)),
        ("JPEG", {"quality": 80, "optimize": True}),
        ("JPEG", {"quality": 80, "progressive": True}),
        ("PNG", {"compress_level": 6}),
    ):

        def encode(kind: str = kind, options: dict[str, object] = options) -> int:
            stream = io.BytesIO()
            picture.save(stream, kind, **options)
            return len(stream.getvalue())

        said = ", ".join(f"{key} {value}" for key, value in options.items() if key != "max_threads")
        print(f"  Pillow {kind:5} {said:34}{cpu_ms(encode):>8.1f} ms {encode():>9,} bytes")
    _measure_pyvips(picture)


def _measure_pyvips(picture: Image.Image) -> None:
    """Ask pyvips for the same, if it is there: a wheel of its own, not needed by the program."""
    os.environ["VIPS_CONCURRENCY"] = "1"
    try:
        import pyvips
    except ImportError:
        print("  pyvips is not installed")
        return
    same = pyvips.Image.new_from_memory(picture.tobytes(), picture.width, picture.height, 3, "uchar")
    for said, encode in (
        ("AVIF  effort 0", lambda: same.heifsave_buffer(Q=55, compression="av1", effort=0, keep="none")),
        ("AVIF  effort 3", lambda: same.heifsave_buffer(Q=55, compression="av1", effort=3, keep="none")),
        ("WEBP  effort 0", lambda: same.webpsave_buffer(Q=70, effort=0, keep="none")),
        ("JPEG", lambda: same.jpegsave_buffer(Q=80, optimize_coding=True, keep="none")),
    ):
        print(f"  pyvips {said:40}{cpu_ms(encode):>8.1f} ms {len(encode()):>9,} bytes")


def measure_builds(pictures: int, work: Path | None) -> None:
    """Print what stored pictures add to a build: made, and again when nothing changed."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        site = Path(folder)
        bare, full = site / "bare", site / "full"
        write_site(bare, pictures, stored=False)
        write_site(full, pictures, stored=True)
        print(f"\n{pictures:,} pictures in {pictures // 5:,} articles")
        for name, place in (("not stored", bare), ("stored", full)):
            print(f"  {name:12} first build  {_say(build(place))}")
        print("  again, three times each, interleaved:")
        for _ in range(3):
            for name, place in (("not stored", bare), ("stored", full)):
                print(f"  {name:12} no change    {_say(build(place))}")


def write_site(site: Path, pictures: int, *, stored: bool) -> None:
    """Write articles with five pictures each, and a store that has them all or none."""
    (site / "content").mkdir(parents=True)
    (site / "site.toml").write_text("[features]\nsearch = false\nstories = false\n", "utf-8")
    base, lines = jpeg(1, (320, 213)), []
    for number in range(pictures):
        url = f"https://img.publisher.example/{number // 1000}/{number:06}.jpg"
        if not stored:
            continue
        note = f"{number:08}".encode()
        data = base[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + base[2:]
        digest = hashlib.sha256(data).hexdigest()
        stamp, more = "2026-11-21T10:00:00Z", {"etag": f'"{number:x}"', "type": "image/jpeg"}
        attempt = Attempt(url, stamp, "kept", code=200, digest=digest, ending=".jpg", width=320, height=213,
                          bytes=len(data), **more)  # fmt: skip
        lines.append(encode_attempt(attempt))
        file = site / "media" / attempt.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    if stored:
        (site / "media.lock").write_bytes(b"".join(sorted(lines)))
    for number in range(pictures // 5):
        urls = (
            f"https://img.publisher.example/{one // 1000}/{one:06}.jpg"
            for one in range(number * 5, number * 5 + 5)
        )
        body = "".join(f'<p>第 {number} 篇。</p><p><img src="{url}"></p>' for url in urls)
        day = f"{2015 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        head = f"---\ntitle: 第 {number} 篇\ndate: {day} 10:00:00 +0800\n---\n"
        (site / "content" / f"{number:05}.md").write_text(head + body, "utf-8")


def build(site: Path) -> Cost:
    """Build a site with the command a user types."""
    command = [sys.executable, "-m", "site_builder", "build", str(site), "--quiet"]
    cost = run(command, {**os.environ, "PYTHONPATH": str(ROOT)})
    if cost.exit_code:
        sys.exit(cost.errors)
    return cost


def _say(cost: Cost) -> str:
    return f"{cost.wall:8.2f} s wall {cost.cpu:8.2f} s CPU {cost.memory:8.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photographs", type=Path, help="measure the pictures of this folder")
    parser.add_argument(
        "--pictures", type=int, default=10_000, help="how many stored pictures a build has; 0: none"
    )
    parser.add_argument("--work", type=Path, help="where to lay out the sites, such as a tmpfs")
    options = parser.parse_args()
    measure_sets(options.photographs)
    measure_encoders(options.photographs)
    if options.pictures:
        measure_builds(options.pictures, options.work)


if __name__ == "__main__":
    main()
