"""How the names of files with networks end."""

from __future__ import annotations

KERAS_SUFFIX = ".keras"
HDF5_SUFFIXES = (".h5", ".hdf5")
LITERT_SUFFIX = ".tflite"

IMPORTABLE_SUFFIXES = (KERAS_SUFFIX, *HDF5_SUFFIXES)
"""Of files with networks from elsewhere that can be imported."""
