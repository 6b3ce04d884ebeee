"""What stands around a run: baselines by name, studies, cross-validation, and data on which little can be said."""
import json
import random
import unittest

from support import QUICK, TestCase, metrics_of

SMALL = [*QUICK, "--set", "baseline.epochs=2", "--set", "baseline.frames=4"]


def write_rows(folder, rows):
    folder.mkdir()
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def made_up_rows(count, authors=12, seed=1):
    draw = random.Random(seed)
    return [{"id": f"v{i}", "description": "cats again" if i % 2 else "dogs again", "uploader_id": f"a{i % authors}",
             "timestamp": 1600000000 + 3600 * i, "view_count": int(draw.lognormvariate(6 + 2 * (i % 2), 0.7))}
            for i in range(count)]


class Beside(TestCase):
    def test_baselines_by_name_are_trained_by_the_same_command_once(self):
        videos, work = self.sample(24), self.folder / "work"
        first = self.succeed("run", videos, "--work", work, "--use", "visual,metadata", "--baseline",
                             "constants,xgboost_metadata,cnn_gru,cnn3d", *SMALL)
        names = {model["name"]: model["role"] for model in metrics_of(work)["models"]}
        for name in ("xgboost_metadata", "cnn_gru", "cnn3d"):
            self.assertEqual(names[name], "baseline")
        self.assertEqual(names["mean"], "floor")
        self.assertTrue("cnn3d" in (work / "report/index.html").read_text())
        again = self.succeed("run", "--work", work)
        for stage in ("train", "evaluate", "report"):
            self.assertRegex(again.stderr, f"(?m)^{stage}: up to date")
        self.assertEqual(first.stdout, again.stdout)
        fewer = self.succeed("run", "--work", work, "--baseline", "cnn3d")
        self.assertRegex(fewer.stderr, "(?m)^train: up to date")
        self.assertNotIn("baseline cnn3d", fewer.stderr, "it is there already")
        self.assertNotIn("cnn_gru", {model["name"] for model in metrics_of(work)["models"]})
        self.assertIn("cnn_gru", self.fail_with(2, "run", "--work", work, "--baseline", "cnn_gro"))

    def test_studies_tell_what_inputs_and_videos_are_worth(self):
        data, work = write_rows(self.folder / "data", made_up_rows(150)), self.folder / "work"
        first = self.succeed("run", data, "--work", work, "--ablation", "--learning-curve", *QUICK)
        self.assertEqual(first.stderr.count("training anew"), 3, "two kinds of input, 30 % of the videos")
        self.assertIn("10 % is left out: too few", first.stderr)
        variants = {variant["name"]: variant for variant in metrics_of(work)["variants"]}
        self.assertEqual(list(variants), ["without caption", "without metadata", "caption alone", "metadata alone",
                                          "30 %", "100 %"])
        self.assertEqual(variants["caption alone"]["test"], variants["without metadata"]["test"])
        self.assertGreater(variants["without caption"]["against_final"]["low"], 0, "the words carry the views")
        self.assertGreater(variants["100 %"]["train"], 3 * variants["30 %"]["train"] - 4)
        page = (work / "report/index.html").read_text()
        for words in ("without caption", "Learning curve", "Quantile calibration", "What the inputs"):
            self.assertTrue(words in page, words)
        again = self.succeed("run", "--work", work)
        self.assertNotIn("training anew", again.stderr)
        self.assertEqual(first.stdout, again.stdout)

    def test_metadata_that_changes_is_trained_on_anew(self):
        data, work = write_rows(self.folder / "data", made_up_rows(40)), self.folder / "work"
        self.succeed("run", data, "--work", work, *QUICK)
        rows = made_up_rows(40)
        rows[3]["description"] = "something else"
        (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.assertNotRegex(self.succeed("run", "--work", work).stderr, "(?m)^train: up to date")
        self.assertRegex(self.succeed("run", "--work", work).stderr, "(?m)^train: up to date")


class CrossValidation(TestCase):
    def test_every_video_is_tested_once_a_seed_by_models_that_never_saw_it(self):
        videos, work = self.sample(24), self.folder / "work"
        ask = ["cross-validate", videos, "--work", work, "--folds", 2, "--seeds", 2, "--use", "visual,metadata", *QUICK]
        first = self.succeed(*ask)
        self.assertIn("24 videos, each tested once in 2 folds", first.stdout)
        labelled = sorted(entry["id"] for entry in json.loads((videos / "metadata.json").read_text()))
        draws = []
        for seed in (1, 2):
            file = json.loads((work / f"report/cross_validation-seed-{seed}.json").read_text())
            self.assertEqual(sorted(file["id"]), labelled)
            self.assertTrue(all(len(model["prediction"]) == 24 for model in file["models"]))
            draws.append(dict(zip(file["id"], file["fold"])))
            for fold in (1, 2):
                inside = work / f"folds/seed-{seed}-fold-{fold}"
                listed = [json.loads(line) for line in
                          self.succeed("videos", "--work", inside, "--json").stdout.splitlines()]
                self.assertEqual(sorted(row["id"] for row in listed if row["status"] == "test"),
                                 sorted(video for video, its in draws[-1].items() if its == fold))
        self.assertNotEqual(draws[0], draws[1])
        encoders = {(work / f"folds/seed-1-fold-{fold}/pretrain/visual.safetensors").read_bytes() for fold in (1, 2)}
        self.assertEqual(len(encoders), 2, "each fold has an encoder of its own")
        self.assertFalse((work / "folds/seed-1-fold-1/features").exists(), "what videos give is shared")

        again = self.succeed(*ask)
        self.assertEqual(first.stdout, again.stdout)
        self.assertEqual(again.stderr.count("\ntrain: up to date"), 4)
        scores = json.loads((work / "report/cross_validation.json").read_text())
        final = scores["models"][0]
        self.assertEqual((final["role"], len(final["test"]["nmse"]["by_seed"])), ("final", 2))

        shared = self.succeed(*ask[:4], "--folds", 2, "--seeds", 1, "--shared-encoder", "--use", "visual,metadata", *QUICK)
        self.assertIn("encoder was shared", shared.stdout)
        self.assertEqual((work / "folds/seed-1-fold-1/pretrain/visual.safetensors").read_bytes(),
                         (work / "pretrain/visual.safetensors").read_bytes())

    def test_authors_stay_together_and_time_has_no_folds(self):
        data, work = write_rows(self.folder / "data", made_up_rows(60)), self.folder / "work"
        self.succeed("cross-validate", data, "--work", work, "--folds", 3, "--seeds", 1, "--split", "author", *QUICK)
        file = json.loads((work / "report/cross_validation-seed-1.json").read_text())
        folds = {}
        for video, fold in zip(file["id"], file["fold"]):
            folds.setdefault(int(video[1:]) % 12, set()).add(fold)
        self.assertTrue(all(len(its) == 1 for its in folds.values()), folds)
        self.assertIn("no folds", self.fail_with(2, "cross-validate", data, "--work", self.folder / "w", "--split", "time"))


class LittleToSay(TestCase):
    def run_on(self, rows, *more):
        data, work = write_rows(self.folder / f"data{id(rows)}", rows), self.folder / f"work{id(rows)}"
        said = self.succeed("run", data, "--work", work, *more, *QUICK)
        return metrics_of(work), said

    def test_a_constant_target_has_no_skill(self):
        metrics, _ = self.run_on([{**row, "view_count": 700} for row in made_up_rows(150)])
        self.assertEqual(metrics["verdict"], "no skill")

    def test_two_rows_are_too_few(self):
        metrics, said = self.run_on(made_up_rows(2), "--set", "test_share=0", "--set", "validation_share=0")
        self.assertEqual(metrics["verdict"], "too few videos")
        self.assertIn("too few", said.stdout.lower())
        data = write_rows(self.folder / "one", made_up_rows(1))
        self.assertIn("1 usable training video", self.fail_with(
            1, "run", data, "--work", self.folder / "w", "--set", "test_share=0", "--set", "validation_share=0", *QUICK))

    def test_numbers_without_end_and_rows_of_which_nothing_is_known(self):
        rows = made_up_rows(150)
        text = "".join(json.dumps({**row, "width": [576, float("inf"), float("nan")][i % 3]}) + "\n"
                       for i, row in enumerate(rows))
        text += "".join(json.dumps({"id": f"bare{i}", "view_count": 50}) + "\n" for i in range(10))
        data = self.folder / "data"
        data.mkdir()
        (data / "rows.jsonl").write_text(text)
        said = self.succeed("run", data, "--work", self.folder / "work", *QUICK)
        self.assertIn("left out: nothing that a model could use", said.stderr)
        final = metrics_of(self.folder / "work")["models"][0]
        self.assertLess(final["test"]["nmse"], 1)


if __name__ == "__main__":
    unittest.main()
