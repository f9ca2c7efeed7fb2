"""A new archive, ready to build.

In: an empty folder. Out: a folder that builds at once and passes ``check --strict``. The rule it
guards: nothing that exists is overwritten.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

from site_builder import __version__
from site_builder.errors import OutputError
from site_builder.language.detect import detect_language
from site_builder.steps.read import find_articles

FILES = Path(__file__).parent / "files"
PLACES = {
    "site.toml": "site.toml",
    "tags.toml": "tags.toml",
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
    "publish.yml": ".github/workflows/publish.yml",
}
"""File of the starter -> where it goes."""

SAMPLES = 300
"""Articles that are looked at to tell what language most are in."""
READ = 20_000
"""Bytes of each."""
_NO_TEXT = re.compile(
    r"\A\ufeff?\s*---\r?\n.*?\n---|<(script|style|head)\b.*?</\1>|<[^<>]*>|https?://\S+", re.DOTALL
)

SAMPLE = ("welcome.md", "content/welcome.md")


def plan_site(
    folder: Path, title: str, language: str, timezone: str, sample: bool = True
) -> dict[str, bytes]:
    """List the files of a new archive: path -> bytes.

    ``title`` and the others go into ``site.toml`` as TOML has them. ``sample``: with a first article,
    where there is none yet.
    """
    words = {
        "@TITLE@": title.replace("\\", "\\\\").replace('"', '\\"'),
        "@LANGUAGE@": language,
        "@TIMEZONE@": timezone,
        "@VERSION@": __version__,
    }
    has_articles = (folder / "content").is_dir() and any((folder / "content").iterdir())
    places = dict([*PLACES.items(), *([SAMPLE] if sample and not has_articles else [])])
    planned = {}
    for name, place in places.items():
        text = (FILES / name).read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, title if word == "@TITLE@" and name == "README.md" else value)
        planned[place] = text.encode()
    taken = sorted(place for place in planned if os.path.lexists(folder / place))
    if taken:
        raise OutputError(
            f"the folder already has {', '.join(taken)}", str(folder), "name a new or an empty folder"
        )
    return planned


def guess_language(content: Path) -> str:
    """Tell which language most of a folder's articles are in; nothing, when none has more than half of them.

    A sample of them is read, spread over the folder.
    """
    paths = find_articles(content)[0] if content.is_dir() else []
    told = Counter(
        filter(
            None, map(_read_language, (content / path for path in paths[:: -(-len(paths) // SAMPLES) or 1]))
        )
    )
    main, many = min(told.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    return main if 2 * many > told.total() and main != "und" else ""


def _read_language(file: Path) -> str:
    with file.open("rb") as source:
        text = source.read(READ).decode("utf-8", "replace")
    return detect_language(" ".join(_NO_TEXT.sub(" ", text).split()))


def write_site(folder: Path, planned: dict[str, bytes]) -> None:
    """Write the planned files, none of which exists."""
    try:
        for place, data in planned.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "xb") as new:
                new.write(data)
        (folder / "content").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", str(error.filename or folder), "choose another folder"
        ) from error
