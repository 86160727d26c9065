"""Tests of the `train` command."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from desktop_app.cli import train
from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.networks.library import library_entries
from desktop_app.networks.model_folder import is_model_folder
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, Schedule, write_recipe
from desktop_app.runs.run_store import list_runs
from desktop_app.runs.zoo.characters import dense
from tests.read_only import read_only
from tests.training_fixtures import write_small_mnist

RECIPE = Recipe(
    name="plain",
    title="Plain",
    data=(DataPart("mnist", validation=50),),
    layers=dense(16, 12, 0.1),
    fitting=Fitting(epochs=2, batch_size=50),
    schedule=Schedule(rate=0.003),
)


@pytest.fixture
def recipe_file(tmp_path, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    write_small_mnist(data / "mnist.npz", 400, 30)
    monkeypatch.setenv(paths.DATA_VARIABLE, str(data))
    path = tmp_path / "plain.json"
    write_recipe(RECIPE, path)
    return path


def test_model_is_added_to_library_and_run_is_kept(recipe_file, capsys):
    assert main(["train", str(recipe_file)]) == 0
    output = capsys.readouterr().out
    assert "350 training, 50 validation, 30 test samples" in output
    assert "epoch 2 of 2: " in output
    assert re.search(r"test samples: accuracy [0-9.]+ %, loss ", output)
    assert "evaluate it: handwriting evaluate DATA --model plain" in output
    assert ("plain", "Plain · MNIST") in [(entry.name, entry.title) for entry in library_entries()]
    (run,) = list_runs(paths.runs_dir())
    assert (run.record.state, run.record.model) == ("finished", "plain")
    card = json.loads((paths.user_models_dir() / "plain" / "card.json").read_text(encoding="utf-8"))
    # The figures of the card are computed as `evaluate` does.
    assert card["figures"][0]["count"] == 30


def test_what_is_left_out_of_the_data_is_listed(recipe_file, tmp_path, capsys):
    pages = []
    for width in range(1, 5):
        pages.append(Image.new("L", (28, 28)))
        ImageDraw.Draw(pages[-1]).line([(14, 4), (14, 24)], fill=255, width=width)
    for label in "01":
        # Beside the recipe.
        folder = tmp_path / "scans" / label
        folder.mkdir(parents=True)
        for number in range(60):
            pages[number % 4].copy().save(folder / f"{number}.png")
        pages[0].save(folder / "pages.tif", save_all=True, append_images=pages[1:])
        (folder / "damaged.png").write_bytes(b"\x89PNG nothing")
    task = replace(RECIPE.task, labels=("0", "1"))
    layers = dense(16, 2, 0.1)
    data = (DataPart("scans", validation=20),)
    write_recipe(replace(RECIPE, task=task, layers=layers, data=data), recipe_file)
    assert main(["train", str(recipe_file)]) == 0
    lines = capsys.readouterr().err.splitlines()
    (first,) = (
        number for number, line in enumerate(lines) if line.startswith("handwriting: Not all of scans")
    )
    assert [line.split(": ")[0] for line in lines[first + 1 : first + 5]] == [
        f"  {label}/{name}" for label in "01" for name in ("damaged.png", "pages.tif")
    ]
    assert "Only the first of 4 pages is used" in lines[first + 2]


def test_labels_that_the_recipe_does_not_use_are_listed(recipe_file, capsys):
    task = replace(RECIPE.task, labels=tuple("01234567"))
    write_recipe(replace(RECIPE, task=task, layers=dense(16, 8, 0.1)), recipe_file)
    assert main(["train", str(recipe_file)]) == 0
    lines = capsys.readouterr().err.splitlines()
    first = lines.index("handwriting: Not all of MNIST is used:")
    assert re.fullmatch(r"  8, 9: The recipe does not use these labels \(samples: \d+\)\.", lines[first + 1])


def test_advice_is_printed_once_to_standard_error(recipe_file, capsys):
    assert main(["train", str(recipe_file)]) == 0
    captured = capsys.readouterr()
    advice = "advice: This run has few training steps (14). Train more epochs or use smaller batches."
    assert captured.err.splitlines().count(advice) == 1
    assert "advice" not in captured.out
    (run,) = list_runs(paths.runs_dir())
    run.folder.update(state="running")
    assert main(["train", str(recipe_file), "--go-on", run.name]) == 0
    assert advice in capsys.readouterr().err


def test_given_model_folder_is_replaced(recipe_file, tmp_path, capsys):
    out = tmp_path / "out" / "mine"
    assert main(["train", str(recipe_file), str(out)]) == 0
    first = (out / "card.json").read_bytes()
    assert main(["train", str(recipe_file), str(out)]) == 0
    assert [path.name for path in out.parent.iterdir()] == ["mine"]
    assert json.loads(first)["files"].keys() == json.loads((out / "card.json").read_bytes())["files"].keys()
    assert not paths.user_models_dir().exists()


@pytest.mark.parametrize("name", [".", "mine", "mine/thesis.txt", "x" * 300])
def test_folder_with_other_files_is_refused_before_training(recipe_file, tmp_path, monkeypatch, capsys, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("text")
    monkeypatch.chdir(tmp_path)
    assert main(["train", str(recipe_file), name]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(
        r"handwriting: (The model .* cannot be written: .*|.* choose a new folder)\.\n", captured.err
    )
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "text"
    assert not list_runs(paths.runs_dir())


def test_resumed_run_replaces_the_interrupted_one(recipe_file, capsys):
    assert main(["train", str(recipe_file)]) == 0
    (interrupted,) = list_runs(paths.runs_dir())
    interrupted.folder.update(state="running")
    assert main(["train", str(recipe_file), "--go-on", interrupted.name]) == 0
    (run,) = list_runs(paths.runs_dir())
    assert run.name != interrupted.name
    assert (run.record.state, run.record.epochs) == ("finished", 2)
    # A finished run that is resumed without further epochs is refused and stays.
    assert main(["train", str(recipe_file), "--go-on", run.name]) == 1
    assert [each.name for each in list_runs(paths.runs_dir())] == [run.name]


def test_run_of_another_recipe_is_not_resumed(recipe_file, capsys):
    assert main(["train", str(recipe_file)]) == 0
    (run,) = list_runs(paths.runs_dir())
    other = recipe_file.with_name("other.json")
    write_recipe(replace(RECIPE, name="other", schedule=Schedule(rate=0.001)), other)
    capsys.readouterr()
    assert main(["train", str(other), "--go-on", run.name]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"The run {run.name} has another recipe than other" in captured.err
    assert [each.name for each in list_runs(paths.runs_dir())] == [run.name]
    assert main(["train", str(run.folder.path / "recipe.json"), "--go-on", run.name]) == 1
    assert "choose more" in capsys.readouterr().err


def test_resumed_run_has_as_many_epochs_as_its_recipe_now_says(recipe_file):
    assert main(["train", str(recipe_file)]) == 0
    (run,) = list_runs(paths.runs_dir())
    write_recipe(replace(RECIPE, seed=3, fitting=replace(RECIPE.fitting, epochs=3)), recipe_file)
    assert main(["train", str(recipe_file), "--go-on", run.name]) == 0
    (resumed,) = [each for each in list_runs(paths.runs_dir()) if each.name != run.name]
    assert resumed.record.epochs == 3
    assert resumed.folder.recipe().seed == RECIPE.seed


def test_model_that_cannot_be_copied_is_said_to_be_in_its_run(recipe_file, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise UserError("The model mine cannot be written: the disk is full.")

    monkeypatch.setattr(train, "copy_model", full)
    assert main(["train", str(recipe_file), str(tmp_path / "mine")]) == 1
    (run,) = list_runs(paths.runs_dir())
    model = run.folder.path / "model"
    captured = capsys.readouterr()
    assert f"the disk is full. The trained model is complete in its run: copy {model}.\n" in captured.err
    assert "written" not in captured.out
    assert is_model_folder(model)


def test_several_seeds_are_trained_until_one_is_suspended_and_resumed_from_there(
    recipe_file, monkeypatch, capsys
):
    from desktop_app.training import train as training

    real, seeds = training.train, []

    def suspended(recipe, run, folders, emit, control, *, resume=False):
        seeds.append(recipe.seed)
        if len(seeds) == 2:
            control.suspend()
        return real(recipe, run, folders, emit, control, resume=resume)

    monkeypatch.setattr(training, "train", suspended)
    assert main(["train", str(recipe_file), "--seeds", "3"]) == 0
    output = capsys.readouterr().out
    assert "run 1 of 3: seed 1, " in output
    assert output.index("run 2 of 3: seed 2, ") < output.index("suspended") < output.index("seeds 3")
    found = re.search("resume with --go-on (.+)", output)
    assert found is not None
    assert main(["train", str(recipe_file), "--seeds", "3", "--go-on", found[1]]) == 0
    assert seeds == [1, 2, 2, 3]
    titles = [f"Plain, seed {seed} · MNIST" for seed in (1, 2, 3)]
    assert sorted(run.title for run in list_runs(paths.runs_dir())) == titles
    assert {entry.title for entry in library_entries()}.issuperset(titles)


@pytest.mark.parametrize("name", ["unknown", ".", "x" * 5000])
def test_run_that_does_not_exist_cannot_be_resumed(recipe_file, capsys, name):
    assert main(["train", str(recipe_file), "--go-on", name]) == 1
    assert capsys.readouterr().err.startswith("handwriting: There is no run ")
    assert not list_runs(paths.runs_dir())


def test_folder_that_cannot_be_written_is_refused_before_training(recipe_file, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    with read_only(tmp_path / "mine"):
        assert main(["train", str(recipe_file), str(tmp_path / "mine" / "new" / "model")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("handwriting: The model model cannot be written: ")
    assert list((tmp_path / "mine").iterdir()) == []
    assert not list_runs(paths.runs_dir())


@pytest.mark.parametrize("count", ["0", "21", "-1", "many"])
def test_number_of_seeds_is_limited(recipe_file, capsys, count):
    assert main(["train", str(recipe_file), "--seeds", count]) == 2
    assert "must be a whole number from 1 to 20" in capsys.readouterr().err


def test_several_seeds_have_no_common_folder(recipe_file, tmp_path, capsys):
    assert main(["train", str(recipe_file), str(tmp_path / "model"), "--seeds", "2"]) == 1
    assert "leave it out to train several seeds" in capsys.readouterr().err
    assert list_runs(paths.runs_dir()) == ()


def test_ctrl_c_before_training_begins_leaves_no_run(recipe_file, monkeypatch):
    from desktop_app.training import train as training

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main(["train", str(recipe_file), "--seeds", "3"])
    assert list_runs(paths.runs_dir()) == ()


def test_unknown_recipe_and_missing_data_fail(recipe_file, tmp_path, monkeypatch, capsys):
    assert main(["train", "no-such-network"]) == 1
    assert "no built-in network called no-such-network" in capsys.readouterr().err
    (tmp_path / "broken.json").write_text('{"epochs": 3}', encoding="utf-8")
    assert main(["train", str(tmp_path / "broken.json")]) == 1
    assert "broken.json" in capsys.readouterr().err
    monkeypatch.setenv(paths.DATA_VARIABLE, str(tmp_path / "nowhere"))
    assert main(["train", str(recipe_file)]) == 1
    error = capsys.readouterr().err
    assert "mnist" in error.lower()
    assert f"It is looked for in {tmp_path / 'nowhere'}, {paths.downloads_dir()}; --download" in error
    assert list_runs(paths.runs_dir()) == ()


def test_missing_data_is_downloaded_on_request(recipe_file, tmp_path, monkeypatch, capsys):
    requested = []
    monkeypatch.setattr(train, "download", lambda source, *_: requested.append(source.name))
    monkeypatch.setenv(paths.DATA_VARIABLE, str(tmp_path / "nowhere"))
    assert main(["train", str(recipe_file), "--download"]) == 1
    assert requested == ["mnist"]
    assert "downloading MNIST" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX terminals and signals")
def test_terminal_shows_progress_bar_and_interrupt_stops(recipe_file):
    fitting = replace(RECIPE.fitting, epochs=9999)
    write_recipe(replace(RECIPE, title="[/b] :sun:", fitting=fitting), recipe_file)
    terminal, end = pty.openpty()
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COLUMNS": "100",
        "TERM": "xterm",
    }
    command = [sys.executable, "-m", "desktop_app", "train", str(recipe_file)]
    output = b""
    with subprocess.Popen(command, stdout=end, stderr=end, env=environment) as child:
        os.close(end)
        try:
            while b"images/s" not in output:
                output += os.read(terminal, 1000)
            child.send_signal(signal.SIGINT)
            while True:
                output += os.read(terminal, 1000)
        except OSError:  # the other end is closed
            pass
        finally:
            child.kill()
    os.close(terminal)
    assert b"[/b] :sun: on " in output
    assert b"stopping; press Ctrl+C again to suspend the run" in output
    (run,) = list_runs(paths.runs_dir())
    assert run.record.reason == "stopped"
    assert run.record.model == "plain"
