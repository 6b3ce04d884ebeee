"""Shuffled labels must give "no skill": runs foreview on a table whose labels were dealt out anew, again and again.

python3 benchmarks/shuffled_labels.py PROGRAM TABLE.jsonl TARGET WORK [--runs 20] [--rows 600] [-- ARGUMENTS OF foreview run]

Each run has its own shuffle, rows and seed. Runs that are finished in WORK are not made again. Prints each verdict and the
final models' intervals, and ends with status 1 when more than one run in twenty claims skill.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys


def shuffled_rows(table, target, count, seed):
    draw = random.Random(seed)
    rows = [row for row in map(json.loads, table.read_text().splitlines()) if row.get(target) is not None]
    rows = draw.sample(rows, min(count, len(rows)))
    labels = [row[target] for row in rows]
    draw.shuffle(labels)
    return [{**row, target: label} for row, label in zip(rows, labels)]


def results_of_run(options, number):
    folder = options.work / f"run-{number}"
    metrics = folder / "work/report/metrics.json"
    if not metrics.exists():
        (folder / "data").mkdir(parents=True, exist_ok=True)
        rows = shuffled_rows(options.table, options.target, options.rows, number)
        (folder / "data/rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        command = [options.program, "run", folder / "data", "--work", folder / "work", "--target", options.target, "--seed",
                   str(number), *options.more]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr[-2000:])
    return json.loads(metrics.read_text())


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
