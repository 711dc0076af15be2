"""What a page says on the founding article's word, and whether a reader gets from there to the register."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

REGISTER = "/claims/"
SAYS = re.compile(r"(?i:founding article|unverified)|Article:")
# The nearest of these is what a reader takes in together with the sentence.
BLOCKS = {"li", "tr", "article", "section", "figure", "p", "dd"}
# Nothing that a reader reads; and the choices of a filter, which state nothing and hold no link.
SILENT = {"script", "style", "option"}
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip


@dataclass
class Element:
    """An element with its own words: its text and what it tells a screen reader."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    words: str = ""
    links: list[str] = field(default_factory=list)

    @property
    def block(self) -> "Element":
        """The nearest block; without one, the element itself."""
        here: Element | None = self
        while here is not None and here.tag not in BLOCKS:
            here = here.parent
        return here or self


class Page(HTMLParser):
    """A page as its elements; `at` is its address, against which its links are read."""

    def __init__(self, html: str, at: str = "/") -> None:
        super().__init__()
        self.at = at
        self.elements = [Element("page", {}, None)]
        self.open = [self.elements[0]]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self.open[-1], attributes.get("aria-label", ""))
        self.elements.append(element)
        if tag == "a" and "href" in attributes:
            for outer in (*self.open, element):
                outer.links.append(urljoin(self.at, attributes["href"]))
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of an SVG that closes itself."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].words += data

    @property
    def links(self) -> list[str]:
        return self.elements[0].links

    @property
    def anchors(self) -> set[str]:
        return {element.attributes["id"] for element in self.elements if "id" in element.attributes}

    @property
    def sayings(self) -> list[Element]:
        """The elements that speak of the article."""
        return [e for e in self.elements if e.tag not in SILENT and SAYS.search(e.words)]


def faults(page: Page, claims: set[str], anchors: set[str]) -> list[str]:
    """Sentences of the article without a link to a claim, and links to the register that lead nowhere.

    `anchors` are all of the register's page, the claims among them.
    """
    silent = [
        f"{page.at} says without a link: {' '.join(element.words.split())!r}"
        for element in page.sayings
        if not any(_anchor(link) in claims for link in element.block.links)
    ]
    lost = [link for link in page.links if (anchor := _anchor(link)) and anchor not in anchors]
    return silent + [f"{page.at} links to what is not there: {link}" for link in lost]


def _anchor(link: str) -> str:
    """The place in the register to which a link leads; empty for its start and for any other link."""
    address = urlsplit(link)
    return address.fragment if address.path == REGISTER else ""
