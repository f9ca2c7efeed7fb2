"""Everything we raise or report, ready for a person: what, where, what to do.

In: nothing. Out: exceptions for what stops a build, ``Finding`` for what does not, and
``CODES``, the table of every stable code. The rule it guards: a code is added here once, with
its level, cause and remedy, and never changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["info", "warning", "error"]


class SiteBuilderError(Exception):
    """Something a person must mend. ``where`` is a path (``path:line:column``), ``hint`` a remedy."""

    def __init__(self, message: str, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.message}{hint}"

    def __reduce__(self) -> tuple[type[SiteBuilderError], tuple[str, str, str]]:
        return type(self), (self.message, self.where, self.hint)


class ConfigError(SiteBuilderError):
    """The settings cannot be used; nothing is built."""


class SourceError(SiteBuilderError):
    """A publisher's rules cannot be used; nothing is built."""


class ArticleError(SiteBuilderError):
    """One file cannot become an article; it is set aside and the others are built.

    ``code`` is a key of ``CODES``; ``line`` and ``column`` are 1-based, 0 when not known.
    """

    def __init__(
        self, code: str, message: str, where: str = "", hint: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, where, hint)
        self.code, self.line, self.column = code, line, column

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return type(self), (self.code, self.message, self.where, self.hint, self.line, self.column)


class TemplateError(SiteBuilderError):
    """A template cannot be used; nothing is written."""


class OutputError(SiteBuilderError):
    """The output folder cannot be written, or is not ours to write."""


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: how grave, what causes it, what a person can do."""

    level: Level
    cause: str
    remedy: str


CODES: dict[str, Code] = {
    # read: the file
    "encoding-guessed": Code("info", "The file is not UTF-8; its encoding was declared or detected.", "save it as UTF-8 if the text looks wrong"),
    "encoding-damaged": Code("warning", "Some bytes fit no encoding and were replaced.", "fetch the article again, or correct the bytes"),
    "binary-file": Code("warning", "The file is not text.", "move it out of the content folder, or next to the article that shows it"),
    "file-empty": Code("warning", "The file holds no article.", "delete it, or save the article again"),
    "file-too-large": Code("warning", "The file is larger than the limit.", "raise limits.max_bytes in site.toml, or shorten the file"),
    "file-unreadable": Code("warning", "The file could not be read.", "check its permissions"),
    "file-skipped": Code("info", "The file is neither an article nor a picture.", "nothing to do, or rename it to .md, .html or .txt"),
    "name-not-utf8": Code("warning", "The file's name is not UTF-8, so no link could name it.", "rename the file"),
    "front-matter-missing": Code("info", "The file has no front matter; the whole of it is the body.", "add a block between two lines of ---"),
    "front-matter-unterminated": Code("warning", "The front matter has no closing line.", "add a line of --- below it"),
    "front-matter-invalid": Code("warning", "The front matter is not valid YAML; what could be read line by line was taken.", "put quotes around the value"),
    "markdown-refused": Code("warning", "The Markdown is too dense to be rendered safely; its text was kept as plain paragraphs.", "look at the original"),
    "title-missing": Code("warning", "No title was given or found; the file name stands in.", "add a title to the front matter"),
    # read: the clock
    "date-missing": Code("warning", "No date was given or found; the article is filed under undated.", "add a date to the front matter"),
    "date-invalid": Code("warning", "The date cannot be read.", "write it as 2022-07-20 23:15:52 +0800"),
    "date-from-name": Code("info", "The date was taken from the file's name.", "add a date to the front matter"),
    # clean
    "source-unknown": Code("info", "No rule knows this publisher; the generic cleaner was used.", "add sources/NAME.toml beside site.toml"),
    "markup-refused": Code("warning", "The body is too deep or too dense to be parsed safely; its text was kept without markup.", "look at the original"),
    "body-empty": Code("warning", "Cleaning left no text and no picture.", "look at the original, or correct the publisher's rules"),
    "title-restored": Code("info", "The title's _ were restored from a picture's text.", "nothing to do; both forms are kept"),
    # the archive
    "article-merged": Code("info", "The file has the same bytes as another one.", "delete one of the two"),
    "address-taken": Code("error", "Two articles want one address; the second was set aside.", "rename one of the two files"),
    "article-failed": Code("error", "Something unexpected happened with this file; it was set aside.", "please report it with the file"),
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something to tell about one place in the input. Sorts by place."""

    path: str
    line: int
    column: int
    code: str
    level: Level
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message} ({self.remedy})"


def finding(code: str, path: str, message: str, *, line: int = 1, column: int = 1, remedy: str = "") -> Finding:
    """Make a finding of a known code; its level and, unless given, its remedy come from ``CODES``."""
    known = CODES[code]
    return Finding(path, line, column, code, known.level, message, remedy or known.remedy)
