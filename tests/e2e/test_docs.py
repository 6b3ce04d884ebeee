"""The documentation says what the program does: the README's tour is run, and docs/formats/config.md is complete."""
import os
import pathlib
import re
import subprocess
import unittest

from support import FOREVIEW, QUICK, SOURCE, TestCase


class Docs(TestCase):
    def test_readme_tour_runs(self):
        text = (SOURCE / "README.md").read_text()
        tour = re.search(r"<!-- tour: .*?-->\n```sh\n(.*?)```", text, re.S).group(1)
        self.assertGreaterEqual(len(tour.splitlines()), 4)
        quick = self.folder / "quick.toml"
        settings = dict(pair.split("=") for pair in QUICK if "=" in pair)
        del settings["transcriber"]
        quick.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
        # The commands as they stand, only with fewer videos and a smaller model.
        tour = tour.replace("--videos 60", "--videos 16").replace("--work work\n", f"--work work --config {quick}\n", 1)
        path = f"{pathlib.Path(FOREVIEW).parent}:{os.environ['PATH']}"
        result = subprocess.run(["bash", "-euo", "pipefail", "-c", tour], cwd=self.folder, capture_output=True, text=True,
                                env={**os.environ, "PATH": path})
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        self.assertIn('"chance_of_top_tenth"', result.stdout)

    def test_every_setting_is_documented_with_its_default(self):
        videos, work = self.sample(2), self.folder / "work"
        self.succeed("ingest", videos, "--work", work)
        documented = (SOURCE / "docs/formats/config.md").read_text()
        section = ""
        for line in (work / "config.toml").read_text().splitlines():
            if line.startswith("["):
                section = line.strip("[]") + "."
            elif " = " in line:
                key, value = line.strip().split(" = ", 1)
                row = next((r for r in documented.splitlines() if f"`{section}{key}`" in (r.split("|") + [""])[1]), None)
                self.assertIsNotNone(row, f"{section}{key} is not in docs/formats/config.md")
                if section and value in ("''", '""'):
                    self.assertEqual("", row.split("|")[2].strip(), row)
                elif section and value[0] in "'\"":
                    self.assertIn(f"`{value[1:-1]}`", row.split("|")[2], row)
                elif section and value in ("true", "false"):
                    self.assertEqual(value, row.split("|")[2].strip(), row)
                elif section:
                    self.assertIn(float(value), [float(n) for n in re.findall(r"[\d.]+", row.split("|")[2])], row)


if __name__ == "__main__":
    unittest.main()
