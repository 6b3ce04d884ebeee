"""kill -9 in each stage, then the same command: it finishes with the figures of an uninterrupted run."""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import FOREVIEW, QUICK, TestCase

STAGES = ("ingest", "prepare", "pretrain", "embed", "train", "evaluate", "report")


class Kill(TestCase):
    def start_and_kill(self, command, log, stage, delay):
        """Kills the whole process group `delay` seconds after the log names the stage. False when it ended before."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            while process.poll() is None:
                if log.exists() and f'"name":"{stage}"' in log.read_text(errors="replace"):
                    time.sleep(delay)
                    break
                time.sleep(0.005)
            killed = process.poll() is None
            if killed:
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return killed
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def test_killed_in_each_stage(self):
        videos = self.sample()
        whole = self.folder / "whole"
        self.succeed("run", videos, "--work", whole, *QUICK)
        expected = (whole / "report/metrics.json").read_bytes()
        kills = dict.fromkeys(STAGES, 0)
        # Each stage again and again at growing delays, always on what the killed run before left.
        work = self.folder / "work"
        command = [FOREVIEW, "run", str(videos), "--work", str(work), *QUICK]
        for stage in STAGES:
            for delay in (0.0, 0.05, 0.2):
                kills[stage] += self.start_and_kill(command, work / "log.jsonl", stage, delay)
                if (work / "log.jsonl").exists():
                    (work / "log.jsonl").unlink()
        self.succeed("run", videos, "--work", work, *QUICK)
        self.assertEqual((work / "report/metrics.json").read_bytes(), expected)
        self.assertEqual(self.leftovers(work), [])
        self.assertEqual([stage for stage in STAGES if kills[stage] == 0], [])

    @staticmethod
    def leftovers(work):
        return [str(path) for path in work.rglob("*") if ".tmp" in path.name or "checkpoint" in path.name]

    def test_interrupt_says_how_to_go_on(self):
        videos, work = self.sample(), self.folder / "work"
        command = [FOREVIEW, "run", str(videos), "--work", str(work), *QUICK]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not (work / "features").exists():
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("foreview: ", said)
        self.succeed("run", videos, "--work", work, *QUICK)


if __name__ == "__main__":
    unittest.main()
