"""The words of the interface, as they are marked in templates and code, and the catalogues' upkeep.

    python tests/catalogues.py

drops what no page says any more from every catalogue, writes the English one anew, and names what
the others still have to translate.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from site_builder.cleaning.policy import DROPPED
from site_builder.model import Site
from site_builder.pictures import embedded
from site_builder.steps.render import PACKAGE, find_theme

LOCALES = PACKAGE / "locale"
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/messages.po"))

Message = str | tuple[str, ...]


def messages() -> set[tuple[str | None, Message]]:
    """Every message of the templates and of the code that renders them."""
    templates = Path(find_theme(Site("", "", "en", "UTC")).folders[-1])
    marks = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    ways = ((templates, "*.html", "jinja2.ext:babel_extract"), (PACKAGE / "steps", "render.py", "python"))
    marked = {
        (context, message)
        for folder, files, way in ways
        for _, _, message, _, context in extract_from_dir(folder, [(files, way)], keywords=marks)
    }
    return marked | {(None, reason) for reason in cleaner_reasons()}


def cleaner_reasons() -> Iterator[str]:
    """Every reason that the generic cleaner can enter in a ledger."""
    files = (PACKAGE / "steps" / "clean.py", *sorted((PACKAGE / "cleaning").glob("*.py")))
    for node in chain.from_iterable(ast.walk(ast.parse(file.read_text("utf-8"))) for file in files):
        named = isinstance(node, ast.Call) and (
            getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        )
        calls = named in ("_enter", "_take_back", "Removal")
        parts = node.args if calls else node.value.elts if is_pair(node) else []
        parts = [node.value] if isinstance(node, ast.Assign) else parts
        yield from (part.value for part in parts if is_sentence(part))
    yield from DROPPED.values()
    for node in ast.walk(ast.parse(Path(embedded.__file__).read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "reason" and is_sentence(node.value):
            yield node.value.value


def publishers_reasons() -> Iterator[str]:
    """The reasons of publishers' rules. A catalogue may have them; a new publisher needs one file alone."""
    for file in sorted((PACKAGE / "sources").glob("*.toml")):
        source = tomllib.loads(file.read_text("utf-8"))
        if reason := source.get("clock", {}).get("reason"):
            yield reason
        yield from (rule["reason"] for rule in source.get("rules", ()))


def is_pair(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)


def is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".")


def read_catalogue_file(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source)


def write_catalogue_file(file: Path, catalogue: Catalog) -> None:
    """Write as the files in the project are: no places, no dates, so that a change shows what it is."""
    header = f"# {catalogue.header_comment.lstrip('# ').splitlines()[0]}\n"
    plural = catalogue.plural_forms.rstrip(";")
    head = f'Language: {catalogue.locale_identifier}\\n"\n"Plural-Forms: {plural};\\n'
    lines = [
        header, 'msgid ""\nmsgstr ""\n"', head,
        '"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n',
        '"Content-Transfer-Encoding: 8bit\\n"\n\n',
    ]  # fmt: skip
    with file.open("wb") as target:
        target.write("".join(lines).encode())
        write_po(target, catalogue, width=0, no_location=True, omit_header=True)


def tidy() -> None:
    wanted = messages()
    for file in CATALOGUES:
        catalogue = read_catalogue_file(file)
        if file.parent.parent.name == "en":
            for message in [message for message in catalogue if message.id]:
                catalogue.delete(message.id, message.context)
            for context, said in sorted(wanted, key=lambda pair: (str(pair[1]), pair[0] or "")):
                catalogue.add(said, said, context=context)
        kept = wanted | {(None, reason) for reason in publishers_reasons()}
        for message in [message for message in catalogue if message.id]:
            if (message.context, message.id) not in kept:
                catalogue.delete(message.id, message.context)
        write_catalogue_file(file, catalogue)
        held = {(message.context, message.id) for message in catalogue}
        for context, said in sorted(wanted - held, key=str):
            print(f"{file.parent.parent.name} lacks {said!r}" + (f" ({context})" if context else ""))


if __name__ == "__main__":
    tidy()
