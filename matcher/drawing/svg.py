"""A figure as SVG 1.1 text."""

from html import escape

from matcher.drawing.shapes import Disc, Figure, Polyline, Shape, Words

FONT = "Segoe UI, Noto Sans, DejaVu Sans, sans-serif"


def to_svg(figure: Figure) -> str:
    """The whole file; its title is what a screen reader tells."""
    size = f'width="{figure.width}" height="{figure.height}"'
    box = f'viewBox="0 0 {figure.width} {figure.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" font-family="{FONT}">',
        f"<title>{escape(figure.title)}</title>",
        f'<rect {size} fill="{figure.ground}"/>',
        *(_element(shape) for shape in figure.shapes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _element(shape: Shape) -> str:
    match shape:
        case Polyline():
            return _line(shape)
        case Disc():
            stroke = f'stroke="{shape.colour}" stroke-width="{shape.width:g}"'
            place = f'cx="{shape.x:.2f}" cy="{shape.y:.2f}" r="{shape.radius:g}"'
            return f'<circle {place} fill="{shape.fill or "none"}" {stroke}/>'
        case Words():
            weight = ' font-weight="600"' if shape.bold else ""
            place = f'x="{shape.x:.2f}" y="{shape.y:.2f}" text-anchor="{shape.anchor}"'
            style = f'font-size="{shape.size:g}" fill="{shape.colour}"{weight}'
            return f"<text {place} {style}>{escape(shape.text)}</text>"


def _line(shape: Polyline) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
    name = "polygon" if shape.closed else "polyline"
    stroke = f'stroke="{shape.colour}" stroke-width="{shape.width:g}" stroke-linejoin="round"'
    return f'<{name} points="{points}" fill="{shape.fill or "none"}" {stroke}/>'
