"""What `transcribe` writes: Whisper's tokens at parity with the reference, every format, and clear refusals."""
import json
import re
import shutil
import signal
import subprocess
import time
import unittest
import wave

from support import FOREVIEW, QUICK, TestCase, foreview, metrics_of, reference_data

# Settings of the reference's decodings (expected.json) as options of the program. `--max-tokens` is `sample_len`.
SETTINGS = {
    "greedy_timestamps": ["--language", "en", "--max-tokens", 64],
    "greedy_timestamps_detected_language": ["--max-tokens", 24],
    "greedy_no_timestamps_de_translate": ["--language", "de", "--task", "translate", "--without-timestamps",
                                          "--max-tokens", 64],
    "beam5_timestamps": ["--language", "en", "--beam-size", 5, "--max-tokens", 64],
    "greedy_timestamps_prompt": ["--language", "en", "--prompt", "The president of the United States said:",
                                 "--max-tokens", 12],
}


def mini_model():
    data = reference_data()
    folder = data / "golden" / "whisper-mini-multilingual" if data else None
    return folder if folder and folder.is_dir() else None


@unittest.skipUnless(mini_model(), "skipped: no goldens")
class Whisper(TestCase):
    def transcribe(self, *arguments):
        return self.succeed("transcribe", mini_model() / "jfk.wav", "--model", mini_model(), "--temperature", 0,
                            *arguments).stdout

    def test_tokens_are_those_of_the_reference(self):
        expected = json.loads((mini_model() / "expected.json").read_text())["decode"]
        for name, options in SETTINGS.items():
            with self.subTest(name):
                answer = json.loads(self.transcribe("--json", *options))
                self.assertEqual(answer["tokens"], expected[name]["tokens"])
                self.assertEqual(answer["windows"][0]["text"], expected[name]["text"].strip())
                self.assertEqual(answer["language"], expected[name]["language"])
                self.assertAlmostEqual(answer["windows"][0]["avg_logprob"], expected[name]["avg_logprob"], places=3)

    def test_formats_say_the_same(self):
        options = ["--language", "en", "--max-tokens", 64]
        segments = json.loads(self.transcribe("--format", "json", *options))["segments"]
        self.assertGreater(len(segments), 0)
        self.assertEqual(self.transcribe(*options).splitlines(), [segment["text"] for segment in segments])
        subrip = self.transcribe("--format", "srt", *options)
        webvtt = self.transcribe("--format", "vtt", *options)
        self.assertTrue(webvtt.startswith("WEBVTT\n\n"))
        for number, segment in enumerate(segments, 1):
            self.assertRegex(subrip, rf"(?m)^{number}$")
            self.assertIn(segment["text"], subrip)
            self.assertIn(segment["text"], webvtt)
        self.assertEqual(len(re.findall(r"\d,\d{3} --> \d\d:", subrip)), len(segments))
        self.assertEqual(len(re.findall(r"\d\.\d{3} --> \d\d:", webvtt)), len(segments))

    def test_segments_come_while_later_windows_are_still_decoded(self):
        long = self.folder / "long.wav"
        with wave.open(str(mini_model() / "jfk.wav")) as sound, wave.open(str(long), "wb") as repeated:
            repeated.setparams(sound.getparams())
            repeated.writeframes(sound.readframes(sound.getnframes()) * 14)  # six windows
        command = [FOREVIEW, "transcribe", long, "--model", mini_model(), "--language", "en", "--temperature", "0",
                   "--beam-size", "5"]
        with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            running = process.poll() is None
            rest = process.stdout.read().splitlines()
            self.assertEqual(process.wait(), 0)
        self.assertTrue(first.strip())
        self.assertTrue(running, "the first segment came with the last")
        self.assertGreater(len(rest), 1)

    def test_bf16_says_nearly_the_same(self):
        options = ["--language", "en", "--max-tokens", 4, "--json"]
        exact, fast = (json.loads(self.transcribe(*options, "--precision", precision))["windows"][0]
                       for precision in ("f32", "bf16"))
        self.assertAlmostEqual(exact["no_speech_prob"], fast["no_speech_prob"], places=2)
        self.assertAlmostEqual(exact["avg_logprob"], fast["avg_logprob"], delta=0.1)

    def test_a_bad_model_folder_is_one_line(self):
        sound = mini_model() / "jfk.wav"
        self.assertIn(str(self.folder), self.fail_with(1, "transcribe", sound, "--model", self.folder))
        for name in mini_model().iterdir():
            if name.suffix == ".json" or name.name == "merges.txt":
                (self.folder / name.name).write_bytes(name.read_bytes())
        weights = (mini_model() / "model.safetensors").read_bytes()
        (self.folder / "model.safetensors").write_bytes(weights[:len(weights) // 2])
        self.assertIn("model.safetensors", self.fail_with(1, "transcribe", sound, "--model", self.folder))
        (self.folder / "model.safetensors").write_bytes((1 << 63).to_bytes(8, "little") + weights[8:])
        self.assertIn("model.safetensors", self.fail_with(1, "transcribe", sound, "--model", self.folder))

    def test_a_language_that_the_model_lacks_is_a_usage_error(self):
        line = self.fail_with(2, "transcribe", mini_model() / "jfk.wav", "--model", mini_model(), "--language", "xx")
        self.assertIn('"xx"', line)


@unittest.skipUnless(mini_model(), "skipped: no goldens")
class WhisperInARun(TestCase):
    def stored(self):
        """Transcripts that are complete, by file name."""
        return {file.name: file for file in self.folder.glob("work/features/transcript-whisper-*/**/*.json")
                if not file.name.startswith(".")}

    def test_a_killed_prepare_goes_on_with_the_videos_that_are_left(self):
        videos, work = self.sample(10, "speech"), self.folder / "work"
        self.succeed("ingest", videos, "--work", work, "--whisper-model", mini_model(), "--transcriber", "whisper",
                     "--use", "speech,audio", "--set", "threads=1")  # then four videos are transcribed side by side
        with subprocess.Popen([FOREVIEW, "prepare", "--work", work], stderr=subprocess.DEVNULL) as process:
            try:
                while process.poll() is None and not self.stored():
                    time.sleep(0.05)
            finally:
                process.send_signal(signal.SIGKILL)
        before = {name: file.stat().st_mtime_ns for name, file in self.stored().items()}
        self.assertGreater(len(before), 0)
        self.assertLess(len(before), 10)
        self.assertIn("transcripts: 10 whisper", self.succeed("prepare", "--work", work).stderr)
        after = self.stored()
        self.assertEqual(len(after), 10)
        for name, time_written in before.items():
            self.assertEqual(after[name].stat().st_mtime_ns, time_written, "transcribed again")
        states = list(work.glob("features/whisper-audio-*/**/*.safetensors"))
        self.assertEqual({file.stem for file in states}, {file.stem for file in after.values()})
        self.assertIn("up to date", self.succeed("prepare", "--work", work).stderr)

    def test_what_is_stored_depends_neither_on_threads_nor_on_other_videos(self):
        videos = self.sample(3, "speech")
        one = self.folder / "one"
        one.mkdir()
        shutil.copy(sorted(videos.glob("*.mp4"))[0], one)
        shutil.copy(videos / "metadata.json", one)
        stored = []
        for data, threads in ((videos, 1), (videos, 2), (one, 2)):
            work = self.folder / f"work-{data.name}-{threads}"
            self.succeed("ingest", data, "--work", work, "--whisper-model", mini_model(), "--transcriber", "whisper",
                         "--use", "speech,audio", "--set", f"threads={threads}")
            self.succeed("prepare", "--work", work)
            stored.append({file.relative_to(work): file.read_bytes() for file in work.glob("features/*whisper*/**/*")
                           if file.is_file()})
        self.assertEqual([len(files) for files in stored], [6, 6, 2])
        self.assertTrue(stored[1] == stored[0], "another number of threads")
        self.assertTrue(stored[2].items() <= stored[0].items(), "alone")

    def test_a_whole_run_and_its_forecasts(self):
        videos, work = self.sample(24, "speech"), self.folder / "work"
        made = self.succeed("run", videos, "--work", work, "--whisper-model", mini_model(), "--use", "speech,audio",
                            *QUICK, "--set", "transcriber=whisper")
        self.assertIn("transcripts: 24 whisper", made.stderr)
        self.assertGreater(metrics_of(work)["split"]["test"], 0)
        width = json.loads((mini_model() / "config.json").read_text())["d_model"]
        extraction = json.loads((work / "model" / "model.json").read_text())
        self.assertIn(f'"encoder_states":{width}', json.dumps(extraction, separators=(",", ":")))
        video = next(videos.glob("*.mp4"))
        first = self.succeed("predict", "--model", work / "model", video, "--json").stdout
        self.assertEqual(self.succeed("predict", "--model", work / "model", video, "--json").stdout, first)


@unittest.skipUnless(mini_model(), "skipped: no goldens")
class PulledModel(TestCase):
    """`auto` takes the only Whisper model in the hub's cache."""

    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"
        self.add_model("models--test--mini")

    def add_model(self, name):
        snapshots = self.cache / name / "snapshots"
        snapshots.mkdir(parents=True)
        (snapshots / "abc").symlink_to(mini_model())

    def call(self, *arguments):
        result = foreview(*arguments, environment={"HF_HUB_CACHE": str(self.cache)})
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_a_run_takes_it_and_keeps_to_it(self):
        videos, work = self.sample(2, "visual"), self.folder / "work"
        self.call("ingest", videos, "--work", work)
        self.assertIn("models--test--mini/snapshots/abc", (work / "config.toml").read_text())
        self.add_model("models--test--other")
        self.call("prepare", "--work", work)
        self.assertIn("models--test--mini/snapshots/abc", (work / "config.toml").read_text())

    def test_of_several_none_is_taken(self):
        self.add_model("models--test--other")
        videos, work = self.sample(2, "visual"), self.folder / "work"
        self.assertIn("test/mini, test/other", self.call("ingest", videos, "--work", work).stderr)
        self.assertNotIn("snapshots", (work / "config.toml").read_text())
        self.assertNotIn("test/mini", self.call("ingest", videos, "--work", work, "--transcriber", "none").stderr)

    def test_transcribe_takes_it_after_subtitles(self):
        sound = self.folder / "jfk.wav"
        sound.write_bytes((mini_model() / "jfk.wav").read_bytes())
        options = ["transcribe", sound, "--json", "--language", "en", "--temperature", "0", "--max-tokens", "4"]
        self.assertEqual(json.loads(self.call(*options).stdout)["source"], "whisper")
        sound.with_suffix(".srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nsaid beside it\n\n")
        self.assertEqual(json.loads(self.call(*options).stdout)["source"], "sidecar")


class Usage(TestCase):
    def test_a_wrong_option_is_a_usage_error(self):
        for arguments in (["--format", "pdf"], ["--beam-size", "-1"], ["--no-such-option"]):
            result = foreview("transcribe", "a.wav", *arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(foreview("transcribe").returncode, 2)


class Sidecar(TestCase):
    def test_subtitles_beside_a_file_are_its_transcript(self):
        (self.folder / "a.mp4").write_bytes(b"")
        (self.folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nsaid beside it\n\n")
        result = self.succeed("transcribe", "--transcriber", "sidecar", self.folder / "a.mp4")
        self.assertEqual(result.stdout, "said beside it\n")


if __name__ == "__main__":
    unittest.main()
