"""What a page says of itself to machines: schema.org data, as plain dictionaries.

In: an article, a site. Out: JSON-LD nodes; the template writes them with ``tojson``, which
escapes ``<``, ``>`` and ``&``. The rule it guards: nothing is claimed that is not known. The
author and publisher are the original outlet, this archive is the provider, and an absolute
address is written only when the site has one.
"""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.model import Article, Site

HEADLINE = 110
"""Characters that Google's guide for article markup allows a headline."""

DENSE_SCRIPTS = ("zh", "ja", "ko")
"""Languages of whose characters each says as much as some letters of others."""

UNPARTED = (*DENSE_SCRIPTS, "th", "lo", "km", "my")
"""Languages whose words no blanks part."""

Node = dict[str, object]


def address(site: Site, path: str, root: str) -> str:
    """Give the address of a site path: absolute when the site's is known, else relative.

    ``index.html`` is left out of an absolute address, as readers see it; a relative one names
    the file, so that it also works from disk. ``root`` leads from the page to the top.
    """
    if not site.base_url:
        return f"{root}{path}"
    return site.base_url + (path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path)


def website_data(site: Site, root: str) -> Node:
    """Describe the archive itself, for the front page."""
    node: Node = {"@context": "https://schema.org", "@type": "WebSite", "name": site.title}
    node |= {"url": address(site, "index.html", root), "inLanguage": site.language}
    if site.description:
        node["description"] = site.description
    return node


def article_data(site: Site, article: Article, outlet_name: str, tags: Sequence[str], root: str) -> Node:
    """Describe an article as schema.org's NewsArticle; the outlet goes by the name that the page shows."""
    card, provenance = article.card, article.provenance
    page = address(site, card.url, root)
    outlet: Node = {"@type": "Organization", "name": outlet_name}
    if provenance.source_home.startswith(("https://", "http://")):
        outlet["url"] = provenance.source_home
    archive: Node = {"@type": "Organization", "name": site.title, "url": address(site, "index.html", root)}
    node: Node = {
        "@type": "NewsArticle",
        "@id": page,
        "mainEntityOfPage": page,
        "headline": card.title[:HEADLINE],
        "inLanguage": card.lang or site.language,
        "wordCount": count_words(article, site.language) or card.length,
        "author": {"@type": "Person", "name": provenance.author} if provenance.author else outlet,
        "publisher": outlet,
        "provider": archive,
        "isPartOf": {"@type": "Collection", "name": site.title, "url": archive["url"]},
        "isBasedOn": provenance.origin
        or {"@type": "CreativeWork", "identifier": card.id, "publisher": outlet},
    }
    if card.excerpt:
        node["description"] = card.excerpt
    if tags:
        node["keywords"] = list(tags)
    if card.dated:
        node["datePublished"] = card.dated.isoformat()
    if provenance.updated:
        node["dateModified"] = provenance.updated.isoformat()
    if pictures := [picture for picture in article.pictures if picture.telling]:
        node["image"] = [address(site, picture.url, root) for picture in pictures]
    return node


def count_words(article: Article, language: str) -> int:
    """Count the words of an article; 0 where a text is measured by its characters.

    ``language`` is the site's, which stands in where the article's own is not known.
    """
    if (article.card.lang or language).startswith(UNPARTED):
        return 0
    return len(article.body.text.split())


def trail_data(site: Site, trail: Sequence[tuple[str, str]], root: str) -> Node:
    """Describe a breadcrumb trail of (name, site path); the last one has no path: it is the page."""
    items: list[Node] = []
    for position, (name, path) in enumerate(trail, start=1):
        item: Node = {"@type": "ListItem", "position": position, "name": name}
        if path:
            item["item"] = address(site, path, root)
        items.append(item)
    return {"@type": "BreadcrumbList", "itemListElement": items}
