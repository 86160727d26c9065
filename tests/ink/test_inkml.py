import os

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from desktop_app.core.errors import UserError
from desktop_app.ink import inkml
from desktop_app.ink.inkml import inkml_bytes, inkml_from_bytes, read_inkml
from desktop_app.ink.strokes import PEN_WIDTH, Ink, Stroke

HEAD = '<ink xmlns="http://www.w3.org/2003/InkML">'


@st.composite
def strokes(draw):
    length = draw(st.integers(1, 8))
    coordinates = st.floats(allow_nan=False, allow_infinity=False, width=32).map(
        lambda value: value if abs(value) > 1e-20 else 0.0  # ink of a smaller extent is scaled
    )
    points = draw(st_np.arrays(np.float32, (length, 2), elements=coordinates))
    shares = st_np.arrays(np.float32, length, elements=st.floats(0, 1, width=32))
    return Stroke(points, draw(st.none() | shares))


@pytest.fixture
def read(tmp_path):
    """Return a function that reads InkML from text or bytes."""

    def read(text):
        path = tmp_path / "ink.inkml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_inkml(path)

    return read


def points(ink):
    """Return the points of every stroke as lists."""
    return [stroke.points.tolist() for stroke in ink.strokes]


@given(st.lists(strokes(), max_size=5))
def test_written_ink_is_read_without_loss(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("ink") / "ink.inkml"
    ink = Ink(tuple(drawn))
    path.write_bytes(inkml_bytes(ink))
    assert read_inkml(path) == ink


def test_widths_are_written_and_read():
    points = np.array([[0, 0], [50, 60]], dtype=np.float32)
    ink = Ink((Stroke(points), Stroke(points, width=8.0), Stroke(points, np.full(2, 0.5), 22.25)))
    assert inkml_from_bytes(inkml_bytes(ink), "a.inkml") == ink


@pytest.mark.parametrize(
    ("brush", "width"),
    [
        ('<brushProperty name="width" value="22"/>', 22.0),
        ('<brushProperty name="height" value="22"/>', PEN_WIDTH),
        ('<brushProperty name="width" value="53" units="himetric"/>', PEN_WIDTH),
        ('<brushProperty name="width" value="broad"/>', PEN_WIDTH),
        ('<brushProperty name="width" value="0.01"/>', PEN_WIDTH),
        ('<brushProperty name="width" value="nan"/>', PEN_WIDTH),
    ],
)
def test_widths_of_brushes_are_read_if_they_are_on_the_canvas(read, brush, width):
    head = f'<definitions><brush xml:id="b">{brush}</brush></definitions>'
    direct = read(f'{HEAD}{head}<trace brushRef="#b">0 0, 9 9</trace><trace>0 0, 9 9</trace></ink>')
    assert [stroke.width for stroke in direct.strokes] == [width, PEN_WIDTH]
    group = '<traceGroup brushRef="#b"><trace>0 0, 9 9</trace></traceGroup>'
    grouped = read(f"{HEAD}{head}{group}</ink>")
    assert [stroke.width for stroke in grouped.strokes] == [width]


def test_written_file_is_plain_inkml():
    text = inkml_bytes(Ink((Stroke(np.array([[1, 2.5], [3, 4]]), np.array([0.5, 1])),))).decode()
    assert '<trace contextRef="#pressure">1 2.5 0.5, 3 4 1</trace>' in text
    assert 'xmlns="http://www.w3.org/2003/InkML"' in text


def test_traces_without_format_are_x_and_y(read):
    assert points(read(f"{HEAD}<trace>10 0, 9 14,\n 8 -28.5</trace></ink>")) == [
        [[10, 0], [9, 14], [8, -28.5]]
    ]


def test_namespace_may_be_missing_or_have_a_prefix(read):
    assert points(read("<ink><trace>1 2</trace></ink>")) == [[[1, 2]]]
    prefixed = '<i:ink xmlns:i="http://www.w3.org/2003/InkML"><i:trace>1 2</i:trace></i:ink>'
    assert points(read(prefixed)) == [[[1, 2]]]


def test_differences_follow_the_standard(read):
    text = """<trace>1125 18432,'23'43,"7"-8,3-5,7 -3,6 2,6 8,3 6,2*,3 6</trace>"""
    first = [[1125, 18432], [1148, 18475], [1178, 18510], [1211, 18540], [1251, 18567]]
    then = [[1297, 18596], [1349, 18633], [1404, 18676]]
    assert points(read(f"{HEAD}{text}</ink>"))[0][:8] == first + then


@pytest.mark.parametrize("text", ["1 2 0.5, 3 4 0.6", "1 2 0.5 7 T, 3 4 0.6", "1 2 0.5\n3 4 0.6", "1 2,3 4,"])
def test_values_without_a_channel_are_ignored(read, text):
    assert points(read(f"{HEAD}<trace>{text}</trace></ink>")) == [[[1, 2], [3, 4]]]


@pytest.mark.parametrize("text", ["1 2 3 4 5 6", "1 2\n3 4\n5 6", "\n 1 2\n\n 3 4\r\n 5 6\n", "1 2'2'2 2 2"])
def test_points_may_lack_separators(read, text):
    assert points(read(f"{HEAD}<trace>{text}</trace></ink>")) == [[[1, 2], [3, 4], [5, 6]]]


def test_points_without_separators_follow_the_trace_format(read):
    text = f"{HEAD}{CHANNELS.format(name='f')}<trace>0 2 0 1 10 4 1023 3</trace></ink>"
    assert points(read(text)) == [[[1, 2], [3, 4]]]


@pytest.mark.parametrize("value", ["nan", "NaN", "-inf", "Infinity", "1e999", "1e39"])
def test_points_that_are_not_finite_are_left_out(read, value):
    text = f"<trace>1 2, {value} 3, 3 {value}, 5 6</trace><trace>{value} {value}</trace>"
    assert points(read(f"{HEAD}{text}</ink>")) == [[[1, 2], [5, 6]]]


def test_differences_continue_after_a_missing_value(read):
    assert points(read(f"{HEAD}<trace>1 2,'3'4, nan nan, 5 6</trace></ink>")) == [[[1, 2], [4, 6], [9, 12]]]


def test_missing_pressure_leaves_its_point_out(read):
    text = f"{HEAD}{CHANNELS.format(name='f')}<trace>0 2 nan 1, nan 4 1023 3</trace></ink>"
    ink = read(text)
    assert points(ink) == [[[3, 4]]]
    assert ink.strokes[0].pressure.tolist() == [1]


def test_comments_and_repeated_points_are_accepted(read):
    text = "<trace>1 2,<!-- up, 9 9 --> 1 2, 1 2<?note?>, 3 4</trace>"
    assert points(read(f"{HEAD}{text}</ink>")) == [[[1, 2], [1, 2], [1, 2], [3, 4]]]


@pytest.mark.parametrize("factor", ["e-40", "e-200", "e-45"])
def test_ink_too_small_for_float32_keeps_its_shape(read, factor):
    text = f"<trace>0 0, 9{factor} 0</trace><trace>0 4.5{factor}</trace>"
    assert points(read(f"{HEAD}{text}</ink>")) == [[[0, 0], [1, 0]], [[0, 0.5]]]


def test_ink_far_from_the_origin_keeps_its_shape(read):
    text = "<trace>1000000000 5, 1000000004 5, 1000000002 7</trace>"
    assert points(read(f"{HEAD}{text}</ink>")) == [[[0, 0], [1, 0], [0.5, 0.5]]]


def test_exclamation_mark_ends_the_differences(read):
    assert points(read(f"{HEAD}<trace>10 10,'1'2,!50!60,70 80</trace></ink>")) == [
        [[10, 10], [11, 12], [50, 60], [70, 80]]
    ]


def test_numbers_may_be_hexadecimal_or_have_exponents(read):
    assert points(read(f"{HEAD}<trace>#FF -#a, 1e2 +.5</trace></ink>")) == [[[255, -10], [100, 0.5]]]


CHANNELS = """<traceFormat xml:id="{name}">
  <channel name="T" type="integer"/><channel name="Y" type="integer"/>
  <channel name="F" type="integer" min="0" max="1023"/><channel name="X" type="integer"/>
</traceFormat>"""


def test_channels_may_have_any_order(read):
    ink = read(f"{HEAD}{CHANNELS.format(name='f')}<trace>0 2 0 1, 10 4 1023 3</trace></ink>")
    assert points(ink) == [[[1, 2], [3, 4]]]
    assert ink.strokes[0].pressure is not None
    assert ink.strokes[0].pressure.tolist() == [0, 1]


def test_contexts_are_found_by_reference(read):
    text = f"""{HEAD}<definitions>
      {CHANNELS.format(name="format")}
      <context xml:id="tablet" traceFormatRef="#format"/>
    </definitions>
    <trace contextRef="#tablet">0 2 0 1</trace>
    <trace>7 8</trace>
    <traceGroup contextRef="#tablet"><trace>0 4 0 3</trace></traceGroup></ink>"""
    assert points(read(text)) == [[[1, 2]], [[7, 8]], [[3, 4]]]


def test_context_applies_to_following_traces(read):
    text = f"""{HEAD}<trace>1 2</trace>
    <context><inkSource xml:id="pen">{CHANNELS.format(name="f")}</inkSource></context>
    <trace>0 4 0 3</trace></ink>"""
    assert points(read(text)) == [[[1, 2]], [[3, 4]]]


def test_upward_channels_are_inverted(read):
    text = f"""{HEAD}<traceFormat><channel name="X"/><channel name="Y" orientation="-ve"/></traceFormat>
    <trace>1 2</trace></ink>"""
    assert points(read(text)) == [[[1, -2]]]


@pytest.mark.parametrize(
    ("x", "y", "read_as"),
    [("cm", "mm", [10, 2]), ("in", "in", [10, 20]), ("mm", "m", [10, 20_000]), ("dev", "mm", [10, 20])],
)
def test_y_is_read_in_the_unit_of_x(read, x, y, read_as):
    text = f"""{HEAD}<traceFormat><channel name="X" units="{x}"/><channel name="Y" units="{y}"/></traceFormat>
    <trace>10 20</trace></ink>"""
    assert points(read(text)) == [[read_as]]


def test_intermittent_channels_may_be_omitted(read):
    text = f"""{HEAD}<traceFormat><channel name="X"/><channel name="Y"/><intermittentChannels>
    <channel name="B1" type="boolean" default="F"/></intermittentChannels></traceFormat>
    <trace>1 2 T, 3 4, 5 6 F</trace></ink>"""
    assert points(read(text)) == [[[1, 2], [3, 4], [5, 6]]]


def test_omitted_channel_has_its_default(read):
    text = f"""{HEAD}<traceFormat><channel name="X"/><channel name="Y"/><intermittentChannels>
    <channel name="F" max="4" default="3"/></intermittentChannels></traceFormat>
    <trace>1 2, 3 4 1</trace></ink>"""
    pressure = read(text).strokes[0].pressure
    assert pressure is not None
    assert pressure.tolist() == [0.75, 0.25]


def test_id_needs_no_namespace(read):
    text = f"""{HEAD}{CHANNELS.format(name="f").replace("xml:id", "id")}<context id="c" traceFormatRef="#f"/>
    <traceFormat><channel name="X"/><channel name="Y"/></traceFormat>
    <trace contextRef="#c">0 2 0 1</trace><trace>7 8</trace></ink>"""
    assert points(read(text)) == [[[1, 2]], [[7, 8]]]


@pytest.mark.parametrize(("depth", "fits"), [(32, True), (33, False)])
def test_nesting_of_groups_has_a_limit(read, depth, fits):
    text = f"{HEAD}{'<traceGroup>' * depth}<trace>1 2</trace>{'</traceGroup>' * depth}</ink>"
    if fits:
        assert points(read(text)) == [[[1, 2]]]
    else:
        with pytest.raises(UserError):
            read(text)


def test_traces_refer_to_written_contexts():
    strokes = (Stroke(np.array([[1, 2]])), Stroke(np.array([[1, 2]]), np.array([0.5])))
    text = inkml_bytes(Ink(strokes)).decode()
    for kind in ("position", "pressure"):
        assert f'xml:id="{kind}"' in text
        assert f'contextRef="#{kind}"' in text


def test_pressure_of_unknown_range_is_ignored(read):
    text = f"""{HEAD}<traceFormat><channel name="X"/><channel name="Y"/><channel name="F"/></traceFormat>
    <trace>1 2 300</trace></ink>"""
    assert read(text).strokes[0].pressure is None


def test_brushes_notes_hovering_and_empty_traces_are_ignored(read):
    text = f"""{HEAD}<annotation>hello</annotation>
    <definitions><brush xml:id="b"/><trace>9 9</trace></definitions>
    <trace type="penUp">5 5</trace><trace></trace><trace brushRef="#b">1 2</trace></ink>"""
    assert points(read(text)) == [[[1, 2]]]


def test_nested_groups_are_read(read):
    text = (
        f"{HEAD}<traceGroup><trace>1 2</trace><traceGroup><trace>3 4</trace></traceGroup></traceGroup></ink>"
    )
    assert points(read(text)) == [[[1, 2]], [[3, 4]]]


def test_file_without_traces_is_empty_ink(read):
    assert read(f"{HEAD}</ink>") == Ink()


CIRCULAR_CONTEXTS = '<context xml:id="a" contextRef="#b"/><context xml:id="b" contextRef="#a"/>'
NESTED_ENTITIES = (
    '<!DOCTYPE ink [<!ENTITY a "1 2,"><!ENTITY b "&a;&a;&a;">]>' + HEAD + "<trace>&b;</trace></ink>"
)
EXTERNAL_ENTITY = (
    '<!DOCTYPE ink [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + HEAD + "<trace>&a;</trace></ink>"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        f"{HEAD}<trace>1 2",
        "<svg/>",
        NESTED_ENTITIES,
        EXTERNAL_ENTITY,
        f"{HEAD}<trace>1</trace></ink>",
        f"{HEAD}<trace>one two</trace></ink>",
        f"{HEAD}<trace>nan nan</trace></ink>",
        f"{HEAD}<trace>1e999 0</trace></ink>",
        f"{HEAD}<trace>1e39 0</trace></ink>",
        f"{HEAD}<trace>{'9' * 5000} 0</trace></ink>",
        f"{HEAD}<trace>#{'F' * 5000} 0</trace></ink>",
        f"{HEAD}<traceFormat><channel name='X'/></traceFormat><trace>1</trace></ink>",
        f"{HEAD}<traceFormat><channel name='X' min='low'/><channel name='Y'/></traceFormat></ink>",
        f"{HEAD}{CIRCULAR_CONTEXTS}<trace contextRef='#a'>1 2</trace></ink>",
        f"{HEAD}{'<traceGroup>' * 2000}<trace>1 2</trace>{'</traceGroup>' * 2000}</ink>",
        b'<?xml version="1.0" encoding="no-such"?><ink/>',
        b"\xff\xfe<\0i\0",
    ],
)
def test_invalid_files_raise_user_error(read, text):
    with pytest.raises(
        UserError, match=r"^ink\.inkml is damaged or not an InkML file; choose another file\.$"
    ):
        read(text)


@pytest.mark.parametrize("text", ["1 2," * 9, "1 2 " * 9, "1 2\n" * 9])
def test_points_are_counted_with_any_separator(read, monkeypatch, text):
    monkeypatch.setattr(inkml, "MOST_POINTS", 8)
    with pytest.raises(UserError, match="more than 8 points"):
        read(f"{HEAD}<trace>{text}</trace></ink>")


def test_too_many_points_raise_user_error(read, monkeypatch):
    monkeypatch.setattr(inkml, "MOST_POINTS", 3)
    assert len(read(f"{HEAD}<trace>1 2,3 4</trace><trace>5 6</trace></ink>").strokes) == 2
    with pytest.raises(UserError, match="more than 3 points"):
        read(f"{HEAD}<trace>1 2,3 4</trace><trace>5 6,7 8</trace></ink>")


def test_too_large_inkml_files_raise_user_error(read, monkeypatch):
    monkeypatch.setattr(inkml, "LARGEST_FILE", 20)
    with pytest.raises(UserError, match="larger than"):
        read(f"{HEAD}<trace>1 2</trace></ink>")


def test_folders_pipes_and_missing_inkml_files_raise_user_error(tmp_path):
    os.mkfifo(tmp_path / "pipe.inkml")
    for path in (tmp_path, tmp_path / "pipe.inkml", tmp_path / "nothing.inkml"):
        with pytest.raises(UserError, match=path.name):
            read_inkml(path)


def test_written_file_declares_channels_and_contains_only_ink():
    ink = Ink((Stroke(np.array([[1, 2]]), np.array([0.5])), Stroke(np.array([[3, 4]]))))
    root = fromstring(inkml_bytes(ink))
    name = "{http://www.w3.org/2003/InkML}"
    channels = {
        context.get("{http://www.w3.org/XML/1998/namespace}id"): [
            (part.get("name"), part.get("type"), part.get("min"), part.get("max"))
            for part in context.iter(f"{name}channel")
        ]
        for context in root.iter(f"{name}context")
    }
    coordinates = [("X", "decimal", None, None), ("Y", "decimal", None, None)]
    assert channels == {"position": coordinates, "pressure": [*coordinates, ("F", "decimal", "0", "1")]}
    written = [(part.tag.removeprefix(name), (part.text or "").strip()) for part in root.iter()]
    assert [each for each in written if each[1]] == [("trace", "1 2 0.5"), ("trace", "3 4")]
    assert not any((part.tail or "").strip() for part in root.iter())


def test_document_type_declaration_raises_user_error(read):
    with pytest.raises(UserError, match=r"ink\.inkml"):
        read("<!DOCTYPE ink [<!ELEMENT ink ANY>]><ink><trace>1 2</trace></ink>")


def test_boolean_pressure_is_one_or_zero(read):
    form = (
        '<traceFormat><channel name="X"/><channel name="Y"/><channel name="F" type="boolean"/></traceFormat>'
    )
    (stroke,) = read(f"{HEAD}{form}<trace>1 2 T, 3 4 F, 5 6 T</trace></ink>").strokes
    assert stroke.pressure.tolist() == [1, 0, 1]


def test_empty_range_gives_no_pressure(read):
    form = (
        '<traceFormat><channel name="X"/><channel name="Y"/><channel name="F" min="5" max="5"/></traceFormat>'
    )
    (stroke,) = read(f"{HEAD}{form}<trace>1 2 5</trace></ink>").strokes
    assert stroke.pressure is None


def test_point_needs_both_coordinates(read):
    assert points(read(f"{HEAD}{CHANNELS.format(name='f')}<trace>0 2 0 1</trace></ink>")) == [[[1, 2]]]
    with pytest.raises(UserError, match=r"ink\.inkml"):
        read(f"{HEAD}{CHANNELS.format(name='f')}<trace>0 2 0</trace></ink>")


def test_ink_source_applies_to_following_traces(read):
    text = f"{HEAD}<inkSource>{CHANNELS.format(name='f')}</inkSource><trace>0 4 0 3</trace></ink>"
    assert points(read(text)) == [[[3, 4]]]
