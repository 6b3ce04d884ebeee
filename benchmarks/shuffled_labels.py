"""Shuffled labels must give "no skill": runs foreview on a table whose labels were dealt out anew, again and again.

python3 benchmarks/shuffled_labels.py PROGRAM TABLE TARGET WORK [--runs 20] [--rows 600] [--embedded WORKSPACE]
    [-- ARGUMENTS OF foreview run]

TABLE: .jsonl, or .json with one list. Each run has its own shuffle, rows and seed. With --embedded the table's folder has the
videos, which WORKSPACE has embedded: all rows are used, and only what learns from labels is done anew. Runs that are finished
in WORK are not made again. Prints each verdict and the final models' intervals, and ends with status 1 when more than one run
in twenty claims skill.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys

TABLES = {".json", ".jsonl", ".csv"}


def shuffled_rows(options, seed):
    draw = random.Random(seed)
    text = options.table.read_text()
    rows = json.loads(text) if options.table.suffix == ".json" else list(map(json.loads, text.splitlines()))
    rows = [row for row in rows if row.get(options.target) is not None]
    rows = draw.sample(rows, len(rows) if options.embedded else min(options.rows, len(rows)))
    labels = [row[options.target] for row in rows]
    draw.shuffle(labels)
    return [{**row, options.target: label} for row, label in zip(rows, labels)]


def run_once(options, number, folder, work):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if options.embedded:
        for other in options.table.parent.iterdir():
            if other.suffix not in TABLES:  # another table may tell the labels as they were
                (folder / other.name).symlink_to(other.resolve())
    rows = shuffled_rows(options, number)
    lines = json.dumps(rows) if options.table.suffix == ".json" else "".join(json.dumps(row) + "\n" for row in rows)
    (folder / options.table.name).write_text(lines)
    # The sample's field for what foreview predicts by default.
    target = [] if options.target == "views" else ["--target", options.target]
    seed = [] if options.embedded else ["--seed", str(number)]
    command = [options.program, "run", folder, "--work", work, *target, *seed, *options.more]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr[-2000:])


def results_of_run(options, number):
    folder = options.work / f"run-{number}"
    finished = folder / "metrics.json"
    if not finished.exists():
        work = options.work / "embedded" if options.embedded else folder / "work"
        if options.embedded and not work.exists():
            unfinished = options.work / "embedded.part"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(options.embedded, unfinished)
            unfinished.rename(work)
        run_once(options, number, folder / "data", work)
        shutil.copyfile(work / "report/metrics.json", finished)
    return json.loads(finished.read_text())


def main():
    arguments, more = sys.argv[1:], []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, more = arguments[:cut], arguments[cut + 1:]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("target")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--embedded", type=pathlib.Path)
    options = parser.parse_args(arguments)
    options.more = more
    skilled = 0
    for number in range(1, options.runs + 1):
        results = results_of_run(options, number)
        skilled += results["verdict"] == "skill"
        finals = [model for model in results["models"] if model["role"] == "final"]
        told = "; ".join("{track} nMSE {test[nmse]:.3f}, against {best_floor} {against_best_floor[low]:+.3f} to "
                         "{against_best_floor[high]:+.3f}".format(**model) for model in finals)
        print(f"{number:3}  {results['verdict']:<9}  {told}", flush=True)
    print(f"no skill in {options.runs - skilled} of {options.runs} runs")
    sys.exit(1 if skilled * 20 > options.runs else 0)


if __name__ == "__main__":
    main()
