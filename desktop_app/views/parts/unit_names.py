"""Names of the units of layers that lead to the output."""

from __future__ import annotations

from desktop_app.networks.layers.registry import is_function
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.parts.rejected_name import rejected_name


def unit_names(info: NetworkInfo, layer: LayerInfo) -> tuple[str, ...]:
    """Return the labels of the units of a layer that leads to the output; empty for others."""
    names = (*info.labels, rejected_name(info.task)) if info.rejects else info.labels
    return names if layer.shape == (len(names),) and _leads_to_output(info, layer) else ()


def _leads_to_output(info: NetworkInfo, layer: LayerInfo) -> bool:
    """Return whether a layer is followed by activation functions only."""
    at = info.layers[-1]
    while at.name != layer.name:
        if not is_function(at):
            return False
        at = info.layer(at.inputs[0])
    return True
