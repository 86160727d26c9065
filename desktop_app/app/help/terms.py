"""The terms of the program and of machine learning that the glossary explains."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop_app.core.messages import Message, message

TERMS: Mapping[Message, Message] = MappingProxyType(
    {
        message("Accuracy"): message("Share of samples whose most probable label is right."),
        message("Activation function"): message(
            "A function applied to every value of a layer, e.g. ReLU, so that a network is more than one sum."
        ),
        message("Augmentation"): message(
            "Random changes to training images, such as rotation, that make a model robust against them."
        ),
        message("Batch"): message("Samples that are used together for one update of the weights."),
        message("Bias"): message("A learned number that is added to a weighted sum."),
        message("Calibration"): message(
            "Adjusting confidences so that, of answers with 90 % confidence, 90 % are right."
        ),
        message("Channel"): message(
            "One of the maps of a layer, or one of the colours red, green and blue of an image."
        ),
        message("Checkpoint"): message("The saved state of a run, from which training can be resumed."),
        message("Class"): message("What a sample shows, e.g. a 7; its name is the label."),
        message("Confidence"): message("Probability that the network gives to its answer."),
        message("Confusion matrix"): message("Table of how often each label was answered for each class."),
        message("Contrast"): message("Which values are drawn dark or light; it changes the display only."),
        message("Early stopping"): message(
            "Ends a training when the validation set has not improved for some epochs."
        ),
        message("ECE"): message(
            "Expected calibration error: mean difference between confidence and accuracy."
        ),
        message("Epoch"): message("One pass over all training samples."),
        message("Evidence"): message("What in the ink supports an answer or contradicts it."),
        message("F1"): message("Harmonic mean of precision and recall."),
        message("Feature map"): message(
            "The values of one channel of a layer: large where the layer found what it looks for."
        ),
        message("Filter"): message("The kernels and the bias that make one feature map."),
        message("Grad-CAM"): message(
            "Evidence from the maps of a layer, weighted by how strongly each one changes the answer."
        ),
        message("Gradient"): message("How much the loss or an output changes when a value changes a little."),
        message("Ink"): message("The strokes on the canvas, each with its points."),
        message("InkML"): message("A file format of the W3C for ink."),
        message("Integrated gradients"): message(
            "Evidence from the gradients along the way from an empty canvas to the ink."
        ),
        message("Kernel"): message("The weights of a window that slides over a map."),
        message("Label"): message("The name of a class, e.g. “7”."),
        message("Layer"): message("One step of the computation in a network."),
        message("Learning rate"): message("Size of the steps in which training changes the weights."),
        message("Line network"): message(
            "A network that reads a whole line at once, beside the network for single characters."
        ),
        message("Logit"): message("An output of the last layer before softmax turns it into a probability."),
        message("Loss"): message("A number that training makes small: how far outputs are from the targets."),
        message("Maximizing input"): message("A computed image to which a filter responds most."),
        message("Model"): message("A trained network with its card: task, data, and measured accuracy."),
        message("Model card"): message("Description of a model: task, training data, and measured accuracy."),
        message("Model library"): message("All models that can be chosen: the bundled ones and your own."),
        message("Momentum (optimizer)"): message(
            "Share of the last step that is added to the next one, which makes training steadier."
        ),
        message("Network"): message("Layers that compute an output from an input."),
        message("Not a digit"): message(
            "The verdict for ink that the network was trained to reject, such as a face."
        ),
        message("Occlusion"): message("Evidence from covering parts of the ink and reading again."),
        message("Optimizer"): message("The rule by which training changes the weights, e.g. Adam."),
        message("Overfitting"): message(
            "The training loss falls while the validation loss rises: samples are learned by heart."
        ),
        message("Padding"): message("Whether windows may reach over the border of a map, where zeros are."),
        message("Parameter"): message("A number of a network that training sets: a weight or a bias."),
        message("Pooling"): message("Replaces each window of a map by its maximum or mean."),
        message("Precision"): message("Share of the answers with a label that are right."),
        message("Preparation"): message("The steps that turn a page into an input of the network."),
        message("Path"): message("A way to divide a line into characters, with a label for each."),
        message("PSNR"): message("Peak signal-to-noise ratio in dB: how similar two images are."),
        message("Read (verdict)"): message("The verdict for an answer above the confidence threshold."),
        message("Recall"): message("Share of the samples of a class that are found."),
        message("Receptive field"): message("The part of the input that a value of a layer depends on."),
        message("Recipe"): message("Everything that a training needs: data, layers, and settings."),
        message("Regularization"): message("What reduces overfitting, e.g. dropout or weight decay."),
        message("Run"): message("One training with its recipe, its curves, and its model."),
        message("Sample"): message("One image or drawing of a data set."),
        message("Seed"): message("A number from which all random numbers of a training are made."),
        message("Skip connection"): message("A connection past layers, which makes deep networks trainable."),
        message("SSIM"): message("Structural similarity of two images; 1: the same."),
        message("Stride"): message("Distance between neighbouring windows."),
        message("Stroke"): message("What is drawn from putting the pen down to lifting it."),
        message("Temperature"): message("A number by which logits are divided, to calibrate confidences."),
        message("Test set"): message(
            "Samples that training never uses; the accuracy on them shows what to expect."
        ),
        message("Threshold"): message("The confidence from which an answer counts as read."),
        message("Timeline"): message("The probabilities along a drawing, from its first point to its last."),
        message("Top sample"): message("A sample of a data set to which a filter responds most."),
        message("Training set"): message("Samples from which the weights are learned."),
        message("Unit"): message("One value of a dense layer: a weighted sum of all its inputs."),
        message("Unsure"): message("The verdict for an answer below the confidence threshold."),
        message("Validation set"): message("Samples that training uses to choose the best epoch only."),
        message("Verdict"): message("Whether an answer is read, unsure, none of the labels, or without ink."),
        message("Weight"): message("A learned number by which an input is multiplied."),
        message("Weight decay"): message("Makes all weights a little smaller in every step."),
        message("Workspace"): message("An arrangement of views around the canvas: Read, Inside, or Train."),
    }
)
"""Explanations by term, one sentence each."""
