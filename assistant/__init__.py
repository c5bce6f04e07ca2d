"""Question → evidence → statements → verified answer.

from assistant import Assistant

with Assistant.open() as assistant:
    print(assistant.ask("How many cases were prosecuted in 2024?").answer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation, DocumentInfo, SearchHit, Statement
    from assistant.assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "DocumentInfo", "SearchHit", "Statement"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `danchung --help` costs no more than argparse."""
    if name == "Assistant":
        from assistant.assistant import Assistant

        return Assistant
    if name in __all__:
        import assistant.answer

        return getattr(assistant.answer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
