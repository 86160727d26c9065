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
import math
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import desktop_app
from desktop_app.data.compose_numbers import compose_texts
from desktop_app.data.ink_set import InkSet, read_ink_set
from desktop_app.data.render_page import render_page
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.candidates import (
    CANDIDATE_FEATURES,
    MOST_PIECES,
    TRANSITION_FEATURES,
    find_candidates,
)
from desktop_app.lines.evidence import CANDIDATE_EVIDENCE, SMALLEST_PROBABILITY, TRANSITION_EVIDENCE
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.line_model import (
    MOST_WRONG,
    LineFeatures,
    LineModel,
    calibrated,
    line_features,
    score,
)
from desktop_app.lines.paths import best_paths, ending, forward, log_sum
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer

Values = NDArray[np.float64]

DIGITS = list("0123456789")
KINDS = ("ink", "image", "ruled")
NUMBERS = "unipen_numbers.npz"
SINGLE_DIGITS = ("pendigits.npz", "unipen_characters.npz")
SINGLE_LETTERS = ("unipen_characters.npz", "unipen_in_words.npz")
CAPITALS = list(string.ascii_uppercase)
LETTERS_MODEL = "letters"
WEIGHT_OF_CAPITALS = 3.0
"""Weight of words in the fit for the model with letters, relative to numbers."""

UNITS = 8
"""Hidden units of the score of a candidate."""

WEIGHT_OF_REAL = 2.0
"""Weight of real numbers in the fit, relative to composed ones."""

REGULARIZATION = 2e-4
REGULARIZATION_OF_UNITS = 1e-3
HOPELESS = 8.0
"""Loss from which a sample does not count: its label is probably wrong."""

PROMISES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Shares of wrong texts among the accepted ones, for which levels are chosen."""

HEAD = '"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""'
HEAD_OF_WORDS = '"""Numbers fitted to words, written by `tests/benchmarks/fit_lines.py --words --write`."""'
FITTED = Path(desktop_app.__file__).parent / "lines" / "fitted.py"
FITTED_WORDS = FITTED.with_name("fitted_words.py")

BUCKET = 60
ITERATIONS = 200
FEATURES = len(CANDIDATE_FEATURES) + len(CANDIDATE_EVIDENCE)
MOVE_FEATURES = len(TRANSITION_FEATURES) + len(TRANSITION_EVIDENCE)


Level = tuple[float, float, float]
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""


@dataclass(frozen=True)
class Fitted:
    """What is fitted: weights, calibration and levels of acceptance."""

    model: LineModel
    calibration: tuple[float, float]
    levels: list[Level]


@dataclass(frozen=True)
class Sample:
    """A text, its possible labels and its line; no line if it has several."""

    text: str
    labels: tuple[str, ...]
    line: LineFeatures | None


def sample_of(page: Page, text: str, recognizer: Recognizer, labels: Sequence[str]) -> Sample:
    """Classify all candidates of a text with some labels of the network."""
    task = recognizer.info.task
    pieces = pieces_of(page)
    lines = find_lines(pieces.items)
    if len(lines) != 1:
        return Sample(text, tuple(labels), None)
    line = find_candidates(lines[0], pieces.items)
    inputs = []
    for start, length in np.argwhere(line.is_valid).tolist():
        prepared = pieces.prepare(sorted(line.numbers[start : start + length + 1]), task)
        assert prepared is not None
        inputs.append(prepared.model_input)
    outputs = np.zeros((*line.is_valid.shape, *task.output_shape))
    outputs[line.is_valid] = recognizer.predict(np.stack(inputs))
    features = line_features(line, outputs, len(task.labels))
    own = features.labels[..., [task.labels.index(label) for label in labels]]
    return Sample(text, tuple(labels), replace(features, labels=own))


def real_numbers(data: Path, recognizer: Recognizer, part: str) -> list[Sample]:
    """Return the real numbers of the model's `train`, `validation` or `test` writers."""
    (writers,) = (source.writers for source in recognizer.card.data if source.file == NUMBERS)
    assert writers is not None
    numbers = read_ink_set(data / NUMBERS)
    is_part = {name: np.isin(numbers.writers, getattr(writers, name)) for name in ("validation", "test")}
    is_part["train"] = ~(is_part["validation"] | is_part["test"])
    return [
        sample_of(numbers.ink(row), str(numbers.labels[row]), recognizer, DIGITS)
        for row in np.flatnonzero(is_part[part]).tolist()
    ]


def character_sets(
    data: Path, recognizer: Recognizer, files: tuple[str, ...], labels: list[str], *, is_test: bool
) -> Iterator[InkSet]:
    """Yield the single characters with some labels of the validation or test writers of the model."""
    for source in recognizer.card.data:
        if source.file in files and source.writers is not None:
            writers = source.writers.test if is_test else source.writers.validation
            found = read_ink_set(data / source.file)
            yield found.select(np.isin(found.writers, writers) & np.isin(found.labels, labels))


def composed(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool, kinds: tuple[str, ...] = KINDS
) -> dict[str, list[Sample]]:
    """Return composed numbers of 4 and 10 digits as ink, images, and images with ruled lines."""
    groups: dict[str, list[Sample]] = {}
    for digits in character_sets(data, recognizer, SINGLE_DIGITS, DIGITS, is_test=is_test):
        rng = np.random.default_rng(5)
        for length in (4, 10):
            inks, texts = compose_texts(digits, DIGITS, length, count, 11 + length)
            for ink, text in zip(inks, texts, strict=True):
                for kind in kinds:
                    page = ink if kind == "ink" else image_of(ink, rng, kind)
                    sample = sample_of(page, text, recognizer, DIGITS)
                    groups.setdefault(f"{length} digits, {kind}", []).append(sample)
    return groups


def words(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool
) -> Iterator[tuple[str, list[str], list[Page], list[str]]]:
    """Yield words of 6 capitals and numbers of 6 digits: name, possible labels, pages and texts."""
    letters = [label for label in recognizer.info.task.labels if label.isalpha()]
    for name, labels, possible in (("capitals", CAPITALS, letters), ("digits", DIGITS, DIGITS)):
        for characters in character_sets(data, recognizer, SINGLE_LETTERS, labels, is_test=is_test):
            inks, texts = compose_texts(characters, labels, 6, count, 17)
            yield f"6 {name}, ink", possible, list(inks), texts
            rng = np.random.default_rng(5)
            yield f"6 {name}, image", possible, [image_of(ink, rng, "image") for ink in inks], texts


def image_of(ink: Ink, rng: np.random.Generator, kind: str) -> Picture:
    """Return an image of ink, with ruled lines if the kind is `ruled`."""
    height = int(rng.integers(40, 80))
    return picture_from_pixels(render_page(ink, rng, height=height, is_ruled=kind == "ruled"), kind)


# ---------------------------------------------------------------------------------------- fitting


@dataclass(frozen=True)
class Batch:
    """Samples of similar length as padded arrays; `true` has the log probability of each character."""

    features: Values
    is_valid: NDArray[np.bool_]
    transitions: Values
    labels: Values
    true: Values
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]


def batches(samples: list[Sample]) -> list[Batch]:
    """Return padded batches of samples of similar length."""
    known = sorted(
        ((s.line, s) for s in samples if s.line is not None), key=lambda pair: len(pair[0].is_valid)
    )
    return [_batch(known[start : start + BUCKET]) for start in range(0, len(known), BUCKET)]


def _batch(samples: list[tuple[LineFeatures, Sample]]) -> Batch:
    counts = np.array([len(line.is_valid) for line, _ in samples])
    lengths = np.array([len(sample.text) for _, sample in samples])
    shape = len(samples), int(counts.max()), MOST_PIECES
    batch = Batch(
        np.zeros((*shape, FEATURES)),
        np.zeros(shape, np.bool_),
        np.zeros((*shape, MOST_PIECES, MOVE_FEATURES)),
        np.full((*shape, len(samples[0][1].labels)), np.log(SMALLEST_PROBABILITY)),
        np.full((*shape, int(lengths.max())), -np.inf),
        counts,
        lengths,
    )
    for row, (line, sample) in enumerate(samples):
        count = counts[row]
        batch.features[row, :count] = line.candidates
        batch.is_valid[row, :count] = line.is_valid
        batch.transitions[row, :count] = line.transitions
        batch.labels[row, :count] = line.labels
        for position, label in enumerate(sample.text):
            batch.true[row, ..., position] = batch.labels[row, ..., sample.labels.index(label)]
    return batch


def lattice(
    scores: Values, moves: Values, counts: NDArray[np.int64], last: NDArray[np.int64]
) -> list[Values]:
    """Return the log sum of all paths and the probabilities of candidates and of transitions.

    Args:
        scores: (samples, n, 8, positions); with several positions each candidate moves to the next one.
        moves: (samples, n, 8, 8).
        counts: number of pieces of each sample.
        last: position of each sample's last character.
    """
    samples, count, longest, positions = scores.shape
    shift = int(positions > 1)

    def moved(values: Values, by: int) -> Values:
        result = np.full_like(values, -np.inf)
        result[..., max(by, 0) : positions + min(by, 0)] = values[..., max(-by, 0) : positions - max(by, 0)]
        return result

    before, after = np.full(scores.shape, -np.inf), np.full(scores.shape, -np.inf)
    for start in range(count):
        entering = np.full((samples, longest, positions), -np.inf)
        if start == 0:
            entering[..., 0] = 0
        else:
            ended = np.stack([before[:, start - k - 1, k] for k in range(min(longest, start))], 1)
            sums = log_sum(ended[:, :, None] + moves[:, start, : ended.shape[1], :, None], 1)
            entering = moved(sums, shift)
        before[:, start] = scores[:, start] + entering
    for start in reversed(range(count)):
        for k in range(longest):
            end = start + k + 1
            if end < count:
                sums = log_sum(moves[:, end, k, :, None] + scores[:, end] + after[:, end], 1)
                after[:, start, k] = moved(sums, -shift)
            is_end = counts == end
            after[is_end, start, k] = -np.inf
            after[is_end, start, k, last[is_end]] = 0
    rows = np.arange(samples)
    ends = [
        np.where(counts > k, before[rows, np.maximum(counts - k - 1, 0), k, last], -np.inf)
        for k in range(longest)
    ]
    total = log_sum(np.stack(ends, 1), 1)
    finite = np.where(np.isfinite(total), total, 0)
    on_path = np.exp(before + after - finite[:, None, None, None])
    used = np.zeros(moves.shape)
    for start in range(1, count):
        following = moved(scores[:, start] + after[:, start], -shift)
        for k in range(min(longest, start)):
            ended = before[:, start - k - 1, k][:, None] + moves[:, start, k, :, None]
            used[:, start, k] = np.exp(ended + following - finite[:, None, None]).sum(-1)
    return [total, on_path, used]


def divided(weights: Values) -> list[Values]:
    """Return the weights of labels, candidates, transitions, hidden units and their output; views."""
    ends = np.cumsum([1, FEATURES, MOVE_FEATURES, FEATURES * UNITS])
    label, candidate, transition, hidden, output = np.split(weights, ends)
    return [label, candidate, transition, hidden.reshape(FEATURES, UNITS), output]


def start() -> Values:
    """Return weights to start from."""
    rng = np.random.default_rng(0)
    weights = np.zeros(1 + FEATURES + MOVE_FEATURES + (FEATURES + 1) * UNITS)
    *_, hidden, output = divided(weights)
    hidden[:] = rng.normal(0, 0.5 / math.sqrt(FEATURES), hidden.shape)
    output[:] = rng.normal(0, 0.1, output.shape)
    return weights


def loss(weights: Values, data: list[tuple[float, Batch]]) -> tuple[float, Values]:
    """Return the mean negative log likelihood of the true texts, and its gradient."""
    label, candidate, transition, hidden, output = divided(weights)
    gradient = np.zeros_like(weights)
    of_label, of_candidate, of_transition, of_hidden, of_output = divided(gradient)
    factor = np.exp(label[0])
    total, size = 0.0, 0.0
    for weight, batch in data:
        units = np.tanh(batch.features @ hidden)
        geometry = np.where(batch.is_valid, batch.features @ candidate + units @ output, -np.inf)
        losses, apart, moved, slope = likelihoods(
            geometry, batch.transitions @ transition, factor * batch.labels, factor * batch.true, batch
        )
        size += weight * len(losses)
        total += weight * float(losses.sum())
        of_candidate += weight * np.einsum("snk,snkf->f", apart, batch.features)
        of_transition += weight * np.einsum("snjk,snjkf->f", moved, batch.transitions)
        of_output += weight * np.einsum("snk,snku->u", apart, units)
        back = apart[..., None] * output * (1 - units**2)
        of_hidden += weight * np.einsum("snkf,snku->fu", batch.features, back)
        of_label += weight * slope
    decay = np.full_like(weights, REGULARIZATION)
    for part in divided(decay)[3:]:
        part[:] = REGULARIZATION_OF_UNITS
    return total / size + float(decay @ weights**2), gradient / size + 2 * decay * weights


def likelihoods(
    geometry: Values, moves: Values, labels: Values, true: Values, batch: Batch
) -> tuple[Values, Values, Values, float]:
    """Return the negative log likelihoods of true texts, and their derivatives.

    Args:
        geometry: (samples, n, 8), scores of candidates.
        moves: (samples, n, 8, 8), scores of transitions.
        labels: (samples, n, 8, labels), scores of labels.
        true: (samples, n, 8, positions), scores of the true labels.
        batch: their batch.

    Returns:
        The likelihoods, (samples,); the derivatives by scores of candidates and of transitions, and by the
        logarithm of the factor of the scores of labels; those of hopeless samples are 0.
    """
    of_any = log_sum(labels, -1)
    first = np.zeros(len(batch.counts), np.int64)
    every, on_path, used = lattice((geometry + of_any)[..., None], moves, batch.counts, first)
    gold, on_gold, used_gold = lattice(geometry[..., None] + true, moves, batch.counts, batch.lengths - 1)
    losses = every - gold
    is_used = losses < HOPELESS
    apart, moved = on_path[..., 0] - on_gold.sum(-1), used - used_gold
    apart[~is_used], moved[~is_used] = 0.0, 0.0
    shares = np.exp(labels - of_any[..., None])
    expected = on_path[is_used][..., 0] * (shares * labels).sum(-1)[is_used]
    found = on_gold * np.where(np.isfinite(true), true, 0)
    return np.minimum(losses, HOPELESS), apart, moved, float(expected.sum() - found[is_used].sum())


def model_of(weights: Values) -> LineModel:
    """Return the weights as a model, rounded."""
    label, *others = divided(weights)
    candidate, transition, hidden, output = (np.round(part, 3) + 0.0 for part in others)
    return LineModel(round(float(np.exp(label[0])), 3), candidate, transition, hidden, output)


# -------------------------------------------------------------------------------------- measuring


def answer(sample: Sample, model: LineModel) -> tuple[str, float]:
    """Return the text of a sample and its share of all paths."""
    if sample.line is None:
        return "", 0.0
    scores = score(sample.line, model)
    total = float(ending(forward(scores.candidates + log_sum(scores.labels, -1), scores.transitions)))
    shares: dict[str, float] = {}
    for path in best_paths(scores, 12):
        text = "".join(sample.labels[label] for label in path.labels)
        shares[text] = shares.get(text, 0.0) + float(np.exp(path.score - total))
    return max(shares.items(), key=lambda pair: pair[1])


def figures(samples: list[Sample], fitted: Fitted) -> str:
    """Return string accuracy, accepted share and accuracy of accepted strings at the default level."""
    right, confidence = answers(samples, fitted.model, fitted.calibration)
    accepted = confidence >= default_level(fitted.levels)[0]
    of_accepted = f"{right[accepted].mean():.2%}" if accepted.any() else "-"
    shares = f"{right.mean():.2%} right, {accepted.mean():.2%} accepted, {of_accepted} of them right"
    return f"{len(right)} strings, {shares}"


def answers(
    samples: list[Sample], model: LineModel, calibration: tuple[float, float]
) -> tuple[NDArray[np.bool_], Values]:
    """Return which texts are right, and the confidence in each."""
    found = [(sample.text, *answer(sample, model)) for sample in samples]
    right = np.array([text == answered for text, answered, _ in found])
    return right, np.array([calibrated(share, calibration) for *_, share in found])


def acceptance(right: NDArray[np.bool_], confidence: Values) -> list[Level]:
    """Return for each promise the smallest confidence that keeps it, from the fewest errors on.

    A promise needs so many accepted texts that one wrong text among them would keep it.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence, count = confidence[order], np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    is_last = np.append(np.diff(sorted_confidence) < 0, True)
    levels: list[Level] = []
    for promise in PROMISES:
        kept = np.flatnonzero(is_last & (wrong <= promise * count) & (promise * count >= 1))
        if not len(kept):
            continue
        last = int(kept[-1])
        least = math.floor(sorted_confidence[last] * 1e6) / 1e6
        accepted = round((last + 1) / len(order), 4)
        if not levels or accepted > levels[-1][1]:
            levels.append((least, accepted, promise))
    everything = round(float(1 - right.mean()), 4)
    if not levels or everything > levels[-1][2]:
        levels.append((0.0, 1.0, everything))
    return levels


def default_level(levels: list[Level]) -> Level:
    """Return the level of `line_model.DEFAULT_LEVEL`."""
    return [levels[0], *(level for level in levels if level[2] <= MOST_WRONG)][-1]


def calibration(samples: list[Sample], model: LineModel) -> tuple[float, float]:
    """Return level and slope of the logit of the share (Platt, 1999)."""
    found = [(sample.text, *answer(sample, model)) for sample in samples]
    signs = np.array([1 if text == answered else -1 for text, answered, _ in found])
    shares = np.clip([share for *_, share in found], 1e-9, 1 - 1e-9)
    logits = np.log(shares / (1 - shares))

    def cost(values: Values) -> float:
        return float(np.logaddexp(0, -signs * (values[0] + values[1] * logits)).mean())

    level, slope = minimize(cost, np.array([0.0, 1.0])).x
    return round(float(level), 2), round(float(slope), 2)


def source_of(fitted: Fitted) -> str:
    """Return the content of `lines.fitted`."""
    levels = "".join(f"    {level},\n" for level in fitted.levels)
    return f'''{source_of_weights(HEAD, fitted.model, fitted.calibration)}
ACCEPTANCE = (
{levels})
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
'''


def source_of_weights(head: str, model: LineModel, platt: tuple[float, float]) -> str:
    """Return a module with weights and calibration."""
    candidate = "".join(f"    {value},\n" for value in model.candidate.tolist())
    rows = "".join(f"    {tuple(row)},\n" for row in model.hidden.tolist())
    return f"""{head}

LABEL = {model.label}
CANDIDATE = (
{candidate})
TRANSITION = {tuple(model.transition.tolist())}
HIDDEN = (
{rows})
OUTPUT = {tuple(model.output.tolist())}
CALIBRATION = {platt}
"""


def fitted_model(data: list[tuple[float, Batch]]) -> LineModel:
    """Return the weights with the largest likelihood."""
    options = {"maxiter": ITERATIONS}
    found = minimize(loss, start(), args=(data,), jac=True, method="L-BFGS-B", options=options)
    return model_of(found.x)


def fit_words(data: Path, count: int, *, is_written: bool) -> None:
    """Fit weights and calibration to words and numbers, print and write them."""
    recognizer = open_recognizer(find_model(LETTERS_MODEL))
    samples = [
        sample_of(page, text, recognizer, labels)
        for _, labels, pages, texts in words(data, recognizer, count, is_test=False)
        for page, text in zip(pages, texts, strict=True)
    ]
    numbers = [sample for sample in samples if sample.text.isdecimal()]
    in_capitals = [sample for sample in samples if not sample.text.isdecimal()]
    weighted = [(WEIGHT_OF_CAPITALS, batch) for batch in batches(in_capitals)]
    model = fitted_model(weighted + [(1.0, batch) for batch in batches(numbers)])
    source = source_of_weights(HEAD_OF_WORDS, model, calibration(samples, model))
    print(source)
    if is_written:
        FITTED_WORDS.write_text(source, "utf-8")


def measure_words(data: Path, count: int) -> None:
    """Print the share of words and numbers that are completely read with the present weights."""
    recognizer = open_recognizer(find_model(LETTERS_MODEL))
    for is_test in (False, True):
        print("test writers" if is_test else "development writers")
        right: dict[str, list[bool]] = {}
        for name, _, pages, texts in words(data, recognizer, count, is_test=is_test):
            found = [recognizer.read_text(page).text.replace(" ", "").upper() for page in pages]
            right.setdefault(name, []).extend(text == read for text, read in zip(texts, found, strict=True))
        for name, values in right.items():
            print(f"  {name}: {len(values)} texts, {np.mean(values):.2%} right")


def fit_numbers(data: Path, count: int, more_count: int, *, is_written: bool) -> None:
    """Fit weights, calibration and levels to numbers; print and write them with their figures."""
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    numbers = real_numbers(data, recognizer, "validation")
    groups = composed(data, recognizer, count, is_test=False)
    real = numbers + real_numbers(data, recognizer, "train")
    fitted = [(WEIGHT_OF_REAL, batch) for batch in batches(real)]
    for samples in groups.values():
        fitted += [(1.0, batch) for batch in batches(samples)]
    model = fitted_model(fitted)
    more = composed(data, recognizer, more_count, is_test=False, kinds=("ink",))
    everything = numbers + [sample for group in more.values() for sample in group]
    everything += [sample for name, group in groups.items() if "image" in name for sample in group]
    platt = calibration(everything, model)
    fitted_values = Fitted(model, platt, acceptance(*answers(everything, model, platt)))
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
