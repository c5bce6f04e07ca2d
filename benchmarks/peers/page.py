"""The page of a run, from its JSON and nothing else: the same JSON gives the same page, to the letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers import charts

OURS = "danchung"
NONE = "–"
ENOUGH = 3
"""Rounds under which a median says little."""
QUALITY = (("recall@1", "recall@1"), ("recall@10", "recall@10"), ("ndcg@10", "nDCG@10"))


def write_page(file: Path) -> Path:
    """The page beside a JSON, and its charts in a folder of its name; returns the page's path."""
    found = json.loads(file.read_text(encoding="utf-8"))
    for name, text in pages(found, file).items():
        target = file.parent / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return file.with_suffix(".md")


def pages(found: Mapping[str, Any], file: Path) -> dict[str, str]:
    """Every file of the page, by its path beside the JSON."""
    drawn = {f"{file.stem}/{name}.svg": svg for name, svg in _charts(found).items()}
    sections = [_head(found, file.name), _peers(found), _ingestion(found), _sizes(found), _queries(found, file.stem),
                _quality(found, file.stem), _answers(found), _failures(found), _others(found)]  # fmt: skip
    text = "\n\n".join(section for section in sections if section)
    return {f"{file.stem}.md": text + "\n", **drawn}


# -- sections -----------------------------------------------------------------------------------------------


def _head(found: Mapping[str, Any], name: str) -> str:
    machine = found["machine"]
    memory = f", {machine['memory_gb']} GB" if "memory_gb" in machine else ""
    noise = "" if found["quiet"] is not False else (
        "\n\n**The machine was not quiet**: other work ran beside (its share is at the end). Peers "
        "took turns, so the ratios hold better than the times."
    )  # fmt: skip
    if found["rounds"] < ENOUGH:
        noise += f"\n\n**Fewer than {ENOUGH} rounds were run**: this shows that everything runs, and measures little."
    return (
        "# Danchung beside other ways to search\n\n"
        f"Written by `make bench-peers` from [{name}]({name}); nothing here is edited by hand.\n\n"
        f"{found['date']}, {machine['processor']}, {machine['cores']} cores, int8 by {machine['int8']}{memory}, "
        f"{machine['system']}, Python {machine['python']}. Every figure is the median of {found['rounds']} rounds with "
        "the lowest and the highest; in each round every peer has its turn. Ratios are to Danchung, round by round; "
        f"over 1 is more.{_took(found)}{noise}\n\n"
        f"All embed with Danchung's own engine ({found['engine']}) in their own process, so what differs is what is "
        "done with the vectors. Danchung embeds every sentence besides every passage, keeps a word index, and ranks "
        "with all three; the others are as their guides set them up, and search by one vector a passage."
    )


def _took(found: Mapping[str, Any]) -> str:
    seconds: Mapping[str, int] = found.get("seconds", {})
    parts = ", ".join(f"{name} {max(1, round(took / 60))}" for name, took in seconds.items())
    return f" Minutes that it took: {parts}." if parts else ""


def _peers(found: Mapping[str, Any]) -> str:
    rows = []
    for peer, about in found["peers"].items():
        versions = ", ".join(f"{name} {number}" for name, number in about.get("versions", {}).items())
        size = about.get("environment_mb")
        rows.append([_title(found, peer), versions or about.get("error", NONE), f"{size:,.0f}" if size else NONE])
    return "## Who\n\n" + _table(["", "versions", "environment, MB"], rows)


def _ingestion(found: Mapping[str, Any]) -> str:
    part = found.get("ingestion")
    if not part:
        return ""
    rows = [
        [_title(found, peer), _spread(values, "passages_per_s", "{:.1f}"), _ratio(part, peer, "passages_per_s"),
         _spread(values, "engine_share", "{:.0%}")]
        for peer, values in part["peers"].items()
    ]  # fmt: skip
    heads = ["", "passages/s", "ratio", "of the time the engine's"]
    return f"## Ingestion, embedded\n\n{part['passages']} of {part['origin']}.\n\n{_table(heads, rows)}"


def _sizes(found: Mapping[str, Any]) -> str:
    sizes = found.get("sizes")
    if not sizes:
        return ""
    text = (
        "## Storing and keeping\n\nMade-up passages of 80 words with vectors given, so that embedding takes no time. "
        "Memory is what the process holds with the library open and asked; files mapped into it are left out."
    )
    for part in sizes:
        rows = []
        for peer, values in part["peers"].items():
            disk = [mb * 1000 / part["passages"] for mb in values.get("disk_mb", [])]
            rows.append([
                _title(found, peer), _spread(values, "stored_per_s", "{:,.0f}"), _ratio(part, peer, "stored_per_s"),
                f"{median(disk):.2f}" if disk else NONE, _spread(values, "resident_mb", "{:,.0f}"),
                _grown(sizes, part, peer), _spread(values, "cold_start_s", "{:.1f}"),
            ])  # fmt: skip
        heads = ["", "passages/s", "ratio", "disk, MB per 1,000", "memory, MB", "more per 1,000", "cold start, s"]
        text += f"\n\n### {part['passages']:,} passages\n\n{_table(heads, rows)}"
    return text + (
        "\n\nCold start is from a new process to its first answer. *More per 1,000* is the memory over that of the "
        "smallest size, by the passages it has more."
    )


def _queries(found: Mapping[str, Any], charts_in: str) -> str:
    sizes = found.get("sizes")
    if not sizes:
        return ""
    heads = ["", *(f"{part['passages']:,}: p50" for part in sizes), *(f"{part['passages']:,}: p95" for part in sizes)]
    rows, without = [], []
    for peer in found["peers"]:
        asked = [(part, part["peers"].get(peer, {})) for part in sizes]
        if not any(values.get("query_p50_ms") for _, values in asked):
            continue
        rows.append([
            _title(found, peer), *(_with_ratio(part, peer, "query_p50_ms") for part, _ in asked),
            *(_with_ratio(part, peer, "query_p95_ms") for part, _ in asked),
        ])  # fmt: skip
        without.append([_title(found, peer), *(_spread(values, "search_p50_ms", "{:.1f}") for _, values in asked)])
    plain = ["", *(f"{part['passages']:,}" for part in sizes)]
    return (
        "## Queries, ms\n\nTen passages a question, the question's embedding included; 100 questions a round.\n\n"
        f"![Milliseconds of a query by the number of passages]({charts_in}/queries.svg)\n\n{_table(heads, rows)}\n\n"
        f"Without the embedding of the question, p50:\n\n{_table(plain, without)}"
    )


def _quality(found: Mapping[str, Any], charts_in: str) -> str:
    part = found.get("quality")
    if not part:
        return ""
    text = (
        "## Retrieval quality\n\nOne passage answers each question; the first ten found count. Half of XQuAD and PIAF "
        "fitted Danchung's weights, SQuAD 2.0 nothing (see [retrieval](retrieval.md)).\n\n"
        f"![nDCG@10 by set]({charts_in}/quality.svg)"
    )
    for key, title in QUALITY:
        names = list(part["sets"])
        rows = [
            [_title(found, peer), *(_best(part["sets"][name]["peers"], peer, key) for name in names)]
            for peer in found["peers"]
            if any(peer in part["sets"][name]["peers"] for name in names)
        ]
        heads = ["", *(f"{name} ({part['sets'][name]['questions']:,})" for name in names)]
        text += f"\n\n### {title}\n\n{_table(heads, rows)}"
    return text


def _answers(found: Mapping[str, Any]) -> str:
    part = found.get("answers")
    if not part:
        return ""
    text = (
        "## Grounded answers\n\nThe golden questions over `corpus/`. *Right*: every expected fact, in the words cited "
        "from an expected report. *Refused*: of the questions that the reports do not answer. *Supported*: of the "
        "statements shown, those that cite words which support them, by Danchung's own judge, which also checks "
        "Danchung's answers before they are shown."
    )
    for mode, asked in part.items():
        if mode == "note":
            text += f"\n\n{asked[:1].upper()}{asked[1:]}."
            continue
        named = asked["peers"]
        rows = [[_title(found, peer), *_shares(named[peer])] for peer in found["peers"] if peer in named]
        if not rows:
            continue
        heads = ["", "right", "refused", "supported", "s a question"]
        text += f"\n\n### {mode[:1].upper()}{mode[1:]}, {asked['questions']} questions\n\n{_table(heads, rows)}"
    return text


def _shares(values: Mapping[str, Any]) -> list[str]:
    if "right" not in values:
        return [values.get("none") or f"failed: {values['error']}", "", "", ""]
    failed = f" ({len(values['failed'])} failed: {values['failed'][0][:120]})" if values["failed"] else ""
    shares = [
        NONE if values[name]["share"] is None else f"{values[name]['share']:.2f} of {values[name]['of']}"
        for name in ("right", "refused", "supported")
    ]
    return [shares[0] + failed, *shares[1:], NONE if values["seconds"] is None else f"{values['seconds']:.1f}"]


def _failures(found: Mapping[str, Any]) -> str:
    lines = [f"- {_title(found, peer)}: {one['error']}" for peer, one in found["peers"].items() if "error" in one]
    sizes = [(f"{part['passages']:,} passages", part) for part in found.get("sizes", [])]
    parts = [("ingestion", found.get("ingestion")), *sizes, ("quality", found.get("quality"))]
    for name, part in parts:
        lines += [f"- {_title(found, peer)}, {name}: {error}" for peer, error in (part or {}).get("errors", {}).items()]
    return "## What failed\n\n" + "\n".join(lines) if lines else ""


def _others(found: Mapping[str, Any]) -> str:
    known = [one for one in found["others"] if one["share"] is not None]
    rows = [[one["part"], str(one["round"]), f"{one['share']:.1%}"] for one in known]
    text = "## What else the machine did\n\nThe share of the processors' time that went to other processes."
    return f"{text}\n\n{_table(['', 'round', 'share'], rows)}" if rows else ""


# -- charts -------------------------------------------------------------------------------------------------


def _charts(found: Mapping[str, Any]) -> dict[str, str]:
    drawn = {}
    titles = {peer: _title(found, peer) for peer in found["peers"]}
    if sizes := found.get("sizes"):
        lines = {
            title: [
                (part["passages"], median(values))
                for part in sizes
                if (values := part["peers"].get(peer, {}).get("query_p50_ms"))
            ]
            for peer, title in titles.items()
        }
        drawn["queries"] = charts.lines("Milliseconds of a query (p50) by passages", lines)
    if quality := found.get("quality"):
        groups = {
            name: {titles[peer]: values["ndcg@10"] for peer, values in one["peers"].items()}
            for name, one in quality["sets"].items()
        }
        drawn["quality"] = charts.bars("nDCG@10 by set", groups, list(titles.values()))
    return drawn


# -- cells --------------------------------------------------------------------------------------------------


def _title(found: Mapping[str, Any], peer: str) -> str:
    title: str = found["peers"].get(peer, {}).get("title", peer)
    return title


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines: Iterator[str] = (f"| {' | '.join(row)} |" for row in [list(heads), ["---"] * len(heads), *cells])
    return "\n".join(lines)


def _spread(values: Mapping[str, Sequence[float]], name: str, form: str) -> str:
    found = values.get(name)
    if not found:
        return NONE
    middle = form.format(median(found))
    return middle if len(found) == 1 else f"{middle} ({form.format(min(found))} to {form.format(max(found))})"


def _ratio(part: Mapping[str, Any], peer: str, name: str) -> str:
    """The median over the rounds of a peer's value to ours in the same round."""
    own, theirs = (part["peers"].get(one, {}).get(name, []) for one in (OURS, peer))
    ratios = [b / a for a, b in zip(own, theirs, strict=False) if a]
    return f"×{median(ratios):.2f}" if ratios else NONE


def _with_ratio(part: Mapping[str, Any], peer: str, name: str) -> str:
    spread = _spread(part["peers"].get(peer, {}), name, "{:.1f}")
    return spread if spread == NONE or peer == OURS else f"{spread} {_ratio(part, peer, name)}"


def _grown(sizes: Sequence[Mapping[str, Any]], part: Mapping[str, Any], peer: str) -> str:
    first = sizes[0]
    more = part["passages"] - first["passages"]
    both = [one["peers"].get(peer, {}).get("resident_mb") for one in (first, part)]
    if more <= 0 or not all(both):
        return NONE
    return f"{1000 * (median(both[1]) - median(both[0])) / more:.1f}"


def _best(peers: Mapping[str, Mapping[str, float]], peer: str, key: str) -> str:
    """A peer's share, in bold where none is higher."""
    if peer not in peers:
        return NONE
    figure: Callable[[float], str] = "{:.3f}".format
    best = max(values[key] for values in peers.values())
    return f"**{figure(peers[peer][key])}**" if peers[peer][key] >= best else figure(peers[peer][key])
