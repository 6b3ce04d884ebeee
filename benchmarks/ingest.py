"""Ingest of made-up JSON Lines: time and memory by the number of records, and a second ingest of the same data.

    python3 benchmarks/ingest.py [--program build/release/bin/foreview] [--records 1000000]

Ratios: memory of the large run over that of one ten times smaller (flat is 1), second ingest over the first.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(program, *arguments):
    """Seconds, peak memory in MB and what was said last."""
    pid_file = subprocess.Popen([program, *map(str, arguments)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    start = time.monotonic()
    said = pid_file.stderr.read()
    _, status, usage = os.wait4(pid_file.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, arguments))} failed:\n{said}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, said.strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=HERE.parent / "build/release/bin/foreview")
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        memory = {}
        for count in (options.records // 10, options.records):
            data, work = Path(folder) / f"data{count}", Path(folder) / f"work{count}"
            data.mkdir()
            subprocess.run([sys.executable, HERE / "make_records.py", str(count), data / "records.jsonl"], check=True)
            first, memory[count], said = run(options.program, "ingest", data, "--work", work)
            print(f"{count} records: {first:.1f} s, {memory[count]:.0f} MB; {said}")
            os.utime(data / "records.jsonl")  # touched: it is read again, not known by its time
            touched, _, said = run(options.program, "ingest", data, "--work", work)
            again, _, said = run(options.program, "ingest", data, "--work", work)
            print(f"  touched and ingested again: {touched / first:.2f} x; unchanged: {again / first:.3f} x ({said})")
        small, large = memory[options.records // 10], memory[options.records]
        print(f"memory of {options.records} records over a tenth of them: {large / small:.2f} x")


if __name__ == "__main__":
    main()
