"""The built site's own bytes, read by a parser that had no part in writing them.

In: a file of the built site. Out: a ``Document`` of plain elements in document order, or the
root of an XML document. The rule it guards: **independence**. BeautifulSoup on lxml reads here,
and nothing that renders a page is imported, so the writer and its judge cannot share a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

XmlElement = Any
"""An element of lxml's, whose package says nothing of its types."""

ROOT = -1
"""The parent of the outermost element."""


class Element(NamedTuple):
    """One element: ``at`` is its number in the document, ``end`` the number after its last descendant.

    A tuple, because there are two hundred of them a page (gain: 0.1 ms a page).
    """

    at: int
    tag: str
    attributes: Mapping[str, str]
    parent: int
    end: int
    text: str
    """The text that stands in the element itself, without that of its descendants."""

    def get(self, name: str) -> str:
        """Give an attribute's value, empty when there is none."""
        return self.attributes.get(name, "")

    def has_class(self, name: str) -> bool:
        """Tell whether ``name`` is one of the element's classes."""
        classes = self.attributes.get("class", "")
        return name in classes and name in classes.split()


@dataclass(frozen=True, slots=True)
class Document:
    """A page as its reader sees it."""

    path: str
    source: str
    elements: tuple[Element, ...]

    def inside(self, element: Element) -> tuple[Element, ...]:
        """List an element's descendants in order."""
        return self.elements[element.at + 1 : element.end]

    def around(self, element: Element) -> Iterator[Element]:
        """List an element's ancestors, nearest first."""
        parent = element.parent
        while parent != ROOT:
            yield self.elements[parent]
            parent = self.elements[parent].parent

    def text(self, element: Element) -> str:
        """Give all text of an element, each element's own text in the order in which they begin."""
        own = (element.text, *(inner.text for inner in self.inside(element)))
        return " ".join(" ".join(own).split())

    def place(self, needle: str) -> tuple[int, int]:
        """Give the 1-based line and column of the first place where ``needle`` is written."""
        at = self.source.find(needle) if needle else -1
        if at < 0:
            return 1, 1
        return self.source.count("\n", 0, at) + 1, at - self.source.rfind("\n", 0, at)

    @property
    def kind(self) -> str:
        """The page's own word for what it is: ``home``, ``year``, ``article`` …"""
        return next((element.get("data-page") for element in self.elements if element.tag == "body"), "")


def read_document(path: str, source: str) -> Document:
    """Read a page into its elements.

    BeautifulSoup on lxml reads, with a builder that notes rows where its own makes a tree of linked
    objects (measured: 0.9 ms a page in place of 4.5; a test holds both to the same elements).
    """
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

    rows = _row_builder()()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        BeautifulSoup(source, builder=rows)
    return Document(path, source, rows.elements())


@cache
def _row_builder() -> Any:
    """Make the class of builders; what it inherits from is heavy, and loads when first needed."""
    from bs4.builder._lxml import LXMLTreeBuilder

    class RowBuilder(LXMLTreeBuilder):
        """Notes each element as a row, in the order of the document."""

        def __init__(self) -> None:
            super().__init__(multi_valued_attributes=None)
            self.rows: list[list[Any]] = []
            self.open: list[int] = [ROOT]

        def start(self, tag: str, attrib: Mapping[str, str], nsmap: Mapping[str, str] = {}) -> None:
            at = len(self.rows)
            self.rows.append([at, tag, dict(attrib), self.open[-1], 0, []])
            self.open.append(at)

        def end(self, tag: str) -> None:
            if len(self.open) > 1 and self.rows[self.open[-1]][1] == tag:
                self._close()
            elif any(self.rows[at][1] == tag for at in self.open[1:]):
                while self._close() != tag:
                    pass

        def data(self, data: str) -> None:
            if self.open[-1] != ROOT:
                self.rows[self.open[-1]][5].append(data)

        def comment(self, content: str) -> None:
            """Leave comments out."""

        def doctype(self, name: str, pubid: str, system: str) -> None:
            """Leave the document type out."""

        def pi(self, target: str, data: str) -> None:
            """Leave processing instructions out."""

        def elements(self) -> tuple[Element, ...]:
            while len(self.open) > 1:
                self._close()
            return tuple(
                Element(at, tag, attributes, parent, end, "".join(texts))
                for at, tag, attributes, parent, end, texts in self.rows
            )

        def _close(self) -> str:
            row = self.rows[self.open.pop()]
            row[4] = len(self.rows)
            return str(row[1])

    return RowBuilder


class NotXml(ValueError):  # noqa: N818  (a verdict, not a fault)
    """The file is not well-formed XML, or wants more than a reader of feeds would give it."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, max(line, 1), max(column, 1)


def read_xml(data: bytes) -> XmlElement:
    """Read an XML document strictly; no entity is resolved and nothing is fetched."""
    from lxml import etree  # type: ignore[import-untyped]

    if b"<!DOCTYPE" in data[:1000]:
        raise NotXml("it has a document type, which feeds do not need")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position or (1, 1)
        raise NotXml(str(error.msg or "it is not well-formed"), line, column) from None
