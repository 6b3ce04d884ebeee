#!/usr/bin/env python3
"""How fast tracks are prepared, as ratios of one run.

    python3 benchmarks/media.py --program-folder build/release/bin VIDEO_OR_FOLDER...

Each comparison runs both sides in turn, several times, and takes each side's best. Needs the ffmpeg program; the rows
against PyAV need Debian's python3-av (python3 is then Debian's /usr/bin/python3) and say so where it is missing.
"""
import argparse
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

WIDTH, HEIGHT = 72, 128
LONG_SECONDS, SPARSE_FRAMES = 600, 32

PYAV_LOOP = """
import sys
import av
interval = 1 / float(sys.argv[1])
for name in sys.argv[2:]:
    frames, samples, due = [], [], 0.0
    with av.open(name) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16000)
        streams = [s for kind in ("video", "audio") for s in getattr(container.streams, kind)[:1]]
        for packet in container.demux(*streams):
            for frame in packet.decode():
                if packet.stream.type == "audio":
                    samples += [made.to_ndarray() for made in resampler.resample(frame)]
                elif frame.time is None or frame.time >= due:
                    frames.append(frame.reformat(%d, %d, "rgb24").to_ndarray())
                    due += interval
""" % (WIDTH, HEIGHT)


def files_of(names):
    files = []
    for name in map(pathlib.Path, names):
        files += sorted(p for p in name.rglob("*.mp4")) if name.is_dir() else [name]
    return files


def timed(command):
    """Wall-clock and processor seconds of one call."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - start,
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


class Benchmark:
    def __init__(self, programs, repeats):
        self.prepare_program = str(programs / "benchmark-media_prepare")
        self.repeats = repeats

    def prepare(self, files, frames_per_second, workers, threads, seconds=180, mode="fast", audio=1):
        result = subprocess.run([self.prepare_program, str(frames_per_second), str(workers), str(threads), str(seconds),
                                 mode, str(audio), "1", *map(str, files)], check=True, capture_output=True, text=True)
        figures = json.loads(result.stdout)
        return figures["seconds"], figures["processor_seconds"]

    @staticmethod
    def decode_all(files, skip=()):
        runs = [timed(["ffmpeg", "-v", "quiet", "-threads", "2", *skip, "-i", str(f), "-f", "null", "-"])
                for f in files]
        return sum(r[0] for r in runs), sum(r[1] for r in runs)

    def ratio(self, what, limit, ours, theirs):
        """Sides in turn, so that what else the machine does meets both."""
        best = [[1e9, 1e9], [1e9, 1e9]]
        for _ in range(self.repeats):
            for side, run in enumerate((ours, theirs)):
                best[side] = [min(pair) for pair in zip(best[side], run())]
        wall, processor = best[0][0] / best[1][0], best[0][1] / best[1][1]
        print(f"| {what} | {limit} | {wall:.2f} | {processor:.2f} |", flush=True)


def long_video(folder):
    """Ten minutes of 1080p, H.264 as phones and sites write it."""
    file = folder / "long.mp4"
    piece = folder / "piece.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                    "mandelbrot=size=1920x1080:rate=30:maxiter=200", "-f", "lavfi", "-i", "sine=440",
                    "-t", "20", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac",
                    str(piece)], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", str(LONG_SECONDS // 20 - 1), "-i", str(piece), "-c",
                    "copy", str(file)], check=True)
    return file


def has_pyav():
    return subprocess.run(["/usr/bin/python3", "-c", "import av"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--program-folder", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-long", action="store_true", help="leave out the ten-minute video")
    arguments = parser.parse_args()
    if not shutil.which("ffmpeg"):
        sys.exit("the ffmpeg program is not installed")
    files = files_of(arguments.files)
    bench = Benchmark(arguments.program_folder, arguments.repeats)
    pyav = has_pyav()
    print(f"{len(files)} files\n")
    print("| work | at most | wall clock | processor |\n|---|---|---|---|")
    for rate in (4, 8):
        bench.ratio(f"{rate} frames/s and sound, two workers, against ffmpeg decoding all", "0.6",
                    lambda: bench.prepare(files, rate, 2, 1), lambda: bench.decode_all(files))
        bench.ratio(f"{rate} frames/s and sound, one file at a time with two threads, against the same", "0.6",
                    lambda: bench.prepare(files, rate, 1, 2), lambda: bench.decode_all(files))
        if pyav:
            bench.ratio(f"{rate} frames/s and sound, two workers, against a loop over PyAV", "0.45",
                        lambda: bench.prepare(files, rate, 2, 1),
                        lambda: timed(["/usr/bin/python3", "-c", PYAV_LOOP, str(rate), *map(str, files)]))
    bench.ratio("ffmpeg's own -skip_frame bidir against ffmpeg decoding all (wrong pictures in some files)", "",
                lambda: bench.decode_all(files, ("-skip_frame", "bidir")), lambda: bench.decode_all(files))
    bench.ratio("exact mode against fast mode, two workers", "", lambda: bench.prepare(files, 4, 2, 1, mode="exact"),
                lambda: bench.prepare(files, 4, 2, 1))
    bench.ratio("two workers against one", "0.55", lambda: bench.prepare(files, 4, 2, 1),
                lambda: bench.prepare(files, 4, 1, 1))
    if not arguments.no_long:
        with tempfile.TemporaryDirectory() as folder:
            video = long_video(pathlib.Path(folder))
            bench.repeats = 1
            bench.ratio(f"{SPARSE_FRAMES} frames of ten minutes of 1080p against ffmpeg decoding all", "0.05",
                        lambda: bench.prepare([video], SPARSE_FRAMES / LONG_SECONDS, 1, 2, LONG_SECONDS, audio=0),
                        lambda: bench.decode_all([video], ()))
    if not pyav:
        print("\nThe rows against PyAV are left out: apt install python3-av")


if __name__ == "__main__":
    main()
