"""Everything we raise or report, ready for a person: what, where, what to do.

In: nothing. Out: exceptions for what stops a build, ``Finding`` for what does not, and
``CODES``, the table of every stable code. The rule it guards: a code is added here once, with
its level, cause and remedy, and never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

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
        self, code: str, message: str, where: str, hint: str = "", line: int = 0, column: int = 0
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
    "encoding-guessed": Code(
        "info",
        "The file is not UTF-8; its encoding was declared or detected.",
        "save it as UTF-8 if the text looks wrong",
    ),
    "encoding-damaged": Code(
        "warning",
        "Some bytes fit no encoding and were replaced.",
        "fetch the article again, or correct the bytes",
    ),
    "binary-file": Code(
        "warning",
        "The file is not text.",
        "move it out of the content folder, or next to the article that shows it",
    ),
    "file-empty": Code("warning", "The file holds no article.", "delete it, or save the article again"),
    "file-too-large": Code(
        "warning",
        "The file is larger than the limit.",
        "raise limits.max_bytes in site.toml, or shorten the file",
    ),
    "several-articles": Code(
        "warning",
        "The file holds several articles: an export of many notes, or a whole feed.",
        "export each article as a file of its own (Evernote: as web pages, one for each note)",
    ),
    "file-unreadable": Code("warning", "The file could not be read.", "see what it is, and its permissions"),
    "file-skipped": Code(
        "info",
        "The file is neither an article nor a picture; or tells of its folder (README.md, LICENSE.txt without"
        " front matter), or lies in a folder of a site's program.",
        "nothing to do, or rename it to .md, .html or .txt",
    ),
    "format-unread": Code(
        "warning",
        "The file may be an article, in a form that is not read.",
        "convert it, such as with pandoc FILE -o FILE.md, or move it out of the content folder",
    ),
    "name-not-utf8": Code(
        "warning", "The file's name is not UTF-8, so no link could name it.", "rename the file"
    ),
    "message-parts": Code(
        "info",
        "A letter or a saved page holds parts that are no text and no picture of it.",
        "nothing to do; they are in the original",
    ),
    "front-matter-missing": Code(
        "info",
        "The file has no front matter; the whole of it is the body.",
        "add a block between two lines of ---",
    ),
    "front-matter-unterminated": Code(
        "warning", "The front matter has no closing line.", "add a line of --- below it"
    ),
    "front-matter-invalid": Code(
        "warning",
        "The front matter is not valid YAML; what could be read line by line was taken.",
        "correct that line: quotes around a value with : or #, blanks for tabs, each key once",
    ),
    "marked-draft": Code(
        "warning",
        "The front matter calls the article a draft or not published; it is in the site all the same.",
        "take the file out of content/, or the mark out of the file",
    ),
    "markdown-refused": Code(
        "warning",
        "The Markdown is too dense to be rendered safely; its text was kept as plain paragraphs.",
        "look at the original",
    ),
    "body-wrapped": Code(
        "info",
        "The body was a feed's: in a CDATA section, or its HTML escaped once too often.",
        "nothing to do, or save it as plain HTML",
    ),
    "title-missing": Code(
        "warning",
        "No title was given or found; the file name stands in, or the first sentence.",
        "add a title to the front matter",
    ),
    # read: the clock
    "date-missing": Code(
        "warning",
        "No date was given or found; the article is filed under undated.",
        "add a date to the front matter",
    ),
    "date-invalid": Code("warning", "The date cannot be read.", "write it as 2022-07-20 23:15:52 +0800"),
    "date-reduced": Code(
        "info",
        "Only the year, or the year and the month, is known; the article stands at the beginning of it.",
        "add the day if it is known",
    ),
    "date-from-name": Code(
        "info", "The date was taken from the file's name.", "add a date to the front matter"
    ),
    "date-from-address": Code(
        "info", "The date was taken from the original's address.", "add a date to the front matter"
    ),
    "date-from-change": Code(
        "info",
        "Nothing says when the article appeared; the day on which it was last changed stands in.",
        "add a date to the front matter",
    ),
    # clean
    "rule-stale": Code(
        "warning",
        "A publisher's rule applied to many of its older articles and to none of its newest twenty.",
        "look at a new article with site-builder clean FILE --explain, and mend the rule",
    ),
    "rule-unmatched": Code(
        "info",
        "A rule of this site's own applied to no article of its publisher.",
        "look for a mistake in what it looks for, or delete it",
    ),
    "source-unknown": Code(
        "info",
        "No rule knows this publisher; the generic cleaner was used.",
        "add sources/NAME.toml beside site.toml",
    ),
    "markup-refused": Code(
        "warning",
        "The body is too deep or too dense to be parsed safely; its text was kept without markup.",
        "look at the original",
    ),
    "body-empty": Code(
        "warning",
        "Cleaning left no text and no picture.",
        "look at the original, or correct the publisher's rules",
    ),
    "title-restored": Code(
        "info", "The title's _ were restored from a picture's text.", "nothing to do; both forms are kept"
    ),
    # pictures
    "picture-absent": Code(
        "warning",
        "A picture that media.lock names is not in the media store, or is not the one that was stored.",
        "run site-builder capture --verify, and fetch the store's files",
    ),
    "picture-damaged": Code(
        "warning", "A picture cannot be decoded; it is published as it is.", "save it again"
    ),
    "picture-refused": Code(
        "warning",
        "What the article holds in a picture's place is none that can be shown.",
        "save it beside the article as PNG, JPEG or WebP, if it says something",
    ),
    # the archive
    "content-empty": Code(
        "warning",
        "The content folder holds no article, so the site has none.",
        "put .md, .html or .txt files into it, or name another folder",
    ),
    "language-unset": Code(
        "info",
        "Most articles are in another language than the pages, and site.toml names none.",
        "name the language of the pages in site.toml",
    ),
    "article-merged": Code("info", "The file has the same bytes as another one.", "delete one of the two"),
    "address-taken": Code(
        "info",
        "Two articles want one address; the second has another one.",
        "rename one of the two files, if its address is to stay whatever becomes of the other",
    ),
    "article-unknown": Code(
        "warning",
        "threads.toml names an article that is not there.",
        "correct the name; it is the file's, without its ending",
    ),
    "article-failed": Code(
        "error",
        "Something unexpected happened with this file; it was set aside.",
        "please report it with the file",
    ),
    # the archive, looked at as a whole
    "picture-missing": Code(
        "warning",
        "The article shows a picture that should lie beside it; none that can be shown does.",
        "put it there as PNG, JPEG or WebP, or correct its address",
    ),
    "body-thin": Code(
        "warning",
        "Cleaning removed nearly all of the text.",
        "look at the ledger, and correct the publisher's rules",
    ),
    "mojibake": Code(
        "warning",
        "The text looks as if it had been decoded with the wrong encoding.",
        "fetch the article again, or decode it anew",
    ),
    "hook-not-allowed": Code(
        "warning",
        "A program lies beside the publishers' rules and was not run.",
        "set allow_hooks = true in site.toml if you trust it, or remove it",
    ),
    # check: one page
    "page-cut": Code("error", "A page is not complete.", "build again"),
    "page-not-utf8": Code("error", "A page is not UTF-8.", "correct the template, or build again"),
    "page-title-missing": Code("error", "A page has no title.", "correct the template"),
    "page-language-missing": Code(
        "warning", "A page does not say its language.", "give <html> a lang in the template"
    ),
    "id-duplicate": Code("error", "Two elements of a page have the same id.", "correct the template"),
    "metadata-invalid": Code("error", "What a page says to programs cannot be read.", "correct the template"),
    "unsafe-script": Code(
        "error",
        "A page runs a script that it should not have.",
        "correct the template; if an article brought it, please report it",
    ),
    "unsafe-handler": Code(
        "error",
        "An element has an event handler.",
        "correct the template; if an article brought it, please report it",
    ),
    "unsafe-style": Code(
        "error", "A style stands in a page, not in the style sheet.", "move it into style.css"
    ),
    "unsafe-element": Code(
        "error",
        "A page holds an element that embeds, redirects or takes input.",
        "correct the template; if an article brought it, please report it",
    ),
    "unsafe-address": Code(
        "error",
        "An address has a scheme that can run code or hides what it is.",
        "correct the template; if an article brought it, please report it",
    ),
    "unsafe-form": Code("error", "A form sends what is typed to another host.", "correct the template"),
    "policy-missing": Code(
        "error", "A page has no content security policy.", "put the <meta> of base.html into the template"
    ),
    "policy-weak": Code(
        "error", "A page's content security policy allows what no page needs.", "take the <meta> of base.html"
    ),
    "outside-request": Code(
        "error",
        "Opening a page makes the browser ask another host.",
        "store the file with the site, or link to it",
    ),
    # check: the whole site
    "link-dead": Code(
        "error", "A link names a file that is not there.", "build again; if it stays, correct the template"
    ),
    "link-not-a-file": Code(
        "error",
        "An address works from a web server only, not from disk.",
        "name the file: index.html, not its folder",
    ),
    "link-anchor-dead": Code(
        "error",
        "A link names a place in a page that is not there.",
        "build again; if it stays, correct the template",
    ),
    "page-unreachable": Code(
        "warning", "No chain of links leads to a page from the front page.", "link to it, or remove it"
    ),
    "page-title-duplicate": Code(
        "warning", "Two pages have the same title.", "correct the template, or one of the two titles"
    ),
    "timeline-wrong": Code(
        "error",
        "An article is not in the timeline exactly once, on its day.",
        "build again; if it stays, please report it",
    ),
    "list-wrong": Code(
        "error",
        "A list does not have exactly the articles that belong to it.",
        "build again; if it stays, please report it",
    ),
    "count-wrong": Code(
        "error",
        "A number on a page is not that of the articles it counts.",
        "build again; if it stays, please report it",
    ),
    "feed-missing": Code("warning", "The site has no feed.", "build again"),
    "feed-invalid": Code(
        "error", "A feed is not what its standard asks for.", "build again; if it stays, please report it"
    ),
    "feed-disagrees": Code(
        "error",
        "A feed says of an article what its page does not say.",
        "build again; if it stays, please report it",
    ),
    "sitemap-invalid": Code(
        "error", "A sitemap is not what its standard asks for.", "build again; if it stays, please report it"
    ),
    "sitemap-disagrees": Code(
        "error", "The sitemap and the pages disagree.", "build again; if it stays, please report it"
    ),
    "address-case": Code(
        "error", "Two paths are one on a disk without upper and lower case.", "rename one of the two articles"
    ),
    "address-windows": Code(
        "error", "A path has a part that Windows cannot hold.", "rename the article or tag"
    ),
    "address-long": Code(
        "error", "A path is longer than archivers and file systems hold.", "shorten the file's name"
    ),
    "file-link": Code(
        "warning",
        "A symbolic link, a pipe or a device lies in the built site; hosts and copies treat it differently.",
        "put the file itself there",
    ),
    # verify
    "seal-missing": Code(
        "error", "The site has no manifest, so nothing can be proved of it.", "build it with site-builder"
    ),
    "seal-broken": Code(
        "error",
        "The manifests contradict each other, or cannot be read.",
        "take the site from a copy, or build it again",
    ),
    "file-missing": Code(
        "error", "A file that the manifest names is not there.", "take it from a copy, or build again"
    ),
    "file-changed": Code(
        "error", "A file's bytes are not those that were built.", "take it from a copy, or build again"
    ),
    "file-added": Code(
        "warning",
        "A file lies in the site that the manifest does not name.",
        "remove it, or leave it if it is yours",
    ),
    "rebuild-differs": Code(
        "error",
        "Building again from the originals gives other bytes.",
        "rebuild with the version that built the site",
    ),
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
        place = f"{self.path}:{self.line}:{self.column}"
        return f"{place}: {self.level} {self.code} {self.message} ({self.remedy})"


def finding(
    code: str, path: str, message: str, *, line: int = 1, column: int = 1, remedy: str = ""
) -> Finding:
    """Make a finding of a known code; its level and, unless given, its remedy come from ``CODES``."""
    known = CODES[code]
    return Finding(path, line, column, code, known.level, message, remedy or known.remedy)


def relevel(findings: Iterable[Finding], levels: Mapping[str, str]) -> list[Finding]:
    """Give findings the levels that a site wants for their codes; ``ignore`` takes one away."""
    if not levels:
        return list(findings)
    told = ((found, levels.get(found.code, found.level)) for found in findings)
    return [replace(found, level=cast("Level", level)) for found, level in told if level != "ignore"]
