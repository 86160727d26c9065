"""Suffixes of model files."""

from __future__ import annotations

KERAS_SUFFIX = ".keras"
HDF5_SUFFIXES = (".h5", ".hdf5")
LITERT_SUFFIX = ".tflite"

IMPORTABLE_SUFFIXES = (KERAS_SUFFIX, *HDF5_SUFFIXES)
"""Suffixes of Keras models that can be imported."""

MODEL_SUFFIXES = (
    *IMPORTABLE_SUFFIXES,
    ".joblib",
    ".onnx",
    ".pb",
    ".pkl",
    ".pt",
    ".pth",
    ".safetensors",
    ".tflite",
)
"""Suffixes of files that are models; the import says what to do with those of other programs."""
