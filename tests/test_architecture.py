"""Rules that hold for the whole project, seen from outside: what loads, what ships, what is written."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
MODELS = sorted(card.parent for card in ROOT.glob("models/*/card.json"))
SEVEN = [(30, 30), (110, 30), (60, 150)]


def python(
    *arguments: str, home: Path, path: Path = ROOT, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in a new process, by default outside of the project's folder."""
    environment = os.environ | {"PYTHONPATH": str(path), "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder or home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def modules_after(script: str, home: Path) -> set[str]:
    """Names of the modules that a process has loaded when the script ends."""
    report = "\nimport sys\nprint('\\nMODULES', *sys.modules)"
    done = python("-c", script + report, home=home)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("MODULES")[2].split())


@pytest.fixture
def seven(tmp_path):
    """A picture of a seven, dark on white."""
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line(SEVEN, fill=0, width=14, joint="curve")
    path = tmp_path / "seven.png"
    image.save(path)
    return path


# ------------------------------------------------------------------------------ what reading loads


def test_recognize_loads_neither_qt_nor_keras(tmp_path, seven):
    script = f"from desktop_app.cli.main import main\nassert main(['recognize', {str(seven)!r}]) == 0"
    loaded = modules_after(script, tmp_path)
    assert "ai_edge_litert" in loaded
    assert loaded.isdisjoint({"PySide6", "scipy", "tensorflow", "keras", "matplotlib", "sklearn"})


def test_the_window_reads_without_keras(tmp_path, seven):
    out = tmp_path / "window.png"
    script = (
        "from desktop_app.cli.main import main\n"
        f"assert main(['--screenshot', {str(out)!r}, {str(seven)!r}]) == 0"
    )
    loaded = modules_after(script, tmp_path)
    assert {"ai_edge_litert", "PySide6"} <= loaded
    assert loaded.isdisjoint({"scipy", "tensorflow", "keras", "matplotlib", "sklearn"})
    with Image.open(out) as picture:
        assert min(picture.size) >= 500


def test_training_is_looked_at_without_keras(tmp_path):
    script = (
        "from PySide6.QtCore import QEventLoop, QTimer\n"
        "from desktop_app.app import build_window\n"
        "from desktop_app.core.settings import Settings\n"
        "window = build_window(Settings(workspace='train'))\n"
        "window.show()\n"
        "for name in ('data', 'network', 'recipe', 'runs', 'evaluation'):\n"
        "    window.workspaces.show_view(name)\n"
        "    loop = QEventLoop()\n"
        "    QTimer.singleShot(200, loop.quit)\n"
        "    loop.exec()\n"
        "assert all(place.panel for place in window.hosts if place.view.needs_training)\n"
        "window.close()"
    )
    loaded = modules_after(script, tmp_path)
    assert "desktop_app.views.training_context" in loaded
    assert loaded.isdisjoint({"tensorflow", "keras"})


def test_what_training_brings_is_kept_from_the_garbage_collector(tmp_path):
    script = (
        "import gc, warnings\n"
        "warnings.simplefilter('ignore')\n"  # those of TensorFlow
        "from desktop_app.views.run.run_job import _load_train\n"
        "_load_train()\n"
        "assert gc.isenabled()\n"
        "assert gc.get_freeze_count() > 100_000\n"
        "assert len(gc.get_objects()) < 10_000"
    )
    assert "tensorflow" in modules_after(script, tmp_path)


def test_curves_are_drawn_without_pyplot(tmp_path):
    script = (
        "import numpy as np\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "from desktop_app.tasks.metric import LOSS\n"
        "from desktop_app.views.curves.curve import Curve, PlotData\n"
        "from desktop_app.views.curves.curves_view import CurvesView\n"
        "view = CurvesView()\n"
        "points = np.arange(1.0, 5.0)\n"
        "view.show_curves([PlotData(LOSS, [Curve('loss', 'Loss', points, 1 / points)])])\n"
        "assert view.file('png').startswith(b'\\x89PNG')"
    )
    loaded = modules_after(script, tmp_path)
    assert "matplotlib.figure" in loaded
    assert "matplotlib.pyplot" not in loaded


def test_the_window_takes_ink_before_slow_libraries_load(tmp_path):
    script = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "from desktop_app.app import build_window\n"
        "modules = set(sys.modules)\n"
        "window = build_window()\n"
        "window.show()\n"
        "window.close()\n"
        "assert not {'scipy', 'ai_edge_litert'} & modules, 'loaded before the window was built'"
    )
    loaded = modules_after(script, tmp_path)
    assert loaded.isdisjoint({"scipy", "tensorflow", "keras"})


# --------------------------------------------------------------------------------- the command line


def test_help_is_printed(tmp_path):
    done = python("-m", "desktop_app", "--help", home=tmp_path)
    assert done.returncode == 0
    assert {"recognize", "evaluate", "--screenshot"} <= set(re.findall(r"[\w-]+", done.stdout))
    assert done.stderr == ""


def test_wrong_usage_is_refused(tmp_path):
    done = python("-m", "desktop_app", "recognize", home=tmp_path)
    assert done.returncode == 2
    assert "usage" in done.stderr


# ----------------------------------------------------------------------------------- what is shipped


def test_a_model_ships():
    assert ROOT / "models" / "digits" in MODELS


@pytest.mark.parametrize("folder", MODELS, ids=lambda folder: folder.name)
def test_model_files_are_those_of_the_card(folder):
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["name"] == folder.name
    assert {"model.keras", "network.tflite"} <= card["files"].keys()
    for name, sha256 in card["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256, name
    assert {path.name for path in folder.iterdir()} == {"card.json", *card["files"]}


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a package; return its file."""
    built = python("-m", "hatchling", "build", "-t", kind, "-d", str(folder), home=folder, folder=source)
    assert built.returncode == 0, built.stderr
    (package,) = folder.glob("handwriting-*.whl" if kind == "wheel" else "handwriting-*.tar.gz")
    return package


def source_files(*folders: str) -> set[str]:
    """Files of the source tree that ship."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return {path.relative_to(ROOT).as_posix() for path in found if path.is_file() and path.suffix != ".pyc"}


@pytest.mark.slow
def test_the_wheel_of_the_sdist_is_complete_and_reads_by_itself(tmp_path, seven):
    with tarfile.open(build("sdist", ROOT, tmp_path)) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("handwriting-*/")
    assert {"LICENSE", "Makefile", "README.md", "requirements.lock"} <= {
        path.name for path in source.iterdir()
    }
    installed = tmp_path / "installed"
    with zipfile.ZipFile(build("wheel", source, tmp_path)) as archive:
        archive.extractall(installed)  # noqa: S202 (our own file)
    package = {path.relative_to(installed).as_posix() for path in (installed / "desktop_app").rglob("*.*")}
    bundled = source_files(
        "models", *(f"resources/{name}" for name in ("data", "desktop", "icons", "samples", "translations"))
    )
    assert package >= source_files("desktop_app") | {f"desktop_app/{path}" for path in bundled}
    assert not (installed / "tests").exists()
    assert not (installed / "desktop_app" / "resources" / "pictures").exists()
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))
    scripts = next(installed.glob("*.dist-info")) / "entry_points.txt"
    assert "handwriting = desktop_app.__main__:main" in scripts.read_text("utf-8")
    done = python("-m", "desktop_app", "recognize", "--json", str(seven), home=tmp_path, path=installed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["label"] == "7"
    assert (installed / "desktop_app" / "resources" / "data" / "uci_digits.npz").is_file()


# ------------------------------------------------------------------------------------ what is locked


def locked(name: str) -> set[str]:
    """Return packages with versions; for development, some are needed with more versions of Python."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {line.rstrip(" \\").partition(" ;")[0] for line in lines if line and not line.startswith(" ")}


def test_locks_agree_and_name_no_index():
    reading, everything = locked("requirements.lock"), locked("requirements-dev.lock")
    assert reading <= everything
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"https?:|file:|--.*(index|find-links)", text)
        assert all("--hash=" in block for block in re.split(r"\n(?=\S)", text.strip()))


def test_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", [*extras["training"], *extras["dev"]]),
    ):
        names = {line.partition("==")[0] for line in locked(lock)}
        assert {re.split(r"[<>=]", requirement)[0].lower() for requirement in wanted} <= names


# ------------------------------------------------------------------------------------ what is written

WRITTEN = {".py", ".md", ".toml", ".sh", ".spec", ".lock", ".json", ".svg", ".inkml", ".txt", ""}
LEFT_OUT = {"build", "dist", "__pycache__", ".git"}


def written_files() -> list[Path]:
    """All text of the project, without what tools leave behind."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f == ".ci" or not (f in LEFT_OUT or f.startswith("."))]
        # In a linked worktree .git is a file, and names where git keeps the rest.
        found += [Path(folder, name) for name in names if Path(name).suffix in WRITTEN and name != ".git"]
    return found


def test_no_text_speaks_of_one_machine():
    # In pieces, so that this very file does not contain them.
    places = ("/wor" + "k/", "/roo" + "t/", r"\.\./share" + "d", "pypi" + r"\.org")
    machine = re.compile("|".join(places))
    files = written_files()
    assert ROOT / "pyproject.toml" in files
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        if (match := machine.search(path.read_text("utf-8", "ignore")))
    ]
    assert not found
