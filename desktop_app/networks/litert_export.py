"""LiteRT files for other programs: with the answer as the only output."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.model_folder import read_card, read_network

_SUBGRAPHS, _SIGNATURES = 2, 7
_OUTPUTS_OF_SUBGRAPH, _OUTPUTS_OF_SIGNATURE = 2, 1
_NAME, _TENSOR = 0, 1
"""Numbers of fields in the FlatBuffers schema of LiteRT: Model, SubGraph, SignatureDef and TensorMap."""


def answer_only(folder: Path) -> bytes:
    """Return the network of a model as a .tflite file whose only output is the answer.

    The program's own file has the activations of all layers as outputs, which other programs do not expect.

    Raises:
        UserError: the model is damaged.
    """
    card = read_card(folder)
    layer = card.layers[-1]
    while is_identity(layer):
        layer = card.info.layer(layer.inputs[0])
    return with_single_output(read_network(folder, card), layer.name)


def with_single_output(network: bytes, name: str) -> bytes:
    """Return a LiteRT network with one of its outputs.

    The lists of outputs, of the graph and of its signature, are shortened in place; all other bytes stay.

    Args:
        network: content of a .tflite file with one graph and one signature.
        name: name of the output in the signature.

    Raises:
        ValueError: there is no such output.
    """
    data = bytearray(network)
    model = _unsigned(data, 0)
    (graph,) = _tables(data, _vector(data, model, _SUBGRAPHS))
    (signature,) = _tables(data, _vector(data, model, _SIGNATURES))
    names = _vector(data, signature, _OUTPUTS_OF_SIGNATURE)
    for output in _tables(data, names):
        if _text(data, output, _NAME) == name:
            first = names + 4
            struct.pack_into("<II", data, names, 1, output - first)
            tensor = _field(data, output, _TENSOR)
            number = 0 if tensor is None else _unsigned(data, tensor)
            struct.pack_into("<II", data, _vector(data, graph, _OUTPUTS_OF_SUBGRAPH), 1, number)
            return bytes(data)
    raise ValueError(f"there is no output {name}")


def _unsigned(data: bytearray, position: int) -> int:
    return int(struct.unpack_from("<I", data, position)[0])


def _field(data: bytearray, table: int, number: int) -> int | None:
    """Return the position of a field of a table; None if it has its default."""
    fields = table - struct.unpack_from("<i", data, table)[0]
    size, entry = struct.unpack_from("<H", data, fields)[0], 4 + 2 * number
    offset = struct.unpack_from("<H", data, fields + entry)[0] if entry < size else 0
    return table + offset if offset else None


def _vector(data: bytearray, table: int, number: int) -> int:
    """Return the position of the length of a list."""
    position = _field(data, table, number)
    if position is None:
        raise ValueError("a list is missing")
    return position + _unsigned(data, position)


def _tables(data: bytearray, vector: int) -> Iterator[int]:
    """Yield the positions of the tables in a list."""
    for entry in range(vector + 4, vector + 4 + 4 * _unsigned(data, vector), 4):
        yield entry + _unsigned(data, entry)


def _text(data: bytearray, table: int, number: int) -> str:
    start = _vector(data, table, number)
    return data[start + 4 : start + 4 + _unsigned(data, start)].decode("utf-8", "replace")
