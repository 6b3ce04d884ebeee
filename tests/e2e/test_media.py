"""Media as people have it: what the program says of a file, and what a run says of those it leaves out."""
import json
import unittest

from support import QUICK, TestCase


class Media(TestCase):
    def test_probe_says_what_is_in_a_file(self):
        video = next(self.sample(2).rglob("*.mp4"))
        text = self.succeed("probe-media", video).stdout
        self.assertIn("video", text)
        self.assertIn("would sample", text)
        facts = json.loads(self.succeed("probe-media", video, "--json").stdout)
        kinds = {stream["kind"] for stream in facts["streams"] if stream["used"]}
        self.assertEqual(kinds, {"video", "audio"})
        self.assertGreater(facts["samples"], 0)
        self.assertGreaterEqual(facts["pictures"], facts["decoded"])

    def test_probe_of_a_bad_file_is_one_line(self):
        bad = self.folder / "bad.mp4"
        bad.write_bytes(b"no video at all, whatever the name says")
        self.assertIn("not a video file", self.fail_with(1, "probe-media", bad))
        bad.write_bytes(b"")
        self.assertIn("the file is empty", self.fail_with(1, "probe-media", bad))
        self.assertIn("no such file", self.fail_with(1, "probe-media", self.folder / "none.mp4"))

    def test_prepare_lists_what_is_left_out_and_why(self):
        videos = self.sample(6)
        files = sorted(videos.rglob("*.mp4"))
        files[0].write_bytes(files[0].read_bytes()[:600])
        files[1].write_bytes(b"no video at all")
        work = self.folder / "work"
        self.succeed("ingest", videos, "--work", work, *QUICK)
        said = self.succeed("prepare", "--work", work).stderr
        self.assertIn(f"{files[1]}: not a video file", said)
        self.assertIn(str(files[0]), said)
        self.assertIn("4 videos prepared, 2 left out", said)


if __name__ == "__main__":
    unittest.main()
