"""Repeated and residual blocks in the row of layers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, takewhile

from desktop_app.networks.layers.registry import has_filters
from desktop_app.networks.network_info import LayerInfo, NetworkInfo


class BlockKind(Enum):
    """How the layers of a block are connected."""

    PLAIN = "plain"
    RESIDUAL = "residual"
    BRANCHED = "branched"


@dataclass(frozen=True)
class Block:
    """Neighbouring layers that belong together.

    Attributes:
        kind: how they are connected.
        first, last: numbers of the layers in the row.
    """

    kind: BlockKind
    first: int
    last: int


def blocks_of(info: NetworkInfo) -> tuple[Block, ...]:
    """Return the blocks of a network, which do not overlap, from left to right.

    A residual or branched block reaches from the layer after a fork to the layer that merges the branches,
    and to what follows every such layer, e.g. its activation function. In a network without branches, a
    block is a convolution with the layers up to the next one; a single block is not worth its name.
    """
    branches = _branches(info)
    if not branches:
        plain = _plain_blocks(info)
        return plain if len(plain) > 1 else ()
    tail = _common_tail(info, branches)
    return tuple(Block(block.kind, block.first, block.last + tail) for block in branches)


def _branches(info: NetworkInfo) -> list[Block]:
    """Return the innermost parts of a network between a fork and the layer that merges its branches."""
    numbers = {layer.name: number for number, layer in enumerate(info.layers)}
    before: list[set[int]] = []
    found: list[Block] = []
    for number, layer in enumerate(info.layers):
        inputs = [numbers[name] for name in dict.fromkeys(layer.inputs) if numbers.get(name, number) < number]
        before.append({number}.union(*(before[each] for each in inputs)))
        if len(inputs) > 1 and (shared := set.intersection(*(before[each] for each in inputs))):
            kind = BlockKind.RESIDUAL if layer.kind == "Add" else BlockKind.BRANCHED
            found.append(Block(kind, max(shared) + 1, number))
    found = [block for block in found if block.last < len(info.layers) - 1]
    return [block for block in found if not any(_is_inside(other, block) for other in found)]


def _is_inside(block: Block, other: Block) -> bool:
    """Return whether a block shares layers with another one that is larger or ends later."""
    overlaps = block.first <= other.last and other.first <= block.last
    return overlaps and block is not other and block.last <= other.last


def _common_tail(info: NetworkInfo, branches: list[Block]) -> int:
    """Return how many layers of the same kinds follow each of several blocks."""
    if len(branches) < 2:
        return 0
    ends = [block.last for block in branches]
    starts = [*(block.first for block in branches[1:]), len(info.layers) - 1]
    tails = [
        [layer.kind for layer in info.layers[end + 1 : start]]
        for end, start in zip(ends, starts, strict=True)
    ]
    return len(list(takewhile(lambda kinds: len(set(kinds)) == 1, zip(*tails, strict=False))))


def _plain_blocks(info: NetworkInfo) -> tuple[Block, ...]:
    """Return convolutions with the other layers that follow them."""
    maps = next((n for n, layer in enumerate(info.layers) if len(layer.shape) < 3), len(info.layers))
    starts = [n for n, layer in enumerate(info.layers[:maps]) if _is_convolution(layer)]
    parts = pairwise([*starts, min(maps, len(info.layers) - 1)])
    return tuple(Block(BlockKind.PLAIN, start, end - 1) for start, end in parts if end - start > 1)


def _is_convolution(layer: LayerInfo) -> bool:
    return has_filters(layer) and len(layer.shape) == 3
