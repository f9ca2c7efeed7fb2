"""The register: the files of a site, noted as they leave the maker.

In: files as they are written, in any order. Out: all of them in the order of their paths, and why each was
written. The rule it guards: **a first build holds no list of its files**, of which 100,000 articles have
450,000; they rest in the cache, where the next build looks for them anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from site_builder.cache import Cache
from site_builder.outputs.keys import REASONS, KnownPages
from site_builder.steps.write import Output, Written, word_clash


@dataclass(slots=True)
class Reasons:
    """Why each file was written. Of a first build a path is all that is kept of each."""

    paths: dict[str, bytearray] = field(default_factory=dict)
    """By the reason, each with a line feed behind."""

    def add(self, path: str, why: str) -> None:
        """Note one file."""
        self.paths.setdefault(why, bytearray()).extend(f"{path}\n".encode("utf-8", "surrogatepass"))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for why, paths in self.paths.items():
            for path in paths.split(b"\n")[:-1]:
                yield path.decode("utf-8", "surrogatepass"), REASONS[why]


@dataclass(slots=True)
class Register:
    """The files of one build."""

    cache: Cache
    output: Output
    known: KnownPages
    """Those of the last."""
    reasons: Reasons = field(default_factory=Reasons)
    _few: list[Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.output.amends:
            self.cache.forget_pages()

    def meet(self, files: Sequence[Written]) -> None:
        """Note, of an edit, which files other processes have entered, before they are added.

        Raises ``OutputError`` when two pages want one file.
        """
        if self.output.amends:
            self.output.note(file.path for file in files)

    def add(self, files: Sequence[Written]) -> None:
        """Note some files."""
        self.output.take(files)
        for file in files:
            if file.changed:
                self.reasons.add(file.path, file.why or "bytes")
        rows = [(file.path, file.key, file.digest, file.size) for file in files]
        if self.output.amends:  # here each was announced or met
            self._few += files
            self.cache.keep_pages(row for row in rows if self.known.get(row[0]) != row[1:])
        elif self.cache.add_pages(rows) < len(rows):
            other = next((row[0] for row in rows if self.cache.find_page(row[0]) != row[1:]), rows[0][0])
            raise word_clash(other, other)

    def close(self) -> None:
        """End it: drop what is gone. Raise ``OutputError`` when some disks could not tell two files apart."""
        if self.output.amends:
            self.cache.drop_pages(self.output.gone)
        elif clash := self.cache.find_clash():
            raise word_clash(*clash)

    def __iter__(self) -> Iterator[Written]:
        """Give the files in the order of their paths."""
        if self.output.amends:
            return iter(sorted(self._few))
        rows = self.cache.list_pages()
        return (Written(path, digest, changed=False, size=size, key=key) for path, key, digest, size in rows)
