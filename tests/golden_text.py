"""A built article page as lines that a person can read against the seed: see ``golden/site/``.

The body keeps its inline markup, one block a line; a slip is written ``[图 …]`` with the address it
names; 存档信息 and the ledger follow, one entry a line.
"""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sites import BuiltPage, BuiltSite, resolve

GOLDEN = Path(__file__).parent / "golden" / "site"


def line(text: str) -> str:
    """Squeeze white space, so that a golden file does not depend on how a template is indented."""
    return " ".join(text.split())


def write_block(block: Tag) -> str:
    """Write one block of a body as one line."""
    block = BeautifulSoup(str(block), "lxml").body.contents[0]  # type: ignore[union-attr,assignment]
    for slip in block.select(".slip"):
        link = slip.find("a")
        slip.replace_with(f"[图 {line(slip.get_text(' '))}{' → ' + str(link['href']) if link else ''}]")
    return line(str(block))


def write_entry(name: Tag) -> str:
    """Write one pair of 存档信息."""
    value = name.find_next_sibling("dd")
    assert value is not None
    inner = [line(item.get_text(" ")) for item in value.find_all("li")]
    return f"{line(name.text)}: {' | '.join(inner) if inner else line(value.get_text(' '))}"


def write_removal(entry: Tag) -> str:
    """Write one entry of the ledger; its long strings are cut by ``<wbr>`` and come back whole."""
    return " · ".join(
        line(part.get_text(" " if "meta" in part.get("class", []) else "")) for part in entry.find_all("p")
    )


def write_golden(site: BuiltSite, page: BuiltPage) -> str:
    """Write an article page and its ledger as golden text."""
    html = page.html

    def one(selector: str) -> Tag:
        found = html.select_one(selector)
        assert found is not None, f"{page.path} has no {selector}"
        return found

    lines = [
        f"page: {page.path}",
        f"title: {line(one('h1.p-name').text)}",
        f"meta: {line(one('p.meta').get_text(' '))} <{one('time.dt-published')['datetime']}>",
        f"tags: {', '.join(tag.text for tag in html.select('footer.end .tags .p-category'))}",
        "",
        *(write_block(block) for block in one(".e-content").find_all(True, recursive=False)),
        "",
        *(write_entry(name) for name in html.select(".prov dt")),
        "",
    ]
    ledgers = {resolve(page.path, str(a["href"])) for a in html.select(".prov a[href*='.ledger.html']")}
    for path in sorted(path for path in ledgers if path):
        lines += [write_removal(item) for item in site.pages[path].html.select("ol.ledger > li")]
    return "\n".join(lines) + "\n"


def golden_files(site: BuiltSite) -> dict[str, str]:
    """Give every golden file by name: one for each article."""
    return {
        f"{Path(path).stem}.txt": write_golden(site, page) for path, page in sorted(site.articles.items())
    }
