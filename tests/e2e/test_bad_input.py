"""Bad input: one line each that says which file, what is wrong and what to do; the good rest is used."""
import json
import shutil
import unittest

from support import QUICK, TestCase, foreview, metrics_of, reference_data


class BadInput(TestCase):
    def test_wrong_usage_is_status_2(self):
        work = self.folder / "work"
        self.assertIn("no such folder", self.fail_with(2, "run", self.folder / "nowhere", "--work", work))
        self.assertFalse(work.exists())
        self.assertEqual(foreview("run").returncode, 2)
        self.assertEqual(foreview("frobnicate").returncode, 2)
        self.assertEqual(foreview().returncode, 2)
        self.assertEqual(foreview("predict", "--model", self.folder / "none", "x.mp4").returncode, 2)
        videos = self.sample(2)
        self.assertIn("pretrain.steps", self.fail_with(2, "run", videos, "--work", work, "--set", "pretrain.stepz=3"))
        self.assertIn("visual", self.fail_with(2, "run", videos, "--work", work, "--use", "visal"))
        self.assertIn("view_count", self.fail_with(2, "run", videos, "--work", work, "--target", "view_cuont"))

    def test_empty_folder_is_status_1(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertIn(str(empty), self.fail_with(1, "run", empty, "--work", self.folder / "work"))

    def spoil(self, videos):
        """One of each fault; gives the words each line must have."""
        metadata = json.loads((videos / "metadata.json").read_text())
        ids = [entry["id"] for entry in metadata]
        (videos / f"{ids[0]}.mp4").write_bytes(b"")
        (videos / f"{ids[1]}.mp4").write_bytes(b"this is no video at all" * 100)
        (videos / f"{ids[2]}.mp4").unlink()
        metadata[3]["views"] = "many"
        (videos / "metadata.json").write_text(json.dumps(metadata))
        shutil.copy(videos / f"{ids[4]}.mp4", videos / "unlabelled.mp4")
        (videos / "broken.json").write_text('[{"id": "1", "views": ')
        (videos / "broken.jsonl").write_text('{"id": "a", "file": "a.mp4", "view_count": 1}\nnonsense\n')
        return [f"{ids[0]}.mp4", f"{ids[1]}.mp4", ids[2], ids[3], "unlabelled", "broken.json:", "broken.jsonl"]

    def test_every_fault_has_its_line_and_the_rest_is_used(self):
        videos, work = self.sample(), self.folder / "work"
        culprits = self.spoil(videos)
        result = self.succeed("run", videos, "--work", work, *QUICK)
        for culprit in culprits:
            lines = [line for line in result.stderr.splitlines() if culprit in line and line.startswith("warning: ")]
            self.assertEqual(len(lines), 1, f"{culprit}: {lines}")
        self.assertEqual(metrics_of(work)["verdict"], "too few videos")
        page = (work / "report" / "index.html").read_text()
        self.assertIn(culprits[1], page)

    def test_nothing_computed_is_lost_when_a_late_stage_fails(self):
        videos, work = self.sample(6), self.folder / "work"
        self.succeed("ingest", videos, "--work", work, *QUICK)
        self.succeed("prepare", "--work", work)
        tracks = sorted((work / "features").rglob("*.safetensors"))
        shutil.rmtree(videos)
        self.assertEqual(foreview("run", "--work", work).returncode, 2)
        self.assertEqual(sorted((work / "features").rglob("*.safetensors")), tracks)

    def test_damaged_model_folder(self):
        videos, work = self.sample(), self.folder / "work"
        self.succeed("run", videos, "--work", work, *QUICK)
        video = next(videos.glob("*.mp4"))
        for name in ("fusion.safetensors", "visual.safetensors", "trees.json", "model.json"):
            broken = self.folder / name.replace(".", "-")
            shutil.copytree(work / "model", broken)
            content = (broken / name).read_bytes()
            (broken / name).write_bytes(content[: len(content) // 2])
            self.assertIn(name, self.fail_with(1, "predict", "--model", broken, video))


class RealVideos(TestCase):
    def test_seven_real_vertical_videos(self):
        folder = reference_data()
        if not folder:
            self.skipTest("skipped: no reference data")
        work = self.folder / "work"
        result = self.succeed("run", folder / "data" / "vertical", "--work", work, *QUICK, "--set", "transcriber=auto")
        self.assertIn("Too few videos", result.stdout)
        self.assertEqual(metrics_of(work)["verdict"], "too few videos")
        video = next((folder / "data" / "vertical" / "videos").glob("*.mp4"))
        forecast = json.loads(self.succeed("predict", "--model", work / "model", video, "--json").stdout)[0]
        self.assertGreater(forecast["high"], 10 * forecast["low"])


if __name__ == "__main__":
    unittest.main()
