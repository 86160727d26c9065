"""Fit `lines.fitted` to real and composed numbers, and measure it on other writers.

python -m tests.benchmarks.fit_lines DATA [--write]

DATA is the folder with unipen_numbers.npz, pendigits.npz and unipen_characters.npz. Weights, calibration and
levels of acceptance are fitted to numbers of the model's validation writers, real ones and ones composed of
their digits; the levels need many of the latter. The figures are those of the
same and of the other writers. With --write, writes desktop_app/lines/fitted.py.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import desktop_app
from desktop_app.data.compose_numbers import compose_numbers
from desktop_app.data.ink_set import InkSet, read_ink_set
from desktop_app.data.render_page import render_page
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.lines.candidates import CANDIDATE_FEATURES, TRANSITION_FEATURES, Candidates, find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.line_model import MOST_WRONG, SMALLEST_PROBABILITY, LineModel, calibrated, score
from desktop_app.lines.paths import best_paths, ending, forward, log_sum
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer

Values = NDArray[np.float64]

DIGITS = list("0123456789")
KINDS = ("ink", "image", "ruled")
NUMBERS = "unipen_numbers.npz"
SINGLE_DIGITS = ("pendigits.npz", "unipen_characters.npz")
REGULARIZATION = 2e-4
HOPELESS = 8.0
"""Loss from which a sample does not count: its label is probably wrong."""

PROMISES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Shares of wrong texts among the accepted ones, for which levels are chosen."""

HEAD = '"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""'
FITTED = Path(desktop_app.__file__).parent / "lines" / "fitted.py"

BUCKET = 60
START = np.array([0.3, 0.6, -4, 1, -2, -2, -6, -2, -3.5, -0.6, -0.1])


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
    """A number: its text, and its line with the probabilities of the digits; no line if it has several."""

    text: str
    line: Candidates | None
    probabilities: Values


def sample_of(page: Page, text: str, recognizer: Recognizer) -> Sample:
    """Classify all candidates of a number."""
    pieces = pieces_of(page)
    lines = find_lines(pieces.items)
    if len(lines) != 1:
        return Sample(text, None, np.zeros(0))
    line = find_candidates(lines[0], pieces.items)
    inputs = []
    for start, length in np.argwhere(line.is_valid).tolist():
        prepared = pieces.prepare(sorted(line.numbers[start : start + length + 1]), recognizer.info.task)
        assert prepared is not None
        inputs.append(prepared.model_input)
    probabilities = np.zeros((*line.is_valid.shape, len(DIGITS)))
    probabilities[line.is_valid] = recognizer.predict(np.stack(inputs))[:, : len(DIGITS)]
    return Sample(text, line, probabilities)


def real_numbers(data: Path, recognizer: Recognizer, *, is_test: bool) -> list[Sample]:
    """Return the real numbers of the model's validation or test writers."""
    (writers,) = (source.writers for source in recognizer.card.data if source.file == NUMBERS)
    assert writers is not None
    numbers = read_ink_set(data / NUMBERS)
    rows = np.flatnonzero(np.isin(numbers.writers, writers.test if is_test else writers.validation))
    return [sample_of(numbers.ink(row), str(numbers.labels[row]), recognizer) for row in rows.tolist()]


def digit_sets(data: Path, recognizer: Recognizer, *, is_test: bool) -> Iterator[InkSet]:
    """Yield the single digits of the validation or test writers of the model."""
    for source in recognizer.card.data:
        if source.file in SINGLE_DIGITS and source.writers is not None:
            writers = source.writers.test if is_test else source.writers.validation
            digits = read_ink_set(data / source.file)
            yield digits.select(np.isin(digits.writers, writers) & np.isin(digits.labels, DIGITS))


def composed(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool, kinds: tuple[str, ...] = KINDS
) -> dict[str, list[Sample]]:
    """Return composed numbers of 4 and 10 digits as ink, images, and images with ruled lines."""
    groups: dict[str, list[Sample]] = {}
    for digits in digit_sets(data, recognizer, is_test=is_test):
        rng = np.random.default_rng(5)
        for length in (4, 10):
            inks, texts = compose_numbers(digits, length, count, 11 + length)
            for ink, text in zip(inks, texts, strict=True):
                for kind in kinds:
                    page: Page = ink
                    if kind != "ink":
                        height = int(rng.integers(40, 80))
                        pixels = render_page(ink, rng, height=height, is_ruled=kind == "ruled")
                        page = picture_from_pixels(pixels, kind)
                    sample = sample_of(page, text, recognizer)
                    groups.setdefault(f"{length} digits, {kind}", []).append(sample)
    return groups


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
        ((s.line, s) for s in samples if s.line is not None), key=lambda pair: len(pair[0].numbers)
    )
    return [_batch(known[start : start + BUCKET]) for start in range(0, len(known), BUCKET)]


def _batch(samples: list[tuple[Candidates, Sample]]) -> Batch:
    counts = np.array([len(line.numbers) for line, _ in samples])
    lengths = np.array([len(sample.text) for _, sample in samples])
    shape = len(samples), int(counts.max()), 5
    batch = Batch(
        np.zeros((*shape, len(CANDIDATE_FEATURES))),
        np.zeros(shape, np.bool_),
        np.zeros((*shape, 5, len(TRANSITION_FEATURES))),
        np.full((*shape, len(DIGITS)), np.log(SMALLEST_PROBABILITY)),
        np.full((*shape, int(lengths.max())), -np.inf),
        counts,
        lengths,
    )
    for row, (line, sample) in enumerate(samples):
        count = counts[row]
        batch.features[row, :count] = line.features
        batch.is_valid[row, :count] = line.is_valid
        batch.transitions[row, :count] = line.transitions
        batch.labels[row, :count] = np.log(np.maximum(sample.probabilities, SMALLEST_PROBABILITY))
        for position, digit in enumerate(sample.text):
            batch.true[row, ..., position] = batch.labels[row, ..., int(digit)]
    return batch


def lattice(
    scores: Values, moves: Values, counts: NDArray[np.int64], last: NDArray[np.int64]
) -> list[Values]:
    """Return the log sum of all paths and the probabilities of candidates and of transitions.

    Args:
        scores: (samples, n, 5, positions); with several positions each candidate moves to the next one.
        moves: (samples, n, 5, 5).
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


def loss(weights: Values, data: list[tuple[float, Batch]]) -> tuple[float, Values]:
    """Return the mean negative log likelihood of the true texts, and its gradient."""
    factor, split = np.exp(weights[0]), 1 + len(CANDIDATE_FEATURES)
    total, gradient, size = 0.0, np.zeros_like(weights), 0.0
    for weight, batch in data:
        geometry = np.where(batch.is_valid, batch.features @ weights[1:split], -np.inf)
        moves, labels = batch.transitions @ weights[split:], factor * batch.labels
        of_any = log_sum(labels, -1)
        first = np.zeros(len(batch.counts), np.int64)
        every, on_path, used = lattice((geometry + of_any)[..., None], moves, batch.counts, first)
        true = geometry[..., None] + factor * batch.true
        gold, on_gold, used_gold = lattice(true, moves, batch.counts, batch.lengths - 1)
        losses = every - gold
        is_used = losses < HOPELESS
        size += weight * len(losses)
        total += weight * float(np.minimum(losses, HOPELESS).sum())
        on_path, on_gold = on_path[is_used][..., 0], on_gold[is_used]
        apart, moved = on_path - on_gold.sum(-1), (used - used_gold)[is_used]
        gradient[1:split] += weight * np.einsum("snk,snkf->f", apart, batch.features[is_used])
        gradient[split:] += weight * np.einsum("snjk,snjkf->f", moved, batch.transitions[is_used])
        shares = np.exp(labels - of_any[..., None])[is_used]
        expected = (on_path * (shares * batch.labels[is_used]).sum(-1)).sum()
        finite = np.where(np.isfinite(batch.true[is_used]), batch.true[is_used], 0)
        gradient[0] += weight * factor * (expected - (on_gold * finite).sum())
    return total / size + REGULARIZATION * float(
        weights @ weights
    ), gradient / size + 2 * REGULARIZATION * weights


def model_of(weights: Values) -> LineModel:
    """Return the weights as a model, rounded."""
    split = 1 + len(CANDIDATE_FEATURES)
    return LineModel(
        round(float(np.exp(weights[0])), 2), np.round(weights[1:split], 2), np.round(weights[split:], 2)
    )


# -------------------------------------------------------------------------------------- measuring


def answer(sample: Sample, model: LineModel) -> tuple[str, float]:
    """Return the text of a sample and its share of all paths."""
    if sample.line is None:
        return "", 0.0
    scores = score(sample.line, sample.probabilities, model)
    total = float(ending(forward(scores.candidates + log_sum(scores.labels, -1), scores.transitions)))
    shares: dict[str, float] = {}
    for path in best_paths(scores, 12):
        text = "".join(DIGITS[label] for label in path.labels)
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
    model = fitted.model
    levels = "".join(f"    {level},\n" for level in fitted.levels)
    return f'''{HEAD}

LABEL = {model.label}
CANDIDATE = {tuple(model.candidate.tolist())}
TRANSITION = {tuple(model.transition.tolist())}
CALIBRATION = {fitted.calibration}

ACCEPTANCE = (
{levels})
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
'''


def main() -> None:
    """Fit, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=25, help="composed numbers of each kind and data set")
    parser.add_argument("--more", type=int, default=800, help="the same for the levels of acceptance")
    parser.add_argument("--write", action="store_true", help="write desktop_app/lines/fitted.py")
    chosen = parser.parse_args()
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    numbers = real_numbers(chosen.data, recognizer, is_test=False)
    groups = composed(chosen.data, recognizer, chosen.count, is_test=False)
    fitted = [(2.0, batch) for batch in batches(numbers)]
    for name, samples in groups.items():
        fitted += [(1.0, batch) for batch in batches(samples) if "ruled" not in name]
    found = minimize(loss, START, args=(fitted,), jac=True, method="L-BFGS-B", options={"maxiter": 70})
    model = model_of(found.x)
    more = composed(chosen.data, recognizer, chosen.more, is_test=False, kinds=("ink",))
    everything = numbers + [sample for group in more.values() for sample in group]
    everything += [sample for name, group in groups.items() if "image" in name for sample in group]
    platt = calibration(everything, model)
    fitted_values = Fitted(model, platt, acceptance(*answers(everything, model, platt)))
    source = source_of(fitted_values)
    print(source)
    if chosen.write:
        FITTED.write_text(source, "utf-8")
    for is_test in (False, True):
        print("test writers" if is_test else "development writers")
        if is_test:
            numbers = real_numbers(chosen.data, recognizer, is_test=True)
            groups = composed(chosen.data, recognizer, chosen.count, is_test=True)
        for name, samples in {"real numbers": numbers, **groups}.items():
            print(f"  {name}: {figures(samples, fitted_values)}")


if __name__ == "__main__":
    main()
