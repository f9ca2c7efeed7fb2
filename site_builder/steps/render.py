"""PageSpecs become Pages: Jinja2 templates, and the words of the interface.

In: a ``Theme`` (where its files are, and the site's face) and a ``PageSpec`` of plain data.
Out: a ``Page`` of bytes. The rule it guards: **everything is escaped** that did not pass the
gate. ``SafeHtml`` alone is written as it is; template marks in an article are text like any
other, because articles are only ever data, never templates.

Templates are found in the theme's folders, the first that has a file wins, so that a site can
replace any one of them. What they are compiled to is code, and a cache that was restored from elsewhere
must not be able to run any: it lies where Python keeps what it compiled of the program itself, or nowhere.

The interface's strings are English in the templates, marked for gettext. A language is one
file, ``locale/<language>/LC_MESSAGES/messages.po``; how it writes dates and numbers, Babel knows.
"""

from __future__ import annotations

import io
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from importlib.util import cache_from_source
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder.errors import TemplateError
from site_builder.language.tongues import find_catalogue, find_tongue, runs_leftwards
from site_builder.model import Article, Kin, Media, Page, PageSpec, Period, Picture, SafeHtml, Site, Slip
from site_builder.outputs.keys import digest_files
from site_builder.outputs.lists import month_key
from site_builder.outputs.metadata import (
    DENSE_SCRIPTS,
    address,
    article_data,
    count_words,
    trail_data,
    website_data,
)
from site_builder.pictures.choices import find_share_picture, offer_picture
from site_builder.sanitize import split_media

if TYPE_CHECKING:
    import msgspec
    from babel.core import Locale
    from jinja2 import BytecodeCache, Environment, Template
    from jinja2.bccache import Bucket
    from jinja2.compiler import CodeGenerator
    from jinja2.ext import Extension
    from jinja2.lexer import Token, TokenStream

Names = MutableMapping[str, Any]
_Token = tuple[int, str, str]
"""A token of a template as the lexer gives it: line, kind, value."""

PACKAGE = Path(__file__).resolve().parent.parent
SITES = 16
"""Compiled templates of so many sites, at most, are kept."""
ASSETS = (".css", ".svg", ".png", ".webp", ".jpg", ".ico", ".woff2", ".js")
"""What a theme folder may hold beside templates; it is published at the site's top."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Where the theme's files are, the site's own first, and the face of the site."""

    folders: tuple[str, ...]
    site: Site
    digest: bytes
    """Of all these files: what changed is compiled anew, by a process that knows the old ones, too."""
    program: str
    """Stands for our own code and its libraries; empty: unknown, and what is compiled is not kept."""


def find_theme(site: Site, own: Path | None = None, program: str = "") -> Theme:
    """Find the theme that comes with the program, behind the site's ``own`` templates."""
    folders = tuple(str(folder) for folder in (own, find_our_templates()) if folder is not None)
    return Theme(folders, site, digest_files(folders), program)


def find_our_templates() -> Path:
    """Find the templates that come with the program.

    In a checkout they stand at the top, where people look; in a wheel they are in the package.
    """
    places = (PACKAGE / "templates", PACKAGE.parent / "templates")
    return next((place for place in places if (place / "base.html").is_file()), places[0])


def list_assets(theme: Theme) -> Iterator[Page]:
    """List the theme's files that are no templates: the style sheet, the icon, the script.

    Our script goes without its comments and indentation, 11 of the 38 kB that a reader waits for; what a
    site put in its place stays as it is.
    """
    found: dict[str, Path] = {}
    for folder in map(Path, reversed(theme.folders)):
        found |= {file.name: file for file in sorted(folder.iterdir()) if file.suffix in ASSETS}
    for name in sorted(found):
        data = found[name].read_bytes()
        ours = found[name].suffix == ".js" and str(found[name].parent) == theme.folders[-1]
        yield Page(name, _shorten(data) if ours else data)


def _shorten(script: bytes) -> bytes:
    from rjsmin import jsmin  # 5 ms, for a build that has something to write

    return str(jsmin(script.decode("utf-8"))).encode("utf-8")


def render_page(theme: Theme, spec: PageSpec) -> Page:
    """Render one page.

    Raise ``TemplateError`` with the template's file and line when it cannot be.
    """
    try:
        template = make_environment(theme).get_template(spec.template)
        text = template.render(spec.context, path=spec.path, root="../" * spec.path.count("/"))
    except Exception as error:
        raise _explain(error, theme, spec) from error
    return Page(spec.path, text.encode("utf-8"))


_NAME = re.compile(r"^'(\w+)' is undefined")


def _explain(error: Exception, theme: Theme, spec: PageSpec) -> TemplateError:
    """Say where in which template an error arose; Jinja2 puts template lines into tracebacks."""
    name = getattr(error, "filename", None)
    where = f"{name}:{getattr(error, 'lineno', 1)}" if name else ""
    for frame in traceback.extract_tb(error.__traceback__):
        if not name and frame.filename.startswith(theme.folders):
            where = f"{frame.filename}:{frame.lineno}"
    kind = type(error).__name__
    near = _NAME.search(str(error))
    close = (
        get_close_matches(near.group(1), (*spec.context, "site", "path", "root", "parts"), 1) if near else []
    )
    hint = f"did you mean {close[0]}? " if close else ""
    hint += (
        f"while making {spec.path} from {spec.template}, which is given: {', '.join(sorted(spec.context))}"
    )
    return TemplateError(f"{kind}: {error}", where or spec.template, hint)


def compile_templates(theme: Theme) -> None:
    """Compile all templates of a theme, so that processes made by fork find them ready (0.5 s each)."""
    from jinja2 import TemplateError as Broken

    env = make_environment(theme)
    for name in env.list_templates(extensions=["html"]):
        with suppress(Broken):  # whoever needs it will say what is wrong with it
            env.get_template(name)


@lru_cache(maxsize=4)
def make_environment(theme: Theme) -> Environment:
    """Make the environment of a theme, once in each process."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env: Environment = Environment(
        loader=FileSystemLoader(theme.folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_open_bytecode_cache(theme),
        cache_size=-1,  # a plain dict: no page waits for a lock (gain: 8 µs a page)
    )
    env.template_class = _make_template_class()
    env.code_generator_class = _make_code_generator()
    words = read_catalogue(theme.site.language)
    locale = find_locale(theme.site.language)
    nobody = words.gettext(UNKNOWN)
    env.add_extension(_make_translator(words, theme.site))
    env.policies["json.dumps_function"] = write_json
    env.policies["json.dumps_kwargs"] = {}
    tongue = find_tongue(theme.site.language)
    isolate = _isolator(tongue)
    env.filters |= {
        "fill": _filler(isolate),
        "isolate": isolate,
        "terms": lambda terms, mark: mark.join(map(isolate, terms)),
        "plural": _plural_writer(words, locale),
        "date": _date_writer(words, locale),
        "until": _span_writer(locale),
        "key": month_key,
        "lacking": lambda when: words.gettext(NO_DAY if when.month else NO_MONTH),
        "number": _number_writer(locale),
        "visible": show_controls,
        "pieces": cut_pieces,
        "host": name_host,
        "reason": _reason_writer(words, isolate),
        "outlet": lambda name: name or nobody,
        "places": count_places,
    }
    env.tests |= {"web": is_web, "rtl": runs_leftwards, "edge": lambda piece: isinstance(piece, Edge)}
    env.tests |= {"period": lambda when: isinstance(when, Period), "unbroken": is_unbroken}
    env.globals |= {
        "_": words.gettext,
        "site": theme.site,
        "tongue": tongue,
        "arrows": "→←" if runs_leftwards(tongue) else "←→",
        "native": theme.site.language if theme.site.language != tongue else "",
        "address": address,
        "article_data": article_data,
        "website_data": website_data,
        "trail_data": trail_data,
        "place_media": place_media,
        "describe": describe_picture,
        "offer": offer_picture,
        "share_picture": find_share_picture,
        "minutes": reading_minutes,
        "count_words": lambda article: count_words(article, theme.site.language),
        "weekdays": name_weekdays(locale),
        "month_names": tuple(
            env.filters["date"](date(2000, month, 1), "short-month") for month in range(1, 13)
        ),
    }
    # An {% import %} would ask anew on every page whether the macros see the same globals.
    env.globals["parts"] = env.get_template("parts.html").module
    return env


def _open_bytecode_cache(theme: Theme) -> BytecodeCache | None:
    """Keep compiled templates beside the compiled program, wherever Python keeps that; most builds find all.

    What a template becomes depends on our code, the site's face and its language as well (gain: 0.35 s of an
    edit). Where nothing can be written, as of a program that somebody else installed, each build compiles.
    """
    from jinja2 import FileSystemBytecodeCache

    if not theme.program or sys.dont_write_bytecode or sys.implementation.cache_tag is None:
        return None
    folder = Path(cache_from_source(__file__)).parent
    made_from = repr((theme.program, theme.folders, theme.site)).encode("utf-8", "surrogatepass")
    slot = str(sha256(repr((theme.folders, theme.site)).encode("utf-8", "surrogatepass")).digest()[0] % SITES)

    class Beside(FileSystemBytecodeCache):
        def get_cache_key(self, name: str, filename: str | None = None) -> str:
            return super().get_cache_key(name, slot)  # so many files at most, whatever sites there are

        def get_source_checksum(self, source: str) -> str:
            return sha256(made_from + source.encode("utf-8", "surrogatepass")).hexdigest()

        def load_bytecode(self, bucket: Bucket) -> None:
            try:
                super().load_bytecode(bucket)
            except Exception:  # noqa: BLE001  (a damaged file: it only costs time)
                bucket.reset()

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):
                super().dump_bytecode(bucket)

    return Beside(str(folder), "template-%s.cache")


def _make_template_class() -> type[Template]:
    """Make the class of templates whose output is put together without detours.

    MarkupSafe's ``escape`` makes a ``Markup`` of each string, in Python; a page is put together from
    two hundred of them and needs none to be one (gain: 90 of 450 µs a page). What it escapes, and
    what passes as it is, stay the same; its C function does the work. A macro that is called with
    all its arguments need not look for names and defaults (gain: 2 µs a call). Globals that are one
    dict are copied for each page twenty times as fast as Jinja2's chain of dicts (20 µs a page). A
    page's macros and its context hold each other: let go at once, they leave nothing to collect.
    """
    from jinja2 import Template
    from jinja2.runtime import Macro
    from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

    def escape_quickly(value: object) -> str:
        if type(value) is str:
            escaped: str = _escape_inner(value)
            return escaped
        if type(value) is int:
            return str(value)
        return value if isinstance(value, Markup) else escape(value)

    class QuickMacro(Macro):
        def __init__(self, *details: Any) -> None:
            super().__init__(*details)
            self.is_plain = not (self.catch_kwargs or self.catch_varargs or self.caller)

        def __call__(self, *args: Any, **kwargs: Any) -> str:
            if self.is_plain and not kwargs and len(args) == self._argument_count:
                return self._invoke(args, True)  # type: ignore[arg-type]
            return super().__call__(*args, **kwargs)

    class QuickTemplate(Template):
        @classmethod
        def _from_namespace(cls, environment: Environment, namespace: Names, globals: Names) -> Template:
            namespace.update(escape=escape_quickly, escape_text=_escape_inner, Macro=QuickMacro)
            return super()._from_namespace(environment, namespace, dict(globals))

        def render(self, *args: Any, **kwargs: Any) -> str:
            context = self.new_context(dict(*args, **kwargs))
            try:
                return self.environment.concat(self.root_render_func(context))
            except Exception:  # noqa: BLE001  (as Jinja2 does: it is raised anew, with template lines)
                self.environment.handle_exception()
            finally:
                context.vars.clear()

    return QuickTemplate


def _make_code_generator() -> type[CodeGenerator]:
    """Make the compiler of templates that writes what Python does fast.

    Jinja2 asks at each call whether the function wants the context or the like; ours never do, and
    macros are told to escape by what they are, so a call is written as a call (gain: 1.5 µs a call, of 30
    on a page). An attribute is taken, and a text escaped, where it stands; Jinja2's own function for it is
    only called where that does not do (gain: a sixth of a page).
    """
    from jinja2.compiler import CodeGenerator, Frame, optimizeconst
    from jinja2.nodes import Call, Expr, Getattr

    class DirectCode(CodeGenerator):
        def visit_Call(self, node: Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
            if (
                forward_caller
                or node.dyn_args
                or node.dyn_kwargs
                or any(iskeyword(k.key) for k in node.kwargs)
            ):
                super().visit_Call(node, frame, forward_caller=forward_caller)
                return
            self.visit(node.node, frame)
            self.write("(")
            for argument in (*node.args, *node.kwargs):
                self.visit(argument, frame)
                self.write(", ")
            self.write(")")

        @optimizeconst
        def visit_Getattr(self, node: Getattr, frame: Frame) -> None:  # noqa: N802
            found, holder = self.temporary_identifier(), self.temporary_identifier()
            self.write(f"({found} if ({found} := getattr(({holder} := ")
            self.visit(node.node, frame)
            self.write(f"), {node.attr!r}, missing)) is not missing")
            self.write(f" else environment.getattr({holder}, {node.attr!r}))")

        def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
            if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
                super()._output_child_pre(node, frame, finalize)
                return
            self.said = self.temporary_identifier()
            self.write(f"(escape_text({self.said}) if type({self.said} := ")

        def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
            if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
                super()._output_child_post(node, frame, finalize)
                return
            self.write(f") is str else escape({self.said}))")

    return DirectCode


def write_json(value: object) -> str:
    """Write JSON, keys sorted, in a tenth of the standard library's time (gain: 35 µs a page)."""
    return _json_encoder().encode(value).decode()


@lru_cache(maxsize=1)
def _json_encoder() -> msgspec.json.Encoder:
    import msgspec

    return msgspec.json.Encoder(order="sorted")


# --- words --------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def read_catalogue(language: str) -> NullTranslations:
    """Read the interface's words in a language; English, which the templates hold, when there are none."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    file = find_catalogue(language)
    if file is None:
        return NullTranslations()
    with file.open("rb") as source:
        catalogue = read_po(source)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _make_translator(words: NullTranslations, site: Site) -> type[Extension]:
    """Make the Jinja2 extension that translates a template's words while it is being compiled.

    It also puts in what never changes from page to page, such as ``site.title``, so that the
    compiler escapes it once and joins it with the markup around it (gain: 25 µs a page).

    ``jinja2.ext.i18n`` would look each of them up again on every page, which costs more than all
    the rest of a page. The marks are the same, so Babel finds the messages as usual: ``_("…")``,
    ``_("… %(name)s …", name=…)``, ``pgettext("context", "…")``, ``ngettext("…", "…", number)``.
    """
    from jinja2.ext import Extension
    from jinja2.lexer import Token

    class Translator(Extension):
        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            tokens = _fill_in_site(list(stream), site)
            at = 0
            while at < len(tokens):
                new, at = _translate(tokens, at, words)
                yield from (Token(*token) for token in new)

    return Translator


def _fill_in_site(tokens: list[Token], site: Site) -> list[Token]:
    """Put the text itself where ``site`` and the name of one of its texts stand."""
    filled: list[Token] = []
    for token in tokens:
        is_attribute = len(filled) > 1 and filled[-1].type == "dot" and filled[-2].value == "site"
        is_whole = len(filled) < 3 or filled[-3].type not in ("dot", "pipe")
        if token.type == "name" and is_attribute and is_whole:
            value = getattr(site, token.value, None)
            if isinstance(value, str):
                filled[-2:] = [type(token)(token.lineno, "string", value)]
                continue
        filled.append(token)
    return filled


def _translate(tokens: list[Token], at: int, words: NullTranslations) -> tuple[Iterable[_Token], int]:
    """Translate the message that begins at a token; return what stands for it, and where to go on."""
    line, kind, mark = tokens[at]
    shape = tuple(token.type for token in tokens[at + 1 : at + 6])
    if kind != "name" or shape[:2] != ("lparen", "string"):
        return [tokens[at]], at + 1
    first, second = tokens[at + 2].value, tokens[at + 4].value
    if mark == "_" and shape[2] == "rparen":
        return [(line, "string", words.gettext(first))], at + 4
    if mark == "_" and shape[2] == "comma":
        return [(line, "string", words.gettext(first)), *_filter(line, "fill")], at + 4
    if mark == "pgettext":
        return [(line, "string", words.pgettext(first, second))], at + 6
    if mark == "ngettext":
        return _translate_plural(tokens, at, first, second)
    return [tokens[at]], at + 1


def _translate_plural(tokens: list[Token], at: int, one: str, many: str) -> tuple[Iterable[_Token], int]:
    """Turn ``ngettext(one, many, number)`` into ``(number)|plural(one, many)``, which is called faster."""
    line, end, depth = tokens[at].lineno, at + 6, 1
    while depth:
        depth += {"lparen": 1, "rparen": -1}.get(tokens[end].type, 0)
        end += 1
    number = [(token.lineno, *token[1:]) for token in tokens[at + 6 : end]]
    strings = [(line, "string", one), (line, "comma", ","), (line, "string", many), (line, "rparen", ")")]
    return [(line, "lparen", "("), *number, *_filter(line, "plural"), *strings], end


def _filter(line: int, name: str) -> list[_Token]:
    return [(line, "pipe", "|"), (line, "name", name), (line, "lparen", "(")]


def _filler(isolate: Callable[[str], str]) -> Callable[..., str]:
    """Make the filter that puts values into a message; what comes out is plain text, escaped as a whole."""

    def fill(message: str, **values: object) -> str:
        return message % {
            name: isolate(value) if isinstance(value, str) else value for name, value in values.items()
        }

    return fill


_LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHTWARDS = re.compile("[A-Za-z\u00c0-\u0589\u0900-\u1fff\u2c00-\ufb17\uff21-\uffdc]")
_ISOLATE, _END = "\u2068", "\u2069"


def _isolator(tongue: str) -> Callable[[str], str]:
    """Make what keeps a name that runs the other way from turning the sentence around it.

    It goes between U+2068 and U+2069, which do what ``<bdi>`` does and may stand in a title, too (UAX #9).
    """
    other = _RIGHTWARDS if runs_leftwards(tongue) else _LEFTWARDS

    def isolate(text: str) -> str:
        return f"{_ISOLATE}{text}{_END}" if other.search(text) and _ISOLATE not in text else text

    return isolate


def _plural_writer(words: NullTranslations, locale: Locale) -> Callable[[int, str, str], str]:
    """Make the filter that writes a number with its noun: ``1,638 tags``."""
    write_number = _number_writer(locale)

    @lru_cache(maxsize=4096)
    def write_plural(number: int, one: str, many: str) -> str:
        message = words.ngettext(one, many, number)
        if number < 1000:
            return message % {"num": number}
        return message.replace("%(num)d", "%(num)s") % {"num": write_number(number)}

    return write_plural


def word_kin(language: str, kin: Kin) -> str:
    """Say what an article has in common with another one, as its page does."""
    words, write_days = _kin_words(language)
    terms = words.pgettext("between terms", ", ").join(kin.shared)
    about = words.gettext("also about %(terms)s") % {"terms": terms}
    return about + (words.gettext(", ") + write_days(kin.days) if kin.days else "")


@lru_cache(maxsize=4)
def _kin_words(language: str) -> tuple[NullTranslations, Callable[[int], str]]:
    words = read_catalogue(language)
    write = _plural_writer(words, find_locale(language))
    return words, lambda days: write(days, "%(num)d day apart", "%(num)d days apart")


def _reason_writer(words: NullTranslations, isolate: Callable[[str], str]) -> Callable[[str], str]:
    """Make the filter that gives a rule's reason in the words of one language.

    The built-in rules give their reasons in English, and the catalogues hold them; a site's own
    rules give them in its own words, which stay as they are. Reasons about an element begin with
    its tag: ``<script> is no text of the article``.
    """

    def write_reason(reason: str) -> str:
        element, space, sentence = reason.rpartition("> ")
        if not sentence:
            return reason
        return f"{isolate(f'{element}>')} {words.gettext(sentence)}" if space else words.gettext(sentence)

    return write_reason


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for a mark that translates nothing)
    """Mark a message for the catalogues; it is translated later."""
    return message


# TRANSLATORS: {day} is a whole date, {weekday} the day's name, {clock} is 23:15 or 23:15:52.
MOMENTS = {"full": N_("{weekday}, {day}, {clock}"), "second": N_("{day}, {clock}")}
SKELETONS = {"month": "yMMMM", "year": "y", "month-day": "MMMMd", "short-day": "MMMd", "only-day": "d"}
"""Forms of dates and what CLDR calls them; ``day`` is CLDR's long date."""
ZONES = (
    N_("Asia/Shanghai"), N_("Asia/Hong_Kong"), N_("Asia/Taipei"), N_("Asia/Singapore"), N_("UTC"),
)  # fmt: skip
"""Zones that have a name of their own in some language; others go by their IANA name."""


UNKNOWN = N_("Unknown source")
"""Stands where a publisher's name would, when nobody knows it."""


NO_DAY, NO_MONTH = N_("Day not known"), N_("Month not known")


def find_locale(language: str) -> Locale:
    """Find how a language writes dates and numbers: English when the words are English as well."""
    from babel.core import Locale, UnknownLocaleError

    name = find_tongue(language)
    while "-" in name:
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            name = name.rpartition("-")[0]
    return Locale.parse(name)


_OF_DAYS, _OF_MONTHS = {"clock", "weekday", "only-day"}, {"only-month", "short-month"}
"""Forms that tell nothing where no day, or no month, is known."""


def _date_writer(words: NullTranslations, locale: Locale) -> Callable[[date | Period, str], str]:
    """Make the filter that writes a date in one of these forms, as CLDR has it for one language.

    ``day`` ``month`` ``year`` ``month-day`` ``short-day`` ``only-month`` ``short-month`` ``only-day``
    ``weekday`` ``clock`` ``full`` ``second``; and ``Month`` ``Only-month`` ``Weekday`` where they begin a
    line. The forms are made once: Babel would read the pattern for each date. A stamp without a time of day
    is read as midnight, so midnight is told by ``second`` alone. Of a ``Period`` every form tells the month
    or the year, which is all that is known, and those of a part of it that is not known tell nothing.
    """
    shapes = {form: _read_pattern(locale, locale.datetime_skeletons[key]) for form, key in SKELETONS.items()}
    shapes |= {"day": _read_pattern(locale, locale.date_formats["long"])}
    shapes |= {"only-month": "{name}", "short-month": "{brief}", "weekday": "{weekday}", "clock": "{clock}"}
    moments = {form: words.gettext(message) for form, message in MOMENTS.items()}
    moments["day-alone"] = _CLOCK_LAST.sub("", moments["full"])
    shapes |= {form: moment.replace("{day}", shapes["day"]) for form, moment in moments.items()}
    forms = {form: shape.format for form, shape in shapes.items()}
    short, brief = _name_months(locale, "abbreviated")
    long, alone = _name_months(locale, "wide")
    names = brief if brief[0][0].isdigit() else alone
    weekdays = [locale.days["format"]["wide"][day] for day in range(7)]

    @lru_cache(maxsize=4096)
    def write_day(year: int, month: int, day: int, form: str) -> str:
        if form[0].isupper():
            words = write_day(year, month, day, form.lower())
            return words[:1].upper() + words[1:]
        return forms[form](
            year=year,
            month=month,
            day=day,
            name=names[month - 1],
            long=long[month - 1],
            short=short[month - 1],
            alone=alone[month - 1],
            brief=brief[month - 1],
            weekday=weekdays[date(year, month, day).weekday()],
            clock="{clock}",
        )

    def write_period(when: Period, form: str) -> str:
        if form.lower() in _OF_DAYS or (not when.month and form.lower() in _OF_MONTHS):
            return ""
        if form.lower() not in {"year", "only-month", "short-month"}:
            form = "Month" if form[0].isupper() else "month"
        return write_day(when.year, when.month or 1, 1, form if when.month else "year")

    def write_date(when: date | Period, form: str) -> str:
        if isinstance(when, Period):
            return write_period(when, form)
        clock = when.time() if isinstance(when, datetime) else time.min
        if form == "clock":
            return f"{clock.hour:02}:{clock.minute:02}" if clock != time.min else ""
        if form == "full" and clock == time.min:
            form = "day-alone"
        # A site has few days and many dates, so each day's words are put together once (2 µs each).
        words = write_day(when.year, when.month, when.day, form)
        if form in MOMENTS:
            return words.replace("{clock}", f"{clock:%H:%M:%S}" if form == "second" else f"{clock:%H:%M}")
        return words

    return write_date


def _span_writer(locale: Locale) -> Callable[[date, date], str]:
    """Make the filter that writes two days of a year in one: 2.–26. Feb., 2–26 فبراير, 2月2日～26日."""

    @lru_cache(maxsize=4096)
    def write_span(first: date, last: date) -> str:
        from babel.dates import format_interval

        return _space_out(locale, format_interval(first, last, "MMMd", locale=locale))

    return write_span


def _name_months(locale: Locale, width: str) -> tuple[list[str], list[str]]:
    """Name the months as they stand within a date, and as they stand alone: 4 июля, but июль.

    A language that knows one form alone refers to it by an alias. Babel resolves that for whichever
    locale asks first and remembers it for all, so it must not be asked to: ``_data`` holds what CLDR says.
    """
    from babel import localedata

    within = locale.months["format"][width]
    own: Any = localedata.load(str(locale))
    for key in ("months", "stand-alone", width):
        own = getattr(own, "_data", own)[key]
    alone = {**within, **own[1]} if isinstance(own, tuple) else within
    return (
        [_space_out(locale, within[month]) for month in range(1, 13)],
        [_space_out(locale, alone[month]) for month in range(1, 13)],
    )


_CLOCK_LAST = re.compile(r"(?<=[}）)])[^{}）)]*\{clock\}[^{}]*$")
_FIELD = re.compile(r"'([^']*)'|(y+|M+|L+|d+)")
_FIELDS = {"y": "year", "M": "month", "MM": "month:02", "d": "day", "dd": "day:02"}
_FIELDS |= {"MMM": "short", "MMMM": "long", "LLL": "brief", "LLLL": "alone"}
_HAN_BESIDE_NUMBER = re.compile(r"(?<=[}\d])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[{\d])")


def _read_pattern(locale: Locale, pattern: object) -> str:
    """Turn CLDR's pattern of a date, such as ``d MMMM y``, into ``{day} {long} {year}``."""
    text = str(getattr(pattern, "pattern", pattern))

    def read_field(found: re.Match[str]) -> str:
        quoted, field = found.groups()
        return quoted if field is None else f"{{{_FIELDS.get(field, 'year')}}}"

    return _space_out(locale, _FIELD.sub(read_field, text))


def _space_out(locale: Locale, text: str) -> str:
    """Put a blank between Han characters and digits, as Chinese pages are set; CLDR leaves it out."""
    return _HAN_BESIDE_NUMBER.sub(" ", text) if locale.language == "zh" else text


def _number_writer(locale: Locale) -> Callable[[int], str]:
    """Make the filter that writes a number with the marks that a language puts between thousands."""

    def write_number(number: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, locale=locale)

    return write_number


_LONG_CLAUSE = re.compile(r"[\u3400-\u9fff][\w.%·]{13}")


def is_unbroken(title: str) -> bool:
    """Tell whether a part of a title between marks and blanks is wider than a phone's line.

    Titles break at their marks; such a part would be cut where the line ends, with a character left over.

    >>> is_unbroken("上海两大医院因疫情防控需要暂停门诊"), is_unbroken("疫情冲击：全球供应链暂停了两个星期")
    (True, False)
    """
    return _LONG_CLAUSE.search(title) is not None


def name_weekdays(locale: Locale) -> tuple[tuple[str, str], ...]:
    """Give each weekday's letter and name, Monday first, for the heads of calendars."""
    names = locale.days["format"]
    return tuple((names["narrow"][day], names["wide"][day]) for day in range(7))


# --- a body and its media -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a medium stands in a body, for the template to fill with phrasing markup."""

    media: Media
    picture: Picture | None
    """The stored file, if it is stored with the site."""
    linked: bool
    """True inside a link, where no other link may stand."""
    first: bool
    """True for the body's first medium, which is near enough to the top to load at once."""
    slip: Slip | None
    """Why the picture is not stored, if it was asked for in vain."""

    @property
    def url(self) -> str:
        """The address at which the medium is to be had, or nothing."""
        return self.media.urls[0] if self.media.urls else ""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a table or listing begins or ends, for the template to draw a scrolling box around it."""

    tag: str
    opens: bool
    number: int
    """Which of the body's tables or listings it is: boxes that are announced need names of their own."""


def place_media(article: Article) -> Iterator[SafeHtml | Place | Edge]:
    """Cut an article's body where its media and its wide parts stand.

    The pieces are gated HTML as it was; only what the template puts between them is new. In the
    gate's output every ``<`` outside an attribute's quotes opens a tag, and ``_TAG`` passes over
    quoted values, so that no cut can fall inside a tag.
    """
    pictures = {picture.index: picture for picture in article.pictures}
    slips = {slip.index: slip for slip in article.slips}
    links, numbers = 0, dict.fromkeys(_WIDE, 0)
    # Most bodies hold none of what is looked for, and need no look at each tag (gain: 30 µs a page).
    is_plain = not any(mark in article.body.html for mark in ("<a", "<table", "<pre"))
    for piece in split_media(article.body.html):
        if isinstance(piece, int):
            media = article.body.media[piece]
            yield Place(media, pictures.get(piece), links > 0, piece == 0, slips.get(piece))
            continue
        if is_plain:
            yield piece
            continue
        start = 0
        for found in _TAG.finditer(piece):
            tag, opens = found.group(2), not found.group(1)
            if tag == "a":
                links += 1 if opens else -1
            elif tag in _WIDE:
                cut = found.start() if opens else found.end()
                yield piece[start:cut]
                numbers[tag] += opens
                yield Edge(tag, opens, numbers[tag])
                start = cut
        yield piece[start:]


# --- what templates ask -------------------------------------------------------------------

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff\u202a-\u202e\u2066-\u2069]"
)
_PIECE = re.compile(r"[\s\w]+|[^\s\w]")
_FILE_NAME = re.compile(r"(\S*/)?[^\s/]+\.(jpe?g|png|gif|webp|bmp|svg|avif)", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:@]+)")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^"<>]|"[^"]*")*>')
_WIDE = frozenset({"table", "pre"})
DENSE_SPEED = 400
"""Han characters a minute at an easy reading pace; letters of alphabets go about 2.5 times as fast."""
LETTER_SPEED = 1000


def show_controls(text: str) -> str:
    """Name the characters that no page may hold or that would turn the text around it."""
    return _CONTROL.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)


def count_places(detail: str) -> str:
    """Give the numbers of a detail such as ``title 1, body 3``, in a form that needs no words: 1 + 3."""
    return " + ".join(re.findall(r"\d+", detail))


def cut_pieces(text: str) -> list[str]:
    """Cut text at its punctuation, so that a template can let long addresses break there."""
    return _PIECE.findall(text)


def is_web(url: str) -> bool:
    """Tell whether an address from an article may stand in a link."""
    return url.startswith(("http://", "https://"))


def name_host(url: str) -> str:
    """Name the host of a web address, without the ``www.`` that says nothing."""
    found = _HOST.match(url)
    return found.group(1).removeprefix("www.") if found else url


def describe_picture(media: Media, title: str) -> str:
    """Give a picture's description, or nothing when it repeats the title or names a file."""
    words = " ".join((media.alt or media.title).split())
    return "" if words == title or _FILE_NAME.fullmatch(words) else words


def reading_minutes(length: int, language: str) -> int:
    """Estimate how many minutes a text of ``length`` characters takes to read."""
    speed = DENSE_SPEED if language.startswith(DENSE_SCRIPTS) else LETTER_SPEED
    return max(1, round(length / speed))
