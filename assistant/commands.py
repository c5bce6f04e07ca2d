"""What the commands of the command line do. Each takes its parsed arguments and returns the exit code.

Everything heavy is imported where it is used, so that a mistake is told at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from assistant.terminal import print_json, show_document, written
from ingest.errors import InputError, LibraryBusy

if TYPE_CHECKING:
    from assistant.answer import Answer, DocumentInfo, SearchHit
    from assistant.assistant import Assistant
    from assistant.figures import Figures

DONE, SOME_FAILED, USAGE = 0, 1, 2
WAIT = 10.0
"""Seconds a short command waits for another short one to give the data directory up."""

FILTERS = {
    "language": "in this language: en, fr, vi", "period": "covering this period: 2024, 2024-H1, 2024-Q3",
    "place": "from or about this place", "source": "with this in the file's name", "document": "this one, by its id",
    "since": "of this day or later: 2024-05-31, or a period", "until": "of this day or earlier",
}  # fmt: skip


def filters_of(args: argparse.Namespace) -> dict[str, list[str]] | None:
    return {name: values for name in FILTERS if (values := getattr(args, name))} or None


class Asked(Protocol):
    """What the reading commands need: the library in this process, or a server that owns it."""

    def ask(self, question: str, history: Any = (), filters: Any = None, *, explain: bool = False) -> Answer: ...

    def search(self, query: str, k: int = 10, filters: Any = None) -> list[SearchHit]: ...

    def documents(self) -> list[DocumentInfo]: ...

    def document(self, document_id: str) -> DocumentInfo: ...

    def figures(
        self, filters: Any = None, *, conflicts: bool = False, sort: str = "source", limit: int = 100, offset: int = 0
    ) -> Figures: ...


@contextmanager
def _asked(args: argparse.Namespace) -> Iterator[Asked]:
    """The library; or, when a `danchung serve` owns it, that server."""
    url = _server(args)
    if url is None:
        from assistant.assistant import Assistant

        try:
            assistant = Assistant.open(args.data_dir, wait=WAIT, owner=_owner())
        except LibraryBusy as exc:  # a server that was still starting
            if exc.url is None:
                raise
            url = exc.url
        else:
            with assistant:
                yield assistant
            return
    from assistant.remote import RemoteAssistant
    from assistant.settings import Settings

    yield RemoteAssistant.of(Settings.load(args.data_dir).data_dir, url)


def _server(args: argparse.Namespace) -> str | None:
    from assistant.settings import Settings
    from ingest.store.owner import server_of

    return server_of(Settings.load(args.data_dir).data_dir, _owner())


def _owner() -> str:
    return "danchung " + " ".join(sys.argv[1:2])


@contextmanager
def _own(args: argparse.Namespace) -> Iterator[Assistant]:
    from assistant.assistant import Assistant

    with Assistant.open(args.data_dir, owner=_owner()) as assistant:
        yield assistant


def ingest(args: argparse.Namespace) -> int:
    from assistant.reading import read_in

    return read_in(args, _owner())


def ask(args: argparse.Namespace) -> int:
    from assistant.question import clean_question

    clean_question(args.question)  # a question that cannot be asked needs no library
    with _asked(args) as asked:
        answer = asked.ask(args.question, filters=filters_of(args), explain=args.explain)
    if args.json:
        print_json(answer.model_dump())
    else:
        print(written(answer))
        if args.explain:
            from assistant import explain

            print(f"\n{explain.written(answer.usage['explained'])}")
    return DONE


def chat(args: argparse.Namespace) -> int:
    from assistant.conversation import Conversation, check_name

    if args.save:
        check_name(args.save)
    with _asked(args) as asked:
        conversation = Conversation()
        print("Ask about the reports; an empty line or Ctrl-D ends.")
        while question := _next_question():
            try:
                answer = asked.ask(question, conversation.history, filters_of(args))
            except InputError as exc:
                print(f"{exc}\n")
                continue
            print(written(answer), end="\n\n")
            conversation.answers.append(answer)
            if args.save:
                conversation.save(args.save)
    return DONE


def _next_question() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""


def search(args: argparse.Namespace) -> int:
    with _asked(args) as asked:
        hits = asked.search(args.query, args.k, filters_of(args))
    if args.json:
        print_json([hit.model_dump() for hit in hits])
    elif not hits:
        print("Nothing found: " + ("no report passes the filters." if filters_of(args) else "the library is empty."))
    else:
        for number, hit in enumerate(hits, start=1):
            print(f"{number}. {hit.title} · {hit.period or 'no period'} · {hit.source} · {hit.score:.3f}")
            print(f"   {' '.join(hit.text.split())[:300]}\n")
    return DONE


def documents(args: argparse.Namespace) -> int:
    if args.action != "list" and not args.id:
        raise InputError(f"documents {args.action} needs an ID; `danchung documents` lists them")
    if args.action == "remove":
        with _own(args) as assistant:
            assistant.remove(args.id)
        print(f"removed {args.id}")
        return DONE
    with _asked(args) as asked:
        found = [asked.document(args.id)] if args.action == "show" else asked.documents()
    if args.json:
        print_json(found[0].model_dump() if args.action == "show" else [info.model_dump() for info in found])
    elif args.action == "show":
        show_document(found[0])
    else:
        for info in found:
            places = ", ".join(info.places) or "—"
            print(
                f"{info.id}  {info.language}  {info.period or '—':<8}  {places:<20}  {info.source}  {info.title[:60]}"
            )
        print(f"{len(found)} documents" if found else "The library is empty: danchung ingest FOLDER")
    return DONE


def figures(args: argparse.Namespace) -> int:
    from assistant.figures_command import list_figures

    with _asked(args) as asked:
        return list_figures(args, asked)


def serve(args: argparse.Namespace) -> int:
    from assistant.server import serve
    from assistant.settings import Settings

    try:
        return serve(Settings.load(args.data_dir), args.host, args.port, args.no_auth)
    except KeyboardInterrupt:  # the usual way to stop a server
        return DONE


def keys(args: argparse.Namespace) -> int:
    from assistant.keys import new_key

    key, entry = new_key(args.name, "write" if args.write else "read")
    print(f"the key, which is not shown again:    {key}")
    print(f"what the server keeps, in DANCHUNG_API_KEYS or a line of the file it names:\n{entry}")
    return DONE


def mcp(args: argparse.Namespace) -> int:
    from assistant.mcp_server import run_on_stdio

    with _asked(args) as asked:
        run_on_stdio(asked)
    return DONE


def doctor(args: argparse.Namespace) -> int:
    from assistant.doctor import examine

    findings = examine(args.data_dir)
    if args.json:
        print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
    return DONE if all(finding.ok for finding in findings) else SOME_FAILED
