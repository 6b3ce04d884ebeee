"""Runs the built program as a person would."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

FOREVIEW = os.environ["FOREVIEW_PROGRAM"]
SOURCE = pathlib.Path(os.environ["FOREVIEW_SOURCE"])

# What the person who runs the tests has pulled must not matter.
os.environ["HF_HUB_CACHE"] = os.path.join(tempfile.gettempdir(), "foreview-e2e-no-models")

# Small enough for a test, large enough that every stage does real work.
QUICK = ["--set", "pretrain.steps=6", "--set", "pretrain.checkpoint_every=2", "--set", "pretrain.contrast_steps=3",
         "--set", "pretrain.readout_pairs=40",
         "--set", "train.epochs=6", "--set", "train.members=1", "--set", "train.tree_rounds=20",
         "--set", "train.perceptron_steps=40", "--set", "transcriber=none"]


def foreview(*arguments, environment=None):
    """Result of one call; output as text."""
    return subprocess.run([FOREVIEW, *map(str, arguments)], capture_output=True, text=True, timeout=900,
                          env={**os.environ, **(environment or {})})


class TestCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="foreview-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def succeed(self, *arguments):
        result = foreview(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        return result

    def fail_with(self, status, *arguments):
        """The call ends with this status and says why in one line; gives that line."""
        result = foreview(*arguments)
        self.assertEqual(result.returncode, status, result.stderr[-3000:])
        lines = [line for line in result.stderr.splitlines() if line.startswith("foreview: ")]
        self.assertEqual(len(lines), 1, result.stderr)
        return lines[0]

    def sample(self, videos=24, law="mixed", *more):
        out = self.folder / "videos"
        self.succeed("sample", out, "--videos", videos, "--seed", 3, "--law", law, *more)
        return out


def metrics_of(work):
    return json.loads((work / "report" / "metrics.json").read_text())


def reference_data():
    named = os.environ.get("FOREVIEW_REFERENCE_DATA")
    folder = pathlib.Path(named) if named else SOURCE.parent / "shared"
    return folder if folder.is_dir() else None
