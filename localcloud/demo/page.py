"""The demo's result as one self-contained HTML page: no script, nothing fetched from elsewhere."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from localcloud.demo.picture import organization_svg
from localcloud.demo.result import DemoResult

STYLE = """
:root{--ink:#1c2733;--faint:#5a6b7d;--line:#d9e1ea;--good:#14633a;--bad:#a1221a}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);margin:0 auto;padding:2rem 1.5rem 4rem;
  max-width:1180px}
h1{font-size:1.7rem;margin:0 0 .2rem}
h2{font-size:1.15rem;margin:2.4rem 0 .7rem}
p.lead{color:var(--faint);margin:.2rem 0 1.2rem;max-width:52rem}
.tiles{display:flex;flex-wrap:wrap;gap:.8rem}
.tile{border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;min-width:8rem}
.tile b{display:block;font-size:1.5rem}
.tile span{color:var(--faint);font-size:.85rem}
.good b{color:var(--good)}
.bad b{color:var(--bad)}
figure{margin:0;overflow-x:auto;border:1px solid var(--line);border-radius:8px;padding:1rem;
  background:#fbfcfe}
figure svg{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-size:.8rem;color:var(--faint);font-weight:600}
pre{font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;word-break:break-all;margin:.3rem 0}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
code{font:13px ui-monospace,monospace;word-break:break-all}
.bar{background:#7c9cc4;height:.7rem;border-radius:3px;display:inline-block}
"""


def html(result: DemoResult, primary: str) -> str:
    """The page."""
    sections = [
        _tiles(result),
        _section("Organization", f"<figure>{organization_svg(result.tree(primary))}</figure>"),
        _section("Resources by account and Region", _census(result)),
        _section("Resources by service", _services(result)),
        _section("Policy packs", _packs(result)),
        _section("Stack outputs", _outputs(result)),
        _section("Drift", _drift(result)),
        _section("Recorded only", _recorded_only(result)),
        _section("What ran", _steps(result)),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Payments landing zone</title><style>{STYLE}</style></head><body>"
        "<h1>Payments landing zone</h1>"
        f'<p class="lead">Both stacks on the emulated AWS, {escape(result.started)}, {escape(result.engine)}. '
        "The program, the policy packs and the stack files are the production ones.</p>"
        f"{''.join(sections)}</body></html>"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _tiles(result: DemoResult) -> str:
    violations = sum(p.mandatory for p in result.packs)
    dirty = sum(1 for d in result.drift.values() if not d.get("clean"))
    tiles = [
        ("", len(result.accounts), "accounts"),
        ("", sum(result.census().values()), "AWS resources"),
        ("", len(result.exports), "stacks"),
        ("bad" if violations else "good", violations, "mandatory violations"),
        ("bad" if dirty else "good", dirty, "stacks with drift"),
        ("", f"{result.seconds:.0f} s", "for all of it"),
    ]
    cells = (f'<div class="tile {c}"><b>{escape(str(v))}</b><span>{t}</span></div>' for c, v, t in tiles)
    return f'<div class="tiles">{"".join(cells)}</div>'


def _table(heads: list[str], rows: list[list[Any]], numeric: frozenset[int] = frozenset()) -> str:
    """A table; cells are escaped unless they are already `Raw`."""
    head = "".join(
        f'<th class="n">{escape(h)}</th>' if index in numeric else f"<th>{escape(h)}</th>"
        for index, h in enumerate(heads)
    )
    body = "".join(
        "<tr>" + "".join(_cell(value, index in numeric) for index, value in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class Raw(str):
    """Markup made here, not to be escaped again."""

    __slots__ = ()


def _cell(value: Any, numeric: bool) -> str:
    content = value if isinstance(value, Raw) else escape(str(value))
    return f'<td class="n">{content}</td>' if numeric else f"<td>{content}</td>"


def _census(result: DemoResult) -> str:
    counts = result.census()
    regions = sorted({r for _, r in counts})
    rows = [[name, *(counts[name, r] or "" for r in regions)] for name in sorted({a for a, _ in counts})]
    return _table(["Account", *regions], rows, frozenset(range(1, len(regions) + 1)))


def _services(result: DemoResult) -> str:
    counts = result.services()
    top = max(counts.values(), default=1)
    rows = [[name, count, _bar(count / top)] for name, count in counts.most_common()]
    return _table(["Service", "Resources", ""], rows, frozenset({1}))


def _bar(share: float) -> Raw:
    return Raw(f'<span class="bar" style="width:{share * 24:.1f}rem"></span>')


def _packs(result: DemoResult) -> str:
    rows = []
    for p in result.packs:
        rows.append([p.pack, p.stack, p.policies, p.resources, p.verdict, len(p.violations) - p.mandatory])
    table = _table(
        ["Pack", "Stack", "Policies", "Resources", "Result", "Advisory"], rows, frozenset({2, 3, 5})
    )
    details = [
        [v.get("policy"), v.get("enforcement"), v.get("message")] for p in result.packs for v in p.violations
    ]
    return table + (_table(["Policy", "Enforcement", "Message"], details) if details else "")


def _outputs(result: DemoResult) -> str:
    rows = [
        [stack, key, _value(value)]
        for stack, outputs in result.outputs.items()
        for key, value in sorted(outputs.items())
    ]
    return _table(["Stack", "Output", "Value"], rows)


def _value(value: Any) -> Raw:
    """A scalar as it is; anything larger folded, so that the page can be read."""
    if isinstance(value, (dict, list)):
        text = escape(json.dumps(value, indent=2, sort_keys=True))
        kind = f"{len(value)} entries"
        return Raw(f"<details><summary>{kind}</summary><pre>{text}</pre></details>")
    return Raw(f"<code>{escape(str(value))}</code>")


def _drift(result: DemoResult) -> str:
    rows = []
    for stack, report in result.drift.items():
        verdict = "clean" if report.get("clean") else "drifted"
        rows.append([stack, report.get("checked", 0), verdict, len(report.get("drifted") or [])])
    return _table(["Stack", "Resources read", "Result", "Differences"], rows, frozenset({1, 3}))


def _recorded_only(result: DemoResult) -> str:
    entries = result.status.get("recordedOnly") or []
    rows = [[e.get("name"), e.get("what", ""), e.get("why", "")] for e in entries]
    return _table(["Name", "What is missing", "Why"], rows)


def _steps(result: DemoResult) -> str:
    rows = [[Raw(f"<code>{escape(command)}</code>"), f"{seconds:.1f} s"] for command, seconds in result.steps]
    return _table(["Command", "Time"], rows, frozenset({1}))
