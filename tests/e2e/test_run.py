"""The main job, its stages, its forecasts and its library."""
import csv
import io
import json
import random
import shutil
import subprocess
import unittest
import zipfile

from support import QUICK, SOURCE, TestCase, foreview, metrics_of, reference_data


class Run(TestCase):
    def test_run_then_everything_is_up_to_date_then_predict(self):
        videos, work = self.sample(), self.folder / "work"
        quick = [*QUICK, "--set", "transcriber=auto"]
        first = self.succeed("run", videos, "--work", work, *quick)
        self.assertIn("24 PocketSphinx", first.stderr)
        self.assertIn("next    foreview predict", first.stdout)
        metrics = metrics_of(work)
        self.assertEqual(metrics["schema"], 1)
        self.assertEqual(metrics["target"], "view_count")
        self.assertEqual(metrics["transform"], "log1p")
        names = {model["name"] for model in metrics["models"]}
        self.assertLessEqual({"mean", "median", "author_mean", "transformer", "trees", "xgboost_colour_histogram"}, names)
        for track in {model["track"] for model in metrics["models"]}:
            finals = [m for m in metrics["models"] if m["role"] == "final" and m["track"] == track]
            self.assertEqual(len(finals), 1)

        again = self.succeed("run", videos, "--work", work, *quick)
        for stage in ("ingest", "prepare", "pretrain", "embed", "train", "evaluate", "report"):
            self.assertIn(f"{stage}: up to date", again.stderr)
        self.assertEqual(first.stdout, again.stdout)

        shown = self.succeed("evaluate", "--work", work, "--json")
        self.assertEqual(json.loads(shown.stdout), metrics)

        page = (work / "report" / "index.html").read_text()
        self.assertNotIn("http://", page.replace("http://www.w3.org/", ""))
        self.assertNotIn("https://", page)

        video = sorted(videos.glob("*.mp4"))[0]
        forecast = json.loads(self.succeed("predict", "--model", work / "model", video, "--json").stdout)[0]
        self.assertLessEqual(forecast["low"], forecast["median"])
        self.assertLessEqual(forecast["median"], forecast["high"])
        self.assertIn("too few videos", self.succeed("predict", "--model", work / "model", video).stdout)

    def test_text_model_reads_captions_and_is_kept_in_the_model(self):
        data = reference_data()
        if data is None or not (data / "golden" / "bert-mini").is_dir():
            self.skipTest("skipped: no reference data")
        videos, work = self.sample(), self.folder / "work"
        captions = ("people dance in the rain", "the end of it")  # tells all of the views, so every part follows it
        records = json.loads((videos / "metadata.json").read_text())
        for place, record in enumerate(records):
            record.update(description=captions[place % 2], views=("200K", "2K")[place % 2])
        (videos / "metadata.json").write_text(json.dumps(records))
        (videos / "truth.json").unlink()  # has the views of the sample's law
        model = self.folder / "text"
        shutil.copytree(data / "golden" / "bert-mini", model)
        run = self.succeed("run", videos, "--work", work, "--text-model", model, *QUICK)
        self.assertRegex(run.stderr, r"embed: \d+ captions and transcripts embedded")
        again = self.succeed("run", "--work", work)
        self.assertIn("train: up to date", again.stderr)
        self.assertNotIn("captions and transcripts embedded", again.stderr)
        shutil.rmtree(model)
        video = sorted(videos.glob("*.mp4"))[0]
        ask = ["predict", "--model", work / "model", video, "--json", "--caption"]
        one, other = (json.loads(self.succeed(*ask, text).stdout)[0]["median"] for text in captions)
        self.assertGreater(one, other)
        (work / "model" / "text_model" / "sentence_bert_config.json").write_text('{"max_seq_length": 5}')
        self.assertIn("not the text model", self.fail_with(1, *ask, "dance"))

    def test_stages_one_by_one_equal_the_whole_run(self):
        videos = self.sample()
        self.succeed("run", videos, "--work", self.folder / "whole", *QUICK)
        steps = self.folder / "steps"
        self.succeed("ingest", videos, "--work", steps, *QUICK)
        early = self.fail_with(1, "train", "--work", steps)
        self.assertIn("foreview embed", early)
        for stage in ("prepare", "pretrain", "embed", "train", "evaluate", "report"):
            self.succeed(stage, "--work", steps)
        self.assertEqual((self.folder / "whole/report/metrics.json").read_bytes(),
                         (steps / "report/metrics.json").read_bytes())
        features = steps / "features"
        clips = {file: file.stat().st_mtime_ns for file in features.glob("convlstm-*/*/*")}
        sounds = {file: file.read_bytes() for file in features.glob("sound-measures-*/*/*")}
        self.assertGreater(min(len(clips), len(sounds)), 0)
        for file in sounds:
            file.unlink()
        self.assertIn("videos embedded", self.succeed("embed", "--work", steps).stderr)
        self.assertEqual(sounds, {file: file.read_bytes() for file in sounds})
        self.assertEqual(clips, {file: file.stat().st_mtime_ns for file in clips}, "only what is missing is taken")

        other = self.fail_with(1, "train", "--work", steps, "--set", "sampling.frames_per_second=7")
        self.assertIn("taken with other settings", other)
        self.assertIn("foreview prepare", self.fail_with(1, "embed", "--work", steps))

    def test_probe_says_whether_pretraining_helped(self):
        self.succeed("sample", self.folder / "videos", "--videos", 42, "--law", "motion")
        work = self.folder / "work"
        self.succeed("ingest", self.folder / "videos", "--work", work, "--use", "visual", *QUICK)
        self.assertIn("foreview prepare", self.fail_with(1, "probe-embeddings", "--work", work))
        self.succeed("prepare", "--work", work)
        self.assertIn("foreview pretrain", self.fail_with(1, "probe-embeddings", "--work", work))
        self.succeed("pretrain", "--work", work)
        shown = json.loads(self.succeed("probe-embeddings", "--work", work, "--json").stdout)
        self.assertEqual(shown, json.loads((work / "report/probe.json").read_text()))
        self.assertEqual(shown["score"], "r2")
        self.assertEqual({(row["input"], row["model"]) for row in shown["scores"]},
                         {(name, model) for model in ("linear", "trees") for name in
                          ("pretrained", "pretrained, bottleneck", "pretrained, motion states", "random weights",
                           "random weights, bottleneck", "random weights, motion states", "colour histogram",
                           "motion statistics", "single frame")})
        self.assertEqual(len(shown["pretrained_gains"]), 12)  # six inputs that are not pretrained, two models
        self.assertIn(shown["verdict"], self.succeed("probe-embeddings", "--work", work).stdout)

    def test_same_seed_same_bytes(self):
        self.succeed("sample", self.folder / "a", "--videos", 3, "--seed", 9)
        self.succeed("sample", self.folder / "b", "--videos", 3, "--seed", 9)
        names = sorted(p.name for p in (self.folder / "a").iterdir())
        self.assertEqual(names, sorted(p.name for p in (self.folder / "b").iterdir()))
        for name in names:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)

    def test_metadata_alone_then_videos_and_export(self):
        data, work = self.folder / "data", self.folder / "work"
        data.mkdir()
        with open(data / "videos.csv", "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["id", "words", "createTime", "author", "seen"])
            table.writerow(["timed", "", 1600000000, "author1", 40])  # no caption: its time is used
            table.writerow(["bare", "", "", "", 40])  # nothing is known of it
            for i in range(150):
                table.writerow([f"v{i}", "cats, always" if i % 2 else "tax \"forms\"", 1600000000 + 3600 * i,
                                f"author{i % 7}", (9000 if i % 2 else 30) + 13 * i])
        self.succeed("run", data, "--work", work, "--map", "view_count=seen", "--map", "description=words", *QUICK)
        metrics = metrics_of(work)
        used = sum(metrics["split"][split] for split in ("train", "validation", "test"))
        self.assertEqual(used, 151, "all but the bare one")
        final = {model["track"]: model for model in metrics["models"] if model["role"] == "final"}
        self.assertEqual(sorted(final), ["author_aware", "author_free"])
        self.assertGreater(final["author_free"]["test"]["spearman"], 0.5, "the words tell the views")
        listed = [json.loads(line) for line in self.succeed("videos", "--work", work, "--json").stdout.splitlines()]
        self.assertEqual(len(listed), 152)
        tested = [row["id"] for row in listed if row["status"] == "test" and row["id"] != "bare"]
        exported = list(csv.DictReader(io.StringIO(
            self.succeed("export", "--work", work, "--what", "forecasts").stdout)))
        self.assertEqual(sorted(row["id"] for row in exported if row["role"] == "final" and row["track"] == "author_free"),
                         sorted(tested))
        records = list(csv.DictReader(io.StringIO(self.succeed("export", "--work", work, "--what", "records").stdout)))
        self.assertEqual({row["description"] for row in records}, {"cats, always", 'tax "forms"', ""})
        self.assertIn("--out", self.fail_with(2, "export", "--work", work, "--what", "tokens", "--format", "npz"))
        self.succeed("export", "--work", work, "--what", "tokens", "--format", "npz", "--out", self.folder / "t.npz")
        with zipfile.ZipFile(self.folder / "t.npz") as tokens:
            self.assertIsNone(tokens.testzip())
            names = tokens.namelist()
            self.assertIn(b"'shape': (152, 20)", tokens.read("metadata.npy")[:128])
        self.assertEqual({"id.npy", "label.npy", "visual.npy", "audio_span.npy"} - set(names), set())
        self.succeed("export", "--work", work, "--what", "forecasts", "--format", "safetensors", "--out",
                     self.folder / "f.safetensors")
        self.assertIn("skipped", self.fail_with(2, "videos", "--work", work, "--status", "lost"))
        self.assertIn("no workspace", self.fail_with(1, "videos", "--work", self.folder / "nothing"))

    def test_labels_read_too_early_are_left_out(self):
        data, work = self.folder / "data", self.folder / "work"
        data.mkdir()
        rows = [{"id": f"v{i}", "view_count": i, "description": "x", "timestamp": 1600000000,
                 "epoch": 1600000000 + 86400 * (i + 1)} for i in range(20)]
        (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        said = self.succeed("ingest", data, "--work", work, "--min-age", "7d").stderr
        self.assertIn("6 video(s) were younger than 7d", said)
        listed = self.succeed("videos", "--work", work, "--status", "unlabelled", "--json").stdout.splitlines()
        self.assertEqual(sorted(json.loads(line)["id"] for line in listed), [f"v{i}" for i in range(6)])
        self.assertIn("min_age", self.fail_with(2, "ingest", data, "--work", work, "--min-age", "week"))

    def test_split_audit_finds_a_planted_leak(self):
        data, work = self.folder / "data", self.folder / "work"
        data.mkdir()
        draw = random.Random(1)
        rows = []
        for i in range(400):
            author = draw.randrange(40)
            views = int(draw.lognormvariate(6 + author / 8, 0.5))
            rows.append({"id": f"v{i}", "view_count": views, "description": "x", "timestamp": 1600000000 + i,
                         "uploader_id": f"a{author}", "rank": round(views * draw.lognormvariate(0, 0.5), 2),
                         "width": draw.choice([576, 720])})
        (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.succeed("ingest", data, "--work", work)
        audit = json.loads(self.succeed("split-audit", "--work", work, "--json").stdout)
        self.assertEqual([suspect["column"] for suspect in audit["suspects"]], ["rank"])
        scores = {score["split"]: score for score in audit["splits"]}
        self.assertLess(scores["random"]["author_mean_nmse"], 0.5, "authors carry the views")
        self.assertGreater(scores["author"]["author_mean_nmse"], 0.9, "and nothing of authors never seen")
        self.assertIn("topic", scores["topic"]["note"])
        self.assertIn("LEAK?  rank", self.succeed("split-audit", "--work", work).stdout)
        self.assertIn("cannot be a feature",
                      self.fail_with(2, "run", data, "--work", work, "--features", "nothing", *QUICK))
        said = self.succeed("run", data, "--work", work, "--features", "rank", *QUICK).stderr
        self.assertIn("rank alone tells", said)
        self.assertIn("did you mean", self.fail_with(2, "ingest", data, "--work", work, "--target", "viewcount"))

    def test_a_target_is_not_read_off_its_own_input(self):
        data = self.folder / "data"
        data.mkdir()
        draw = random.Random(1)
        rows = [{"id": f"v{i}", "view_count": 5, "description": "x", "timestamp": 1600000000 + i,
                 "uploader_id": f"a{draw.randrange(80)}", "duration": draw.uniform(1, 300),
                 "channel_like_count": int(draw.lognormvariate(9, 2))} for i in range(300)]
        (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        for target in ("duration", "channel_like_count"):
            work = self.folder / target
            said = self.succeed("run", data, "--work", work, "--target", target, *QUICK).stdout
            finals = [line.split() for line in said.splitlines() if line.startswith("foreview  ")]
            self.assertEqual(len(finals), 2, said)
            for final in finals:
                self.assertGreater(float(final[3]), 0.8, said)

    def test_doctor(self):
        out = self.succeed("doctor").stdout
        for word in ("decoder", "FFmpeg", "torch", "PocketSphinx", "foreview collect"):
            self.assertIn(word, out)


class Library(TestCase):
    def test_installed_library_builds_the_example_and_forecasts(self):
        videos, work, prefix = self.sample(), self.folder / "work", self.folder / "prefix"
        self.succeed("run", videos, "--work", work, *QUICK)
        build = SOURCE / "build" / "release"

        def run(*words):
            result = subprocess.run(list(map(str, words)), capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, f"{words}: {result.stderr[-2000:]}")
            return result

        run("cmake", "--install", build, "--prefix", prefix)
        run("cmake", "-G", "Ninja", "-S", SOURCE / "examples", "-B", self.folder / "example", f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", self.folder / "example")
        video = sorted(videos.glob("*.mp4"))[0]
        said = run(self.folder / "example" / "predict_example", work / "model", video).stdout
        self.assertIn("80 % interval", said)
        installed = run(prefix / "bin" / "foreview", "doctor").stdout
        self.assertIn(str(prefix), installed)


if __name__ == "__main__":
    unittest.main()
