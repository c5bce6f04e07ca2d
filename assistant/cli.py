"""The command line: `danchung ingest|ask|chat|search|documents|serve|keys|mcp|eval|doctor`.

Everything heavy is imported where it is used, so that `--help` and a mistyped option answer at once.
Exit codes: 0 done; 1 some input failed, the rest done; 2 usage.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from assistant.figures_arguments import figures_arguments
from ingest.errors import DanchungError, InputError, LibraryBusy

if TYPE_CHECKING:
    from assistant.answer import Answer, DocumentInfo, SearchHit
    from assistant.assistant import Assistant
    from assistant.figures import Figures

DONE, SOME_FAILED, USAGE = 0, 1, 2
WAIT = 10.0
"""Seconds a short command waits for another short one to give the data directory up."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. A user's mistake is one line on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        if argv[:1] == ["eval"]:  # has arguments of its own, known to the package that runs it
            return _eval(argv[1:])
        args = _parser().parse_args(argv)
        command: Callable[[argparse.Namespace], int] = args.run
        return command(args)
    except DanchungError as exc:
        print(f"danchung: {exc}", file=sys.stderr)
        return USAGE if isinstance(exc, InputError) else SOME_FAILED
    except KeyboardInterrupt:
        print("danchung: stopped", file=sys.stderr)
        return SOME_FAILED
    except OSError as exc:
        if isinstance(exc, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        print(f"danchung: {exc.strerror or exc}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED


class Parser(argparse.ArgumentParser):
    """Tells a user's mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """One line instead of the whole usage."""
        self.exit(USAGE, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    common = Parser(add_help=False)
    common.add_argument("--data-dir", metavar="DIR", help="the library (default: $DANCHUNG_DATA_DIR or ./.danchung)")
    as_json = Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print JSON")

    parser = Parser(
        prog="danchung", description="Ask a folder of reports; every sentence of the answer carries a checked citation."
    )
    parser.add_argument("--version", action="version", version=f"danchung {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str, *parents: Parser) -> Parser:
        sub = commands.add_parser(name, help=help, description=help, parents=[common, *parents])
        sub.set_defaults(run=run, command=name)
        return sub

    sub = command("ingest", _ingest, "read files, folders and web pages into the library", as_json)
    sub.add_argument("paths", nargs="*", metavar="PATH", help="a file, a folder, or the address of a page or sitemap")
    sub.add_argument("--prune", action="store_true", help="take out what is gone from the disk")
    sub.add_argument("--watch", action="store_true", help="go on reading whenever something changes, until stopped")
    sub.add_argument(
        "--rebuild", action="store_true", help="embed every text anew: for another engine or size of passages"
    )
    filters = _filters()
    sub = command("ask", _ask, "answer a question, with citations", as_json, filters)
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument(
        "--explain", action="store_true", help="say how the question was understood and why passages were chosen"
    )
    sub = command("chat", _chat, "ask questions one after the other, follow-ups too", filters)
    sub.add_argument("--save", type=Path, metavar="FILE", help="write the conversation to FILE.md or FILE.json")
    sub = command("search", _search, "find passages", as_json, filters)
    sub.add_argument("query", metavar="QUERY")
    sub.add_argument("-k", type=int, default=10, help="how many passages (default 10)")
    sub = command("documents", _documents, "list, show or remove documents", as_json)
    sub.add_argument("action", nargs="?", choices=("list", "show", "remove"), default="list")
    sub.add_argument("id", nargs="?", metavar="ID")
    sub = command("figures", _figures, "list the figures that reports give, with what they count and the quote")
    figures_arguments(sub)
    sub = command("serve", _serve, "serve the chat and the API")
    sub.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    sub.add_argument("--port", type=_port, default=7860, help="port to listen on (default 7860)")
    sub.add_argument("--no-auth", action="store_true", help="let anyone who can reach the server in, without a key")
    sub = command("keys", _keys, "make a key for those who call the API")
    sub.add_argument("action", choices=("new",), help="new: a key, and the entry by which a server knows it")
    sub.add_argument("name", metavar="NAME", help="who it is for; taking the entry of this name out ends the key")
    sub.add_argument("--write", action="store_true", help="it may upload and take out documents too")
    command("mcp", _mcp, "serve the library to an assistant over MCP, on standard input and output")
    commands.add_parser("eval", help="measure answers: those of this library, or another system's")
    command("doctor", _doctor, "check the installation, the engine, the library and the model", as_json)
    return parser


FILTERS = {
    "language": "in this language: en, fr, vi", "period": "covering this period: 2024, 2024-H1, 2024-Q3",
    "place": "from or about this place", "source": "with this in the file's name", "document": "this one, by its id",
    "since": "of this day or later: 2024-05-31, or a period", "until": "of this day or earlier",
}  # fmt: skip


def _filters() -> Parser:
    parser = Parser(add_help=False)
    group = parser.add_argument_group("only reports (may be given more than once)")
    for name, help in FILTERS.items():
        group.add_argument(f"--{name}", action="append", metavar=name.upper(), help=help)
    return parser


def _filters_of(args: argparse.Namespace) -> dict[str, list[str]] | None:
    return {name: values for name in FILTERS if (values := getattr(args, name))} or None


def _port(text: str) -> int:
    port = int(text) if text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return port


def _version() -> str:
    try:
        return version("danchung")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0 (not installed)"


# -- commands ------------------------------------------------------------------------------------


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


def _ingest(args: argparse.Namespace) -> int:
    from assistant.reading import read_in

    return read_in(args, _owner())


def _ask(args: argparse.Namespace) -> int:
    from assistant.question import clean_question

    clean_question(args.question)  # a question that cannot be asked needs no library
    with _asked(args) as asked:
        answer = asked.ask(args.question, filters=_filters_of(args), explain=args.explain)
    if args.json:
        _print_json(answer.model_dump())
    else:
        print(_written(answer))
        if args.explain:
            from assistant.explain import written

            print(f"\n{written(answer.usage['explained'])}")
    return DONE


def _chat(args: argparse.Namespace) -> int:
    from assistant.conversation import Conversation, check_name

    if args.save:
        check_name(args.save)
    with _asked(args) as asked:
        conversation = Conversation()
        print("Ask about the reports; an empty line or Ctrl-D ends.")
        while question := _next_question():
            try:
                answer = asked.ask(question, conversation.history, _filters_of(args))
            except InputError as exc:
                print(f"{exc}\n")
                continue
            print(_written(answer), end="\n\n")
            conversation.answers.append(answer)
            if args.save:
                conversation.save(args.save)
    return DONE


def _next_question() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""


def _search(args: argparse.Namespace) -> int:
    with _asked(args) as asked:
        hits = asked.search(args.query, args.k, _filters_of(args))
    if args.json:
        _print_json([hit.model_dump() for hit in hits])
    elif not hits:
        print("Nothing found: " + ("no report passes the filters." if _filters_of(args) else "the library is empty."))
    else:
        for number, hit in enumerate(hits, start=1):
            print(f"{number}. {hit.title} · {hit.period or 'no period'} · {hit.source} · {hit.score:.3f}")
            print(f"   {' '.join(hit.text.split())[:300]}\n")
    return DONE


def _documents(args: argparse.Namespace) -> int:
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
        _print_json(found[0].model_dump() if args.action == "show" else [info.model_dump() for info in found])
    elif args.action == "show":
        _show_document(found[0])
    else:
        for info in found:
            places = ", ".join(info.places) or "—"
            print(
                f"{info.id}  {info.language}  {info.period or '—':<8}  {places:<20}  {info.source}  {info.title[:60]}"
            )
        print(f"{len(found)} documents" if found else "The library is empty: danchung ingest FOLDER")
    return DONE


def _figures(args: argparse.Namespace) -> int:
    from assistant.figures_command import list_figures

    with _asked(args) as asked:
        return list_figures(args, asked)


def _show_document(info: DocumentInfo) -> None:
    people = [f"{p.name} ({'; '.join(p.roles)})" if p.roles else p.name for p in info.people]
    bodies = [" = ".join(dict.fromkeys([o.name, *o.aliases])) for o in info.organisations]
    shown = info.model_dump(exclude={"text", "known"}) | {"people": people, "organisations": bodies}
    for name, value in shown.items():
        if value not in (None, []):
            known = f"   ({info.known[name]})" if name in info.known else ""
            print(f"{name}: {', '.join(value) if isinstance(value, list) else value}{known}")
    print(f"\n{info.text}")


def _serve(args: argparse.Namespace) -> int:
    from assistant.server import serve
    from assistant.settings import Settings

    try:
        return serve(Settings.load(args.data_dir), args.host, args.port, args.no_auth)
    except KeyboardInterrupt:  # the usual way to stop a server
        return DONE


def _keys(args: argparse.Namespace) -> int:
    from assistant.keys import new_key

    key, entry = new_key(args.name, "write" if args.write else "read")
    print(f"the key, which is not shown again:    {key}")
    print(f"what the server keeps, in DANCHUNG_API_KEYS or a line of the file it names:\n{entry}")
    return DONE


def _mcp(args: argparse.Namespace) -> int:
    from assistant.mcp_server import run_on_stdio

    with _asked(args) as asked:
        run_on_stdio(asked)
    return DONE


def _eval(argv: Sequence[str]) -> int:
    for command in entry_points(group="danchung.commands", name="eval"):
        return int(command.load()(argv))
    raise InputError("the evaluation suites are not installed; install the project anew")


def _doctor(args: argparse.Namespace) -> int:
    from assistant.doctor import examine

    findings = examine(args.data_dir)
    if args.json:
        _print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
    return DONE if all(finding.ok for finding in findings) else SOME_FAILED


# -- printing ------------------------------------------------------------------------------------


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _written(answer: Answer) -> str:
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


if __name__ == "__main__":
    sys.exit(main())
