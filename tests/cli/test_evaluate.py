"""Tests of the `evaluate` command with the shipped model on small data sets."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from desktop_app.cli.main import main
from desktop_app.core.paths import DATA_VARIABLE, resources_dir
from desktop_app.data.sample_set import open_sample_set
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.task import Task
from tests.synthetic_numbers import image_of, number

CHARACTERS = {
    "1": [[(0, 0), (0, 50), (0, 100)]],
    "7": [[(0, 0), (60, 0), (20, 100)]],
    "V": [[(0, 0), (40, 100), (80, 0)]],
    "H": [[(0, 0), (0, 100)], [(0, 50), (60, 50)], [(60, 0), (60, 100)]],
    "O": [[(50 + 40 * np.cos(a), 50 + 50 * np.sin(a)) for a in np.linspace(0, 6.3, 40)]],
}


@pytest.fixture
def ink_set(tmp_path):
    strokes = [np.array(points) for character in CHARACTERS.values() for points in character]
    path = tmp_path / "drawn.npz"
    np.savez(
        path,
        points=np.concatenate(strokes).astype(np.int16),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]).astype(np.int32),
        character_offsets=np.cumsum([0, *map(len, CHARACTERS.values())]).astype(np.int32),
        labels=np.array(list(CHARACTERS)),
        writers=np.array(["me"] * len(CHARACTERS)),
    )
    return path


@pytest.fixture
def image_set(tmp_path):
    images = []
    for label in "17":
        normalized = normalize(rasterize(Ink.from_points(CHARACTERS[label])), 28, 1)
        assert normalized is not None
        images.append(np.rint(normalized.model_input[..., 0] * 255).astype(np.uint8))
    # The third image is labelled 7 and shows a 1.
    path = tmp_path / "images.npz"
    np.savez(path, x_test=np.stack([*images, images[0]]), y_test=np.array([1, 7, 7], np.uint8))
    return path


def report(capsys, *arguments):
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_ink_set_is_evaluated(ink_set, capsys):
    result = report(capsys, ink_set)
    assert (result["data"], result["model"], result["writers"]) == ("drawn.npz", "digits", "all in the file")
    assert (result["count"], result["accuracy"]) == (2, 1.0)
    assert result["other"]["count"] == 3
    assert result["other"]["without_look_alikes"] == {"count": 2, "rejected": 1.0}
    assert result["confusion"][7][7] == result["confusion"][1][1] == 1
    assert 0 <= result["ece"] < 0.2


def test_images_are_evaluated(image_set, capsys):
    result = report(capsys, image_set, "--model", "digits")
    assert result["count"] == 3
    assert result["accuracy"] == pytest.approx(2 / 3)
    assert result["confusion"][7][1] == 1
    assert result["other"] == {
        "count": 0,
        "rejected": None,
        "without_look_alikes": {"count": 0, "rejected": None},
    }


def test_table_is_printed_without_json_option(image_set, capsys):
    assert main(["evaluate", str(image_set)]) == 0
    assert "66.67 %" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["missing.npz"], ["{data}", "--model", "hieroglyphs"]])
def test_missing_data_or_model_prints_one_error_line(arguments, image_set, capsys):
    assert main(["evaluate", *(a.format(data=image_set) for a in arguments)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("handwriting: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["evaluate", "mnist"], ["bank"]])
def test_missing_data_set_is_explained_for_the_command_line(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert main(arguments) == 1
    problem, advice = capsys.readouterr().err.splitlines()
    assert problem == "handwriting: MNIST (mnist.npz) is not on this computer."
    assert str(tmp_path) in advice
    assert "download it (11 MB) from https://" in advice


def test_missing_data_set_without_a_download_is_to_be_put_into_the_data_folder(capsys):
    assert main(["evaluate", "pendigits"]) == 1
    assert f"name the folder that contains it in {DATA_VARIABLE}." in capsys.readouterr().err


def test_data_set_is_found_by_name(image_set, capsys, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    image_set.rename(tmp_path / "data" / "mnist.npz")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    result = report(capsys, "mnist")
    assert (result["data"], result["count"]) == ("mnist.npz", 3)


def test_all_samples_are_used_without_test_part(image_set, capsys, tmp_path):
    with np.load(image_set) as data:
        np.savez(tmp_path / "all.npz", x=data["x_test"], y=data["y_test"])
        images = np.concatenate([data["x_test"], data["x_test"]])
        np.savez(tmp_path / "parts.npz", x_train=images, y_train=[1] * 6, **data)
    assert report(capsys, tmp_path / "all.npz")["count"] == 3
    assert report(capsys, tmp_path / "parts.npz")["count"] == 3


def test_model_that_outputs_images_is_compared_with_interpolation(image_set, capsys):
    result = report(capsys, image_set, "--model", "super-resolution")
    assert (result["data"], result["model"], result["count"]) == ("images.npz", "super-resolution", 3)
    methods = result["enlargements"]
    assert list(methods) == ["nearest", "bicubic", "lanczos", "network"]
    assert methods["nearest"]["psnr"] < methods["bicubic"]["psnr"] < methods["network"]["psnr"]
    gain = methods["network"]["psnr"] - methods["bicubic"]["psnr"]
    assert result["psnr_above_bicubic"] == pytest.approx(gain)
    assert methods["bicubic"]["ssim"] < methods["network"]["ssim"] < 1
    assert methods["network"]["psnr_in_box"] < methods["network"]["psnr"]
    # The third image is labelled 7 and shows a 1.
    assert result["accuracy_of_originals"] == pytest.approx(2 / 3)
    assert methods["network"]["accuracy"] == pytest.approx(2 / 3)


def test_enlargements_are_printed_as_a_table(image_set, capsys):
    assert main(["evaluate", str(image_set), "--model", "super-resolution"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (network,) = (line for line in lines if line.startswith("network"))
    assert network.endswith("66.67 %")
    (gain,) = (line for line in lines if line.startswith("PSNR above bicubic"))
    assert gain.endswith(" dB")


def test_model_for_images_refuses_data_without_its_classes(image_set, tmp_path, capsys):
    assert main(["evaluate", str(image_set), "--model", "pictures"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "knows airplane, automobile, bird, cat, …, but none of the labels of this data (1, 7)." in err
    for label in ("frog", "tiger"):
        (tmp_path / "animals" / label).mkdir(parents=True)
        Image.new("RGB", (40, 30), (30, 120, 40)).save(tmp_path / "animals" / label / "one.png")
    assert report(capsys, tmp_path / "animals", "--model", "pictures")["count"] == 1


@pytest.mark.parametrize("model", ["digits", "super-resolution"])
def test_model_for_handwriting_refuses_colour_images_of_other_things(model, tmp_path, capsys):
    for label, colour in (("frog", (30, 120, 40)), ("ship", (20, 40, 160))):
        (tmp_path / "photos" / label).mkdir(parents=True)
        Image.new("RGB", (40, 30), colour).save(tmp_path / "photos" / label / "one.png")
    assert main(["evaluate", str(tmp_path / "photos"), "--model", model]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "expects handwriting, but photos has colour images (frog, ship)" in err


def test_model_that_rejects_is_evaluated_on_colour_images_of_other_characters(tmp_path, capsys):
    (tmp_path / "letters" / "W").mkdir(parents=True)
    image = Image.new("RGB", (40, 30), (30, 120, 40))
    image.paste((255, 255, 255), (15, 5, 19, 25))
    image.save(tmp_path / "letters" / "W" / "one.png")
    assert report(capsys, tmp_path / "letters", "--model", "digits")["other"]["count"] == 1


def test_drawings_are_enlarged_with_their_known_labels(ink_set, capsys):
    result = report(capsys, ink_set, "--model", "super-resolution")
    assert result["count"] == 5
    # The letters are enlarged too, but the reading model does not know them.
    assert result["accuracy_of_originals"] == 1


def test_data_without_ink_raises_user_error(tmp_path, capsys):
    np.savez(tmp_path / "blank.npz", x=np.zeros((2, 40, 40), np.uint8), y=[1, 2])
    assert main(["evaluate", str(tmp_path / "blank.npz"), "--model", "super-resolution"]) == 1
    assert "has no samples to evaluate" in capsys.readouterr().err


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 1.0, 16.0, 255.0])
@pytest.mark.parametrize("label", [1, 12])
def test_images_of_a_single_value_are_an_error(value, label, tmp_path, capsys):
    np.savez(tmp_path / "blank.npz", x=np.full((2, 28, 28), value), y=[1, label])
    assert main(["evaluate", str(tmp_path / "blank.npz")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("handwriting: No sample of blank.npz has ink")
    assert len(err.splitlines()) == 1


def test_samples_without_ink_are_counted(image_set, tmp_path, capsys):
    with np.load(image_set) as data:
        images = np.concatenate([data["x_test"], np.zeros((2, 28, 28), np.uint8)])
    np.savez(tmp_path / "some.npz", x=images, y=[1, 7, 7, 1, 1])
    assert main(["evaluate", str(tmp_path / "some.npz"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["count"] == 5
    assert err == "handwriting: 2 of 5 samples of some.npz have no ink.\n"


NUMBERS = ("48", "306", "12", "7295")


def test_ink_set_of_numbers_is_evaluated(capsys, tmp_path):
    inks = [number(text) for text in NUMBERS]
    strokes = [stroke.points for ink in inks for stroke in ink.strokes]
    np.savez(
        tmp_path / "numbers.npz",
        points=np.rint(np.concatenate(strokes)).astype(np.int16),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]).astype(np.int32),
        character_offsets=np.cumsum([0, *(len(ink.strokes) for ink in inks)]).astype(np.int32),
        labels=np.array([*NUMBERS[:3], "7294"]),
        writers=np.array(["me"] * len(inks)),
    )
    result = report(capsys, tmp_path / "numbers.npz")
    assert (result["data"], result["model"], result["writers"]) == (
        "numbers.npz",
        "digits",
        "all in the file",
    )
    assert result["count"] == 4
    assert result["string_accuracy"] == pytest.approx(3 / 4)
    assert result["character_error_rate"] == pytest.approx(1 / 11)
    assert 0 < result["accepted"] <= 1
    assert result.keys() >= {"string_accuracy_of_accepted", "ece"}


def test_what_is_left_out_is_listed_with_its_reason(capsys, tmp_path):
    for label in "17":
        (tmp_path / "scans" / label).mkdir(parents=True)
        image_of(number(label)).save(tmp_path / "scans" / label / "sheet.tif")
    folder, page = tmp_path / "scans" / "7", image_of(number("7"))
    page.save(folder / "pages.gif", save_all=True, append_images=[page.rotate(9)])
    for count in range(20):
        (folder / f"damaged{count:02}.png").write_bytes(b"\x89PNG nothing")
    assert main(["evaluate", str(tmp_path / "scans"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["count"] == 3
    head, *lines, more = err.splitlines()
    assert head == "handwriting: Not all of scans is used:"
    assert len(lines) == 10
    assert all(line.startswith("  7/damaged") for line in lines)
    assert more == "  and 11 more"
    for file in folder.glob("damaged*"):
        file.unlink()
    assert main(["evaluate", str(tmp_path / "scans"), "--json"]) == 0
    assert capsys.readouterr().err.splitlines()[1:] == [
        "  7/pages.gif: Only the first of 2 pages is used; save the others as files of their own."
    ]


def test_folder_of_images_with_texts_in_their_names_is_evaluated(capsys, tmp_path):
    for text in NUMBERS:
        image_of(number(text)).save(tmp_path / f"{text}_me.png")
    result = report(capsys, tmp_path)
    assert (result["data"], result["count"]) == (tmp_path.name, 4)
    assert result["string_accuracy"] == 1
    assert main(["evaluate", str(tmp_path)]) == 0
    assert "string accuracy" in capsys.readouterr().out


def test_files_with_texts_in_their_names_that_cannot_be_used_are_listed(capsys, tmp_path):
    for text in NUMBERS:
        image_of(number(text)).save(tmp_path / f"{text}_me.png")
    first, *others = sorted(tmp_path.iterdir())
    page = image_of(number("7"))
    page.save(tmp_path / "7_pages.gif", save_all=True, append_images=[page.rotate(9)])
    first.write_bytes(first.read_bytes()[:60])
    assert main(["evaluate", str(tmp_path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["count"] == len(others) + 1
    title, *listed = err.splitlines()
    assert title == f"handwriting: Not all of {tmp_path.name} is used:"
    assert listed[0].startswith(f"  {first.name}: {first.name} is damaged")
    assert listed[1].startswith("  7_pages.gif: Only the first of 2 pages is used")
    for file in (tmp_path / "7_pages.gif", *others):
        file.unlink()
    assert main(["evaluate", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith(
        f"handwriting: No file in {tmp_path.name} can be opened; choose another folder.\n"
    )


def test_folder_without_labels_is_an_error(capsys, tmp_path, monkeypatch):
    image_of(number("42")).save(tmp_path / "scan_1.png")
    monkeypatch.chdir(tmp_path)
    for data in (".", str(tmp_path)):
        assert main(["evaluate", data]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"handwriting: The files in {tmp_path.name} have no labels")
        assert len(err.splitlines()) == 1


def test_transposed_images_are_turned_upright(tmp_path, capsys):
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", Task())
    assert samples is not None
    images, labels = samples.pixels[:60, ..., 0], samples.labels[:60]
    np.savez(tmp_path / "upright.npz", x_test=images, y_test=labels)
    np.savez(tmp_path / "emnist.npz", x_test=images.swapaxes(1, 2), y_test=labels)
    expected = report(capsys, tmp_path / "upright.npz")
    assert main(["evaluate", str(tmp_path / "emnist.npz"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "handwriting: emnist.npz seems to be transposed and is turned upright.\n"
    assert json.loads(out)["accuracy"] == expected["accuracy"]
