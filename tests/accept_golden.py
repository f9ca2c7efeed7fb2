"""Write the seeds' golden files anew: ``python tests/accept_golden.py``; then read every changed line.

A golden file is accepted by a person who has held it against the seed, line by line: each paragraph,
picture, name, time and removal. ``git diff tests/golden`` shows what changed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from golden_text import GOLDEN, golden_files
from sites import ROOT, SmallSite


def main() -> None:
    """Build the seeds in a folder of their own and write what their pages say."""
    with tempfile.TemporaryDirectory() as folder:
        site = SmallSite(Path(folder))
        shutil.copytree(ROOT / "content", site.content)
        for name in ("site.toml", "tags.toml"):
            shutil.copy(ROOT / name, site.folder / name)
        site.build()
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for name, text in golden_files(site.read()).items():
            (GOLDEN / name).write_text(text, "utf-8", newline="\n")
    sys.stderr.write("Now read: git diff tests/golden/site\n")


if __name__ == "__main__":
    main()
