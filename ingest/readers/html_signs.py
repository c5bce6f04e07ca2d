"""What the names of a page's elements say: which call themselves menus, sidebars, banners, comments."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.readers.html_tree import Node

TAGS = frozenset("nav footer aside figcaption form button dialog menu search".split())
_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar tablist".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Words of class names and ids, in the three languages of the reports. Not among them is what a chapter of a report may
# be called: "recommendations", "promotion", "consent".
_NAMES = frozenset(
    "nav navbar navigation menu submenu megamenu breadcrumb breadcrumbs sidebar rail footer masthead topbar"
    " related relatedposts recirc mostread teasers cookie cookies gdpr share sharing sharebar socials newsletter"
    " subscribe paywall promo ad ads advert advertisement adsense sponsored banner popup modal overlay"
    " pagination pager paging widget widgets toolbar login signin signup searchbox searchform skip skiplink"
    " comment comments disqus respond reply caption captions copyright sitemap toc tags taglist tagcloud"
    " byline dateline timestamp author authors ticker postprofile userinfo signature jumplinks"
    " noprint navbox catlinks printfooter hatnote editsection"
    " partage partager publicite pub pied ariane commentaires commentaire abonnement legende"
    " binhluan chiase quangcao lienquan tinlienquan tinkhac docnhieu xemthem chuthich".split()
)
_PHRASES = re.compile(
    r"lien-?quan|tin-(?:khac|moi|cu|hot|nong|noi-bat|doc)|xem-(?:them|nhieu)|doc-(?:nhieu|them)|binh-luan|chia-se"
    r"|quang-cao|chu-thich|lire-aussi|a-lire|fil-d?-?ariane|pied-de-page|most-(?:read|viewed|popular)|read-(?:more|also)"
    r"|see-also|you-may|also-like|skip-to|site-(?:header|footer|nav|info)|page-(?:footer|header)|post-(?:meta|nav|tags)"
    r"|entry-meta|posted-on|follow-us|back-to-top|user-info|global-header|top-stories|more-(?:news|stories|from)"
    r"|social-(?:links|media|icons|bar|buttons|top|bottom)|search-(?:box|form|bar)|image-credit|photo-credit"
    r"|recommended-(?:for|posts|articles)"
)


def signs_of(node: Node) -> list[str]:
    """What about an element says that it is furniture: its tag, its role, words of its class and id."""
    signs = [node.tag] if node.tag in TAGS else []
    if node.tag in ("html", "body", "article", "main", "#page"):
        return signs
    if "header" in (node.tag, node.get("id"), node.get("class")) and not any(n.tag == "h1" for n in node.walk()):
        signs.append("header")
    if node.get("role").lower() in _ROLES:
        signs.append(node.get("role").lower())
    if is_hidden(node):
        signs.append("hidden")
    if re.fullmatch(r"h[1-6]", node.tag):  # whose id is its own words
        return signs + list(_name_signs(node.get("class")))
    return signs + list(_name_signs(f"{node.get('class')} {node.get('id')}"))


def is_hidden(node: Node) -> bool:
    """Whether a reader does not see an element."""
    return (
        "hidden" in node.attributes
        or node.get("aria-hidden").lower() == "true"
        or ("style" in node.attributes and bool(_HIDDEN.search(node.get("style"))))
    )


@lru_cache(maxsize=4096)
def _name_signs(names: str) -> tuple[str, ...]:
    """The words of class names and ids that call an element furniture."""
    found: dict[str, None] = {}
    for name in names.split()[:40]:
        if re.match(r"(?:tag|category|type|status|format|has|no|with|is)-|post-?(?:\d|template|type)", name):
            continue  # WordPress says with these what a report is about
        hyphened = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name[:80]).lower()
        words = re.split(r"[-_:\d]+", hyphened)
        found |= dict.fromkeys(word for word in words if word in _NAMES)
        found |= dict.fromkeys(match.group() for match in _PHRASES.finditer(hyphened.replace("_", "-")))
    return tuple(found)
