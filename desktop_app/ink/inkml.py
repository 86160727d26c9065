"""Reading and writing of InkML, the W3C standard for ink.

Reading supports traces and trace groups, trace formats with any order of channels, contexts, integers,
decimals and hexadecimals, and differences (' and " and !). Of brushes, the width is read if it has no
unit; everything else that does not change the shape of the ink is ignored. Frequent deviations from the
standard are accepted: values beyond those of the trace format, points without separators, and single points
that are not numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file
from desktop_app.ink.strokes import PEN_WIDTH, SMALLEST_EXTENT, WIDTHS, Ink, Stroke

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

INK_SUFFIX = ".inkml"
XML_SUFFIX = ".xml"
"""Suffix of files that may be InkML; folders are not searched for them."""

LARGEST_FILE = 32_000_000
"""Bytes."""

MOST_POINTS = 500_000

_NAMESPACE = "http://www.w3.org/2003/InkML"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MAX_DEPTH = 32

_VALUE = re.compile(
    r"""\s*(?P<prefix>[!'"]?)\s*
    (?P<value>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?\#[0-9A-Fa-f]+|[+-]?(?i:nan|inf(?:inity)?)|[TF*?])\s*""",
    re.VERBOSE,
)
_MILLIMETRES = {"m": 1000.0, "cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6}
"""Units of length."""

_MAX_ROUNDING = 1e-3  # largest rounding error of float32 as a share of the extent of the ink


@dataclass(frozen=True)
class _Channel:
    """Name, range, direction, default and unit, in millimetres, of one value of each point."""

    name: str
    low: float = 0.0
    high: float | None = None
    downwards: bool = True
    default: float = 0.0
    unit: float | None = None


_Format = tuple[_Channel, ...]
_DEFAULT_FORMAT: _Format = (_Channel("X"), _Channel("Y"))


class _Invalid(ValueError):
    """The file does not follow the standard."""


_Positions: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Trace:
    """Positions, float64 (points, 2), pressure, float32 (points,) or None, and width of a stroke."""

    points: _Positions
    pressure: NDArray[np.float32] | None
    width: float


# ------------------------------------------------------------------------------------------ writing


def inkml_bytes(ink: Ink) -> bytes:
    """Return the content of an InkML file, from which `read_inkml` restores equal ink."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<ink xmlns="{_NAMESPACE}">',
        "  <definitions>",
        *_context_lines("position", ("X", "Y")),
        *_context_lines("pressure", ("X", "Y", "F")),
        *(_brush_line(width) for width in sorted({stroke.width for stroke in ink.strokes} - {PEN_WIDTH})),
        "  </definitions>",
        *(_trace_line(stroke) for stroke in ink.strokes),
        "</ink>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _context_lines(name: str, channels: tuple[str, ...]) -> Iterator[str]:
    yield f'    <context xml:id="{name}">'
    yield "      <traceFormat>"
    for channel in channels:
        bounds = ' min="0" max="1"' if channel == "F" else ""
        yield f'        <channel name="{channel}" type="decimal"{bounds}/>'
    yield "      </traceFormat>"
    yield "    </context>"


def _brush_line(width: float) -> str:
    value = np.format_float_positional(width, trim="-")
    return f'    <brush xml:id="{_brush_name(width)}"><brushProperty name="width" value="{value}"/></brush>'


def _brush_name(width: float) -> str:
    return f"width{np.format_float_positional(width, trim='-')}"


def _trace_line(stroke: Stroke) -> str:
    context, columns = "position", stroke.points
    if stroke.pressure is not None:
        context, columns = "pressure", np.column_stack((stroke.points, stroke.pressure))
    points = (" ".join(_number(value) for value in row) for row in columns)
    brush = "" if stroke.width == PEN_WIDTH else f' brushRef="#{_brush_name(stroke.width)}"'
    return f'  <trace contextRef="#{context}"{brush}>{", ".join(points)}</trace>'


def _number(value: np.float32) -> str:
    """Return the shortest decimal that identifies a float32."""
    return np.format_float_positional(value, unique=True, trim="-")


# ------------------------------------------------------------------------------------------ reading


def read_inkml(path: Path) -> Ink:
    """Read the ink of an InkML file.

    Raises:
        UserError: the file is missing, not an ordinary file, not InkML, damaged or too large.
    """
    return inkml_from_bytes(read_file(path, LARGEST_FILE), path.name)


def inkml_from_bytes(data: bytes, name: str) -> Ink:
    """Read the ink from the content of an InkML file; see `read_inkml`."""
    # Imported here to shorten the startup.
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    shown = shown_name(name)
    try:
        root = fromstring(data, forbid_dtd=True)
        return _Document(root).ink()
    except (ParseError, DefusedXmlException, LookupError, ValueError, OverflowError) as error:
        if isinstance(error, _TooManyPoints):
            raise UserError(
                "{name} has more than {limit:,} points; split it into smaller files.",
                name=shown,
                limit=MOST_POINTS,
            ) from error
        raise UserError("{name} is damaged or not an InkML file; choose another file.", name=shown) from error


class _TooManyPoints(_Invalid):
    """The file has too many points."""


def _tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _reference(element: Element, attribute: str) -> str:
    """Return the id that an attribute refers to, or an empty string."""
    return element.get(attribute, "").removeprefix("#")


class _Document:
    """A parsed InkML document."""

    def __init__(self, root: Element) -> None:
        if _tag(root) != "ink":
            raise _Invalid("not InkML")
        self._root = root
        self._by_id = {part.get(_ID, part.get("id", "")): part for part in root.iter()}
        self._points = 0

    def ink(self) -> Ink:
        """Return all traces in document order."""
        traces = list(self._traces(self._root, _DEFAULT_FORMAT, "", 0))
        if self._points and not traces:
            raise _Invalid("no point has finite coordinates")
        positions = _resolved([trace.points for trace in traces])
        return Ink(
            tuple(
                Stroke(points.astype(np.float32), trace.pressure, trace.width)
                for points, trace in zip(positions, traces, strict=True)
            )
        )

    def _traces(self, parent: Element, current: _Format, brush: str, depth: int) -> Iterator[_Trace]:
        """Yield the traces in an element; a context applies to everything after it.

        Args:
            parent: of the traces and groups.
            current: format of traces that name no other.
            brush: id of the brush of traces that name no other, or empty.
            depth: of nested groups.
        """
        if depth > _MAX_DEPTH:
            raise _Invalid("too many nested groups")
        for element in parent:
            match _tag(element):
                case "context" | "traceFormat" | "inkSource":
                    current = self._format(element, 0) or current
                case "traceGroup":
                    own = _reference(element, "brushRef") or brush
                    yield from self._traces(element, self._format_for(element, current), own, depth + 1)
                case "trace" if element.get("type") != "penUp":
                    width = self._width(_reference(element, "brushRef") or brush)
                    trace = self._trace(element.text or "", self._format_for(element, current), width)
                    if trace is not None:
                        yield trace

    def _format_for(self, element: Element, current: _Format) -> _Format:
        """Return the format that a trace or group refers to, or the current one."""
        named = self._by_id.get(_reference(element, "contextRef"))
        return current if named is None else self._format(named, 0) or current

    def _format(self, element: Element, depth: int) -> _Format | None:
        """Return the trace format that a context or source contains or refers to, or None."""
        if depth > _MAX_DEPTH:
            raise _Invalid("circular references")
        formats = [part for part in element.iter() if _tag(part) == "traceFormat"]
        if formats:
            return _channels(formats[0])
        for part in element.iter():
            for attribute in ("traceFormatRef", "inkSourceRef", "contextRef"):
                named = self._by_id.get(_reference(part, attribute)) if part.get(attribute) else None
                found = None if named is None else self._format(named, depth + 1)
                if found:
                    return found
        return None

    def _width(self, brush: str) -> float:
        """Return the width of a brush; that of all pens if it has none, or one in a unit."""
        named = self._by_id.get(brush) if brush else None
        for part in () if named is None else named.iter():
            if _tag(part) == "brushProperty" and part.get("name") == "width" and not part.get("units"):
                return _width_of(part.get("value", ""))
        return PEN_WIDTH

    def _trace(self, text: str, channels: _Format, width: float) -> _Trace | None:
        """Return a trace without the points that float32 cannot hold, or None if there are no others."""
        points = _points(text, channels)
        self._points += len(points)
        if self._points > MOST_POINTS:
            raise _TooManyPoints
        if not points:
            return None
        values = _values(points, channels)
        names = [channel.name for channel in channels]
        used = [names.index(name) for name in ("X", "Y", "F") if name in names]
        with np.errstate(over="ignore"):
            values = values[np.isfinite(values[:, used].astype(np.float32)).all(axis=1)]
        if not len(values):
            return None
        pressure = _pressure(values[:, used[2]], channels[used[2]]) if "F" in names else None
        x, y = (channels[i] for i in used[:2])
        return _Trace(values[:, used[:2]] * _scales(x, y), pressure, width)


def _scales(x: _Channel, y: _Channel) -> list[float]:
    """Return the factors of coordinates: negative ones point up, and y has the unit of x."""
    ratio = 1.0 if x.unit is None or y.unit is None else y.unit / x.unit
    return [1.0 if x.downwards else -1.0, ratio if y.downwards else -ratio]


def _points(text: str, channels: _Format) -> list[str]:
    """Return the text of each point of a trace.

    Points are separated by commas. Without any comma, each line is a point, or each group of as many
    values as there are channels.
    """
    if text.count(",") > MOST_POINTS or text.count("\n") > MOST_POINTS:
        raise _TooManyPoints
    points = [point for point in text.split(",") if point.strip()]
    if len(points) != 1:
        return points
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines
    size = len(channels)
    values = [found[0] for found in islice(_VALUE.finditer(text), (MOST_POINTS + 1) * size)]
    if len(values) < 2 * size or len(values) % size:
        return points
    return [" ".join(values[start : start + size]) for start in range(0, len(values), size)]


def _resolved(traces: list[_Positions]) -> list[_Positions]:
    """Move the traces to the origin and scale them to the extent 1 if float32 cannot resolve their shape."""
    if not traces:
        return []
    points = np.concatenate(traces)
    low = points.min(axis=0)
    extent = float((points.max(axis=0) - low).max())
    error = float(np.abs(points.astype(np.float32) - points).max())
    if extent == 0 or (extent >= SMALLEST_EXTENT and error <= _MAX_ROUNDING * extent):
        return traces
    return [(trace - low) / extent for trace in traces]


def _channels(trace_format: Element) -> _Format:
    """Return the channels of a trace format in the order of their values."""
    channels = tuple(
        _Channel(
            name=part.get("name", ""),
            low=float(part.get("min", "0")),
            high=float(part.get("max", "nan")) if part.get("max") else None,
            downwards=part.get("orientation") != "-ve",
            default=_constant(part.get("default", "0")),
            unit=_MILLIMETRES.get(part.get("units", "")),
        )
        for part in trace_format.iter()
        if _tag(part) == "channel"
    )
    if not {"X", "Y"} <= {channel.name for channel in channels}:
        raise _Invalid("no X or Y channel")
    return channels


def _constant(text: str) -> float:
    """Return the value of a number, T or F."""
    if text in ("T", "F"):
        return float(text == "T")
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    return sign * (int(digits[1:], 16) if digits.startswith("#") else float(digits))


def _width_of(text: str) -> float:
    """Return the width that a text says; that of all pens if it is no width on a canvas."""
    try:
        width = float(text)
    except ValueError:
        return PEN_WIDTH
    return width if WIDTHS[0] <= width <= WIDTHS[1] else PEN_WIDTH


@dataclass
class _ChannelState:
    """State of a channel while values are read: last value, last difference and prefix."""

    value: float
    change: float = 0.0
    prefix: str = "!"

    def read(self, prefix: str, text: str) -> float:
        """Decode the next value; a prefix applies until the next prefix, and NaN changes nothing."""
        self.prefix = prefix or self.prefix
        if text in "*?":  # unchanged or unknown
            return self.value
        number = _constant(text)
        if not math.isfinite(number):
            return math.nan
        if self.prefix == "!":
            self.change = number - self.value
            self.value = number
        else:
            self.change = self.change + number if self.prefix == '"' else number
            self.value += self.change
        return self.value


def _values(points: list[str], channels: _Format) -> _Positions:
    """Return the values of a trace, float64 (points, channels); omitted values stay unchanged.

    NaN stands for values that are not finite. Values beyond the channels, such as a time that the trace
    format does not declare, are ignored.
    """
    states = [_ChannelState(channel.default) for channel in channels]
    values = np.empty((len(points), len(channels)))
    needed = 1 + max(i for i, channel in enumerate(channels) if channel.name in ("X", "Y"))
    for row, point in enumerate(points):
        position = count = 0
        missing: list[int] = []
        while position < len(point):
            found = _VALUE.match(point, position)
            if found is None:
                raise _Invalid("not a number")
            if count < len(states) and math.isnan(states[count].read(found["prefix"], found["value"])):
                missing.append(count)
            position, count = found.end(), count + 1
        if count < needed:
            raise _Invalid("a point without X and Y")
        values[row] = [channel.value for channel in states]
        values[row, missing] = np.nan
    return values


def _pressure(values: NDArray[np.float64], channel: _Channel) -> NDArray[np.float32] | None:
    """Return pressure as a share of the range of the device, or None if the range is unknown."""
    high = 1.0 if channel.high is None else channel.high
    if not (math.isfinite(channel.low) and math.isfinite(high) and high > channel.low):
        return None
    shares = (values - channel.low) / (high - channel.low)
    if channel.high is None and not ((shares >= 0) & (shares <= 1)).all():
        return None
    return np.clip(shares, 0, 1).astype(np.float32)
