"""Training, export and import of Keras models: the only package that uses Keras and TensorFlow."""
