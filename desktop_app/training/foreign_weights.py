"""Validation of HDF5 weight files to import, from their metadata only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import h5py

from desktop_app.core.errors import UserError, printable

_MOST_OBJECTS = 10_000
_CONFIG = "model_config"
_WEIGHT_GROUPS = frozenset({"_layer_checkpoint_dependencies", "layers", "model_weights"})


def check_weights(data: bytes) -> None:
    """Check an HDF5 file with the weights of a network.

    Keras writes contiguous numeric arrays. Other features of HDF5 are rejected: external and soft links,
    virtual and chunked data sets, compression, and data sets without data.

    Args:
        data: contents of the file.

    Raises:
        UserError: the file is damaged or has contents that Keras does not write.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            for dataset in _datasets(file):
                _check_dataset(dataset)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError) as error:
        raise _damaged() from error


def read_model_config(data: bytes) -> str:
    """Return the configuration, unchecked JSON, from an HDF5 model file.

    Raises:
        UserError: the file has no configuration.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            has_config = _CONFIG in file.attrs and _is_text(file.attrs.get_id(_CONFIG))
            text = file.attrs[_CONFIG] if has_config else None
            has_weights = not _WEIGHT_GROUPS.isdisjoint(file) or "layer_names" in file.attrs
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError) as error:
        raise _damaged() from error
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if isinstance(text, str):
        return text
    if has_weights:
        raise UserError(
            "This file contains weights without a network; save the whole model with "
            'model.save("model.keras").'
        )
    raise UserError("This file contains data and no network; choose a .keras or .h5 file saved by Keras.")


def write_model_config(path: Path, text: str) -> None:
    """Replace the configuration in an HDF5 model file."""
    with h5py.File(path, "r+") as file:
        del file.attrs[_CONFIG]
        file.attrs[_CONFIG] = text


def _is_text(attribute: h5py.h5a.AttrID) -> bool:
    return attribute.shape == () and h5py.check_string_dtype(attribute.dtype) is not None


def _datasets(file: h5py.File) -> Iterator[h5py.Dataset]:
    """Yield each data set once, even if groups contain each other."""
    addresses: set[int] = set()
    remaining: list[h5py.Group] = [file]
    while remaining:
        group = remaining.pop()
        for name in group:
            item = _member(group, name)
            address = h5py.h5o.get_info(item.id).addr
            if address in addresses:
                continue
            addresses.add(address)
            if len(addresses) > _MOST_OBJECTS:
                raise UserError(
                    "The weights in this file have more than {limit:,} parts; import a smaller model.",
                    limit=_MOST_OBJECTS,
                )
            if isinstance(item, h5py.Dataset):
                yield item
            elif isinstance(item, h5py.Group):
                remaining.append(item)
            else:
                raise UserError(
                    "The weights in this file contain {name}, which is not an array of numbers; save the "
                    "model with model.save().",
                    name=_shown(name),
                )


def _member(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | h5py.Datatype:
    link = group.get(name, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        raise UserError(
            "The weights {name} are in another file; save the model in one file with model.save().",
            name=_shown(name),
        )
    if not isinstance(link, h5py.HardLink):
        raise UserError("The weights {name} are a link; save the model with model.save().", name=_shown(name))
    return group[name]


def _check_dataset(dataset: h5py.Dataset) -> None:
    name = _shown(str(dataset.name))
    if dataset.is_virtual or dataset.external:
        raise UserError(
            "The weights {name} are in another file; save the model in one file with model.save().", name=name
        )
    # Seeds and counters are integers, all other weights are floats.
    if dataset.shape is None or dataset.dtype.kind not in "fiu" or dataset.dtype.itemsize > 8:
        raise UserError(
            "The weights {name} are not plain numbers; save the model with model.save().", name=name
        )
    if dataset.chunks is not None:
        raise UserError(
            "The weights {name} are stored in chunks or compressed; save the model with model.save().",
            name=name,
        )
    # A data set of any size can be declared without data; HDF5 would fill it with zeros.
    if dataset.id.get_storage_size() != dataset.nbytes:
        raise UserError("The weights {name} are missing; save the model with model.save().", name=name)


def _damaged() -> UserError:
    return UserError("The weights in this file are damaged; save the model again with model.save().")


def _shown(name: str) -> str:
    name = printable(name)
    return name if len(name) <= 60 else f"…{name[-59:]}"
