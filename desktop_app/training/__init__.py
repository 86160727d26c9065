"""Training, export and import of Keras models: the only package that uses Keras and TensorFlow."""

import os

# TensorFlow's native code logs about the processor and missing graphics cards; it reads this when imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
