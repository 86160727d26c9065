"""Fit `lines.fitted` to real and composed numbers, or `lines.fitted_words` to words, and measure it.

python -m tests.benchmarks.fit_lines DATA [--words] [--write]

DATA is the folder with unipen_numbers.npz, pendigits.npz and unipen_characters.npz. Weights, calibration and
levels of acceptance are fitted to numbers of the model's validation writers, real ones and ones composed of
their digits, and the weights to real numbers of its training writers as well; the levels need many composed
ones. The figures are those of the validation writers and of the test writers. With --write, writes
desktop_app/lines/fitted.py.

With --words, weights and calibration for the model `letters` are fitted to words of capitals and to numbers,
composed of characters of its validation writers, and desktop_app/lines/fitted_words.py is written.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

import desktop_app
from desktop_app.lines.line_model import MOST_WRONG, LineModel
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import open_recognizer
from tests.benchmarks.line_combination import (
    Level,
    acceptance,
    answers,
    fitted_combination,
    judged,
    platt,
)
from tests.benchmarks.line_likelihood import batches, fitted_model
from tests.benchmarks.line_samples import Sample, composed, lines_of_words, real_numbers, sample_of, words

LETTERS_MODEL = "letters"
WEIGHT_OF_CAPITALS = 3.0
"""Weight of words in the fit for the model with letters, relative to numbers."""

WEIGHT_OF_REAL = 2.0
"""Weight of real numbers in the fit, relative to composed ones."""

WEIGHT_OF_MARKS = 2.0
"""Weight of numbers with marks in the fit of the paths, relative to others."""

HEAD = '"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""'
HEAD_OF_WORDS = '"""Numbers fitted to words, written by `tests/benchmarks/fit_lines.py --words --write`."""'
FITTED = Path(desktop_app.__file__).parent / "lines" / "fitted.py"
FITTED_WORDS = FITTED.with_name("fitted_words.py")


@dataclass(frozen=True)
class Fitted:
    """What is fitted: weights with calibration, and levels of acceptance."""

    model: LineModel
    levels: list[Level]


def figures(samples: list[Sample], fitted: Fitted) -> str:
    """Return string accuracy, accepted share and accuracy of accepted strings at the default level."""
    right, confidence = judged(answers(samples, fitted.model), fitted.model)
    accepted = confidence >= default_level(fitted.levels)[0]
    of_accepted = f"{right[accepted].mean():.2%}" if accepted.any() else "-"
    shares = f"{right.mean():.2%} right, {accepted.mean():.2%} accepted, {of_accepted} of them right"
    return f"{len(right)} strings, {shares}"


def default_level(levels: list[Level]) -> Level:
    """Return the level of `line_model.DEFAULT_LEVEL`."""
    return [levels[0], *(level for level in levels if level[2] <= MOST_WRONG)][-1]


def source_of(fitted: Fitted) -> str:
    """Return the content of `lines.fitted`."""
    levels = "".join(f"    {level},\n" for level in fitted.levels)
    return f'''{source_of_weights(HEAD, fitted.model)}
ACCEPTANCE = (
{levels})
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
'''


def source_of_weights(head: str, model: LineModel) -> str:
    """Return a module with weights and calibration."""
    candidate, mark = (
        "".join(f"    {value},\n" for value in values.tolist()) for values in (model.candidate, model.mark)
    )
    rows = "".join(f"    {tuple(row)},\n" for row in model.hidden.tolist())
    return f"""{head}

LABEL = {model.label}
CANDIDATE = (
{candidate})
TRANSITION = {tuple(model.transition.tolist())}
HIDDEN = (
{rows})
OUTPUT = {tuple(model.output.tolist())}
MARK = (
{mark})
MARK_OUTPUT = {tuple(model.mark_output.tolist())}
CALIBRATION = {model.calibration}
OF_INK = {astuple(model.of_ink)}
OF_IMAGES = {astuple(model.of_images)}
"""


def fit_words(data: Path, count: int, *, is_written: bool) -> None:
    """Fit weights and calibration to words and numbers, print and write them."""
    recognizer = open_recognizer(find_model(LETTERS_MODEL))
    samples = [
        sample_of(written, recognizer, labels)
        for _, labels, texts in words(data, recognizer, count, is_test=False)
        for written in texts
    ]
    numbers = [sample for sample in samples if sample.text.isdecimal()]
    in_capitals = [sample for sample in samples if not sample.text.isdecimal()]
    weighted = [(WEIGHT_OF_CAPITALS, batch) for batch in batches(in_capitals)]
    model = fitted_model(weighted + [(1.0, batch) for batch in batches(numbers)])
    model = replace(model, calibration=platt(answers(samples, model), None))
    if recognizer.has_line_network:
        model = combined(samples, [weight_of_word(sample) for sample in samples], model)
    source = source_of_weights(HEAD_OF_WORDS, model)
    print(source)
    if is_written:
        FITTED_WORDS.write_text(source, "utf-8")


def weight_of_word(sample: Sample) -> float:
    """Return the weight of a word or number in the fit for the model with letters."""
    return 1.0 if sample.text.isdecimal() else WEIGHT_OF_CAPITALS


def combined(samples: list[Sample], weights: list[float], model: LineModel) -> LineModel:
    """Return the weights with those of the line network, for ink and for images."""
    found = answers(samples, model)
    fitted = []
    for is_ink in (True, False):
        chosen = [number for number, answer in enumerate(found) if answer.sample.is_ink == is_ink]
        fitted.append(fitted_combination([found[n] for n in chosen], [weights[n] for n in chosen]))
    return replace(model, of_ink=fitted[0], of_images=fitted[1])


def measure_words(data: Path, count: int) -> None:
    """Print the share of words and numbers that are completely read, without and with case."""
    recognizer = open_recognizer(find_model(LETTERS_MODEL))
    for is_test in (False, True):
        print("test writers" if is_test else "development writers")
        right: dict[str, list[tuple[bool, bool]]] = {}
        of_kinds = ((name, texts) for name, _, texts in words(data, recognizer, count, is_test=is_test))
        of_words = lines_of_words(data, recognizer, count, is_test=is_test)
        for name, texts in chain(of_kinds, of_words):
            for each in texts:
                found = recognizer.read_text(each.page).text.replace(" ", "")
                is_right = found.upper() == each.text.upper(), found == each.text
                right.setdefault(name, []).append(is_right)
        for name, values in right.items():
            letters, with_case = np.mean(values, axis=0)
            print(f"  {name}: {len(values)} texts, {letters:.2%} right, {with_case:.2%} with case")


def fit_numbers(data: Path, count: int, more_count: int, *, is_written: bool) -> None:
    """Fit weights, calibration and levels to numbers; print and write them with their figures."""
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    numbers = real_numbers(data, recognizer, "validation")
    groups = composed(data, recognizer, count, is_test=False)
    real = numbers + real_numbers(data, recognizer, "train")
    fitted = [(WEIGHT_OF_REAL, batch) for batch in batches(real)]
    for name, samples in groups.items():
        weight = WEIGHT_OF_MARKS if "marks" in name else 1.0
        fitted += [(weight, batch) for batch in batches(samples)]
    model = fitted_model(fitted)
    more = composed(data, recognizer, more_count, is_test=False, kinds=("ink",))
    # A line network was trained with the real numbers of training writers: they say nothing about it.
    samples = [*numbers, *(sample for name in more for sample in _some_of(name, more))]
    samples += [sample for name in groups for sample in _some_of(name, groups) if not sample.is_ink]
    model = replace(model, calibration=platt(answers(samples, model), None))
    if recognizer.has_line_network:
        weights = [WEIGHT_OF_REAL] * len(numbers) + [1.0] * (len(samples) - len(numbers))
        model = combined(samples, weights, model)
    fitted_values = Fitted(model, acceptance(*judged(answers(samples, model), model)))
    source = source_of(fitted_values)
    print(source)
    if is_written:
        FITTED.write_text(source, "utf-8")
    for is_test in (False, True):
        print("test writers" if is_test else "development writers")
        if is_test:
            numbers = real_numbers(data, recognizer, "test")
            groups = composed(data, recognizer, count, is_test=True)
        for name, samples in {"real numbers": numbers, **groups}.items():
            print(f"  {name}: {figures(samples, fitted_values)}")


def _some_of(name: str, groups: dict[str, list[Sample]]) -> list[Sample]:
    """Return the samples of a group; of those with marks one in four, because few real numbers have any."""
    return groups[name][::4] if "marks" in name else groups[name]


def main() -> None:
    """Fit, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=60, help="composed texts of each kind and data set")
    parser.add_argument("--more", type=int, default=800, help="the same for the levels of acceptance")
    parser.add_argument("--words", action="store_true", help="fit the model `letters` to words")
    parser.add_argument("--write", action="store_true", help="write the fitted numbers")
    chosen = parser.parse_args()
    if chosen.words:
        fit_words(chosen.data, chosen.count, is_written=chosen.write)
        measure_words(chosen.data, chosen.count)
    else:
        fit_numbers(chosen.data, chosen.count, chosen.more, is_written=chosen.write)


if __name__ == "__main__":
    main()
