"""What the command line prints, as a person reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, DocumentInfo


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def written(answer: Answer) -> str:
    """An answer as a person reads it in a terminal: statements, then what each number cites."""
    lines = [answer.answer]
    if notice := answer.usage.get("notice"):
        lines = [f"({notice})", *lines]
    for citation in answer.citations:
        page = f"page {citation.page}" if citation.page else None
        sources = [citation.source, *answer.usage.get("also", {}).get(str(citation.n), [])]
        about = " · ".join(part for part in (citation.title, citation.period, " = ".join(sources), page) if part)
        lines.append(f"\n[{citation.n}] {about}")
        if citation.url:
            lines.append(f"    {citation.url}")
        lines.append(f"    “{' '.join(citation.quote.split())}”")
    return "\n".join(lines)


def show_document(info: DocumentInfo) -> None:
    people = [f"{p.name} ({'; '.join(p.roles)})" if p.roles else p.name for p in info.people]
    bodies = [" = ".join(dict.fromkeys([o.name, *o.aliases])) for o in info.organisations]
    shown = info.model_dump(exclude={"text", "known"}) | {"people": people, "organisations": bodies}
    for name, value in shown.items():
        if value not in (None, []):
            known = f"   ({info.known[name]})" if name in info.known else ""
            print(f"{name}: {', '.join(value) if isinstance(value, list) else value}{known}")
    print(f"\n{info.text}")
