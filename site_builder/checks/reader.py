"""The built site's own bytes, read by a parser that had no part in writing them.

In: a file of the built site. Out: a ``Document`` of plain elements in document order, or the
root of an XML document. The rule it guards: **independence**. BeautifulSoup on lxml reads here,
and nothing that renders a page is imported, so the writer and its judge cannot share a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

XmlElement = Any
"""An element of lxml's, whose package says nothing of its types."""

ROOT = -1
"""The parent of the outermost element."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``at`` is its number in the document, ``end`` the number after its last descendant."""

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
        return name in self.attributes.get("class", "").split()


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
    """Read a page into its elements."""
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
    from bs4.element import PreformattedString

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(source, "lxml", multi_valued_attributes=None)
    open_elements: list[tuple[int, Iterator[Any]]] = [(ROOT, iter(soup.contents))]
    rows: list[list[Any]] = []
    while open_elements:
        at, children = open_elements[-1]
        for child in children:
            if isinstance(child, Tag):
                attributes = {name.lower(): str(value) for name, value in child.attrs.items()}
                rows.append([len(rows), child.name.lower(), attributes, at, 0, []])
                open_elements.append((len(rows) - 1, iter(child.contents)))
                break
            if at != ROOT and not isinstance(child, PreformattedString):
                rows[at][5].append(str(child))
        else:
            open_elements.pop()
            if at != ROOT:
                rows[at][4] = len(rows)
    elements = (
        Element(at, tag, attributes, parent, end, "".join(texts))
        for at, tag, attributes, parent, end, texts in rows
    )
    return Document(path, source, tuple(elements))


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
