"""Draws the organization tree as one inline SVG: no script, no font or image from elsewhere.

Text is measured by character count, which is enough for labels of the catalogue's length.
"""

from __future__ import annotations

from html import escape

from localcloud.demo.estate import Node

WIDTH, HEIGHT = 248, 46
"""Size of a box in pixels."""
GAP_X, GAP_Y = 56, 14
STYLES = {
    "root": ("#1f3a5f", "#ffffff", "#c7d4e5"),
    "ou": ("#e8eef6", "#1f3a5f", "#4a6488"),
    "account": ("#ffffff", "#1c2733", "#5a6b7d"),
    "scope": ("#fdeceb", "#7a1712", "#a3453f"),
}
"""Per kind of node: box fill, label colour, note colour."""


def organization_svg(root: Node) -> str:
    """The tree from left to right; accounts inside the cardholder-data environment are tinted."""
    shapes: list[str] = []
    height = _place(root, 0, 0, shapes)
    width = (_depth(root)) * (WIDTH + GAP_X) - GAP_X
    return (
        f'<svg viewBox="-2 -2 {width + 4} {height + 4}" width="{width + 4}" role="img" '
        f'aria-label="Organization tree" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="system-ui, sans-serif">{"".join(shapes)}</svg>'
    )


def _place(node: Node, column: int, top: int, shapes: list[str]) -> int:
    """Draws the node and what is below it from `top` down; returns the height used."""
    x = column * (WIDTH + GAP_X)
    used = 0
    middles: list[int] = []
    for child in node.children:
        child_height = _place(child, column + 1, top + used, shapes)
        middles.append(top + used + (child_height - GAP_Y) // 2)
        used += child_height
    used = max(used, HEIGHT + GAP_Y)
    y = top + (used - GAP_Y - HEIGHT) // 2
    for middle in middles:
        bend = x + WIDTH + GAP_X // 2
        shapes.append(
            f'<path d="M{x + WIDTH} {y + HEIGHT // 2}H{bend}V{middle}H{x + WIDTH + GAP_X}" '
            f'fill="none" stroke="#9fb0c3" stroke-width="1.4"/>'
        )
    shapes.append(_box(node, x, y))
    return used


def _box(node: Node, x: int, y: int) -> str:
    fill, ink, faint = STYLES["scope" if node.in_scope else node.kind]
    note = ", ".join(node.guardrails) if node.kind != "account" and node.guardrails else node.note
    title = f"{node.label}: {', '.join(node.guardrails) or node.note or node.kind}"
    label_y = y + (20 if note else 28)
    text = (
        f'<text x="{x + 12}" y="{label_y}" font-size="14" font-weight="600" fill="{ink}">'
        f"{escape(_cut(node.label, 28))}</text>"
    )
    if note:
        text += (
            f'<text x="{x + 12}" y="{y + 37}" font-size="11" fill="{faint}">{escape(_cut(note, 36))}</text>'
        )
    return (
        f'<g><title>{escape(title)}</title><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="7" '
        f'fill="{fill}" stroke="#b8c6d6"/>{text}</g>'
    )


def _depth(node: Node) -> int:
    return 1 + max((_depth(c) for c in node.children), default=0)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
