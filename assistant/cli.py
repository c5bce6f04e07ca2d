"""The command line: `danchung ingest|ask|chat|search|documents|serve|keys|mcp|eval|doctor`.

What each command does is in `assistant.commands`.
Exit codes: 0 done; 1 some input failed, the rest done; 2 usage.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import NoReturn

from assistant import commands
from assistant.commands import DONE, FILTERS, SOME_FAILED, USAGE
from assistant.figures_arguments import figures_arguments
from ingest.errors import DanchungError, InputError

__all__ = ["DONE", "SOME_FAILED", "USAGE", "Parser", "main"]


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
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str, *parents: Parser) -> Parser:
        sub = subparsers.add_parser(name, help=help, description=help, parents=[common, *parents])
        sub.set_defaults(run=run, command=name)
        return sub

    sub = command("ingest", commands.ingest, "read files, folders and web pages into the library", as_json)
    sub.add_argument("paths", nargs="*", metavar="PATH", help="a file, a folder, or the address of a page or sitemap")
    sub.add_argument("--prune", action="store_true", help="take out what is gone from the disk")
    sub.add_argument("--watch", action="store_true", help="go on reading whenever something changes, until stopped")
    sub.add_argument(
        "--rebuild", action="store_true", help="embed every text anew: for another engine or size of passages"
    )
    filters = _filters()
    sub = command("ask", commands.ask, "answer a question, with citations", as_json, filters)
    sub.add_argument("question", metavar="QUESTION")
    sub.add_argument(
        "--explain", action="store_true", help="say how the question was understood and why passages were chosen"
    )
    sub = command("chat", commands.chat, "ask questions one after the other, follow-ups too", filters)
    sub.add_argument("--save", type=Path, metavar="FILE", help="write the conversation to FILE.md or FILE.json")
    sub = command("search", commands.search, "find passages", as_json, filters)
    sub.add_argument("query", metavar="QUERY")
    sub.add_argument("-k", type=int, default=10, help="how many passages (default 10)")
    sub = command("documents", commands.documents, "list, show or remove documents", as_json)
    sub.add_argument("action", nargs="?", choices=("list", "show", "remove"), default="list")
    sub.add_argument("id", nargs="?", metavar="ID")
    sub = command("figures", commands.figures, "list the figures that reports give, with what they count and the quote")
    figures_arguments(sub)
    sub = command("serve", commands.serve, "serve the chat and the API")
    sub.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    sub.add_argument("--port", type=_port, default=7860, help="port to listen on (default 7860)")
    sub.add_argument("--no-auth", action="store_true", help="let anyone who can reach the server in, without a key")
    sub = command("keys", commands.keys, "make a key for those who call the API")
    sub.add_argument("action", choices=("new",), help="new: a key, and the entry by which a server knows it")
    sub.add_argument("name", metavar="NAME", help="who it is for; taking the entry of this name out ends the key")
    sub.add_argument("--write", action="store_true", help="it may upload and take out documents too")
    command("mcp", commands.mcp, "serve the library to an assistant over MCP, on standard input and output")
    subparsers.add_parser("eval", help="measure answers: those of this library, or another system's")
    command("doctor", commands.doctor, "check the installation, the engine, the library and the model", as_json)
    return parser


def _filters() -> Parser:
    parser = Parser(add_help=False)
    group = parser.add_argument_group("only reports (may be given more than once)")
    for name, help in FILTERS.items():
        group.add_argument(f"--{name}", action="append", metavar=name.upper(), help=help)
    return parser


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


def _eval(argv: Sequence[str]) -> int:
    for command in entry_points(group="danchung.commands", name="eval"):
        return int(command.load()(argv))
    raise InputError("the evaluation suites are not installed; install the project anew")


if __name__ == "__main__":
    sys.exit(main())
