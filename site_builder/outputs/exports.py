"""What the archive gives away besides pages: the original bytes, and the pictures it stores.

In: articles and the content folder. Out: pages to be written. The rule it guards: originals are
published byte for byte, under a name that no host serves as HTML.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from site_builder.errors import OutputError
from site_builder.model import Page, Picture


def original_url(article_url: str) -> str:
    """Give the address of an article's original: ``originals/2022/07/20/stem.txt``."""
    return f"originals/{article_url.removesuffix('.html')}.txt"


def copy_original(content: Path, path: str, digest: str, url: str) -> Page:
    """Read the original bytes again and make sure that they are the ones that were cleaned."""
    return Page(url, _same_bytes(content / path, digest))


def copy_picture(content: Path, picture: Picture) -> Page:
    """Read a stored picture, whose address ends in the digest of its bytes."""
    return Page(picture.url, _same_bytes(content / picture.file, Path(picture.url).stem))


def _same_bytes(file: Path, digest: str) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OutputError("the file went away while the site was built", str(file), "build again") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise OutputError("the file changed while the site was built", str(file), "build again")
    return data
