"""`foreview collect` with the real Chromium and chromedriver against a site on loopback."""
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from video_site import site_of  # noqa: E402
from support import FOREVIEW, QUICK, SOURCE, foreview  # noqa: E402

TAGS = ("sports", "dance", "entertainment", "comedy", "autos", "fashion", "lifestyle", "pets", "relationships",
        "society", "informative", "music")
VIDEOS = 66


def setUpModule():
    global SAMPLE, FOLDER
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="foreview-web-"))
    SAMPLE = FOLDER / "sample"
    subprocess.run([FOREVIEW, "sample", str(SAMPLE), "--videos", str(VIDEOS), "--seed", "5"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tearDownModule():
    shutil.rmtree(FOLDER, ignore_errors=True)


def browsers():
    """Processes of browsers that use a profile of foreview's."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "foreview-browser-" in line:
            found.append((int(process.name), line))
    return found


def children_of(parent):
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "stat").read_text().rsplit(")", 1)[1].split()[1] == str(parent):
                found.append((int(process.name), (process / "comm").read_text().strip()))
        except OSError:
            continue
    return found


@unittest.skipUnless(shutil.which("chromedriver") and shutil.which("chromium"), "skipped: no chromium or chromedriver")
class Collect(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="foreview-collect-", dir=FOLDER))
        self.site = site_of(SAMPLE, TAGS)
        self.addCleanup(self.site.close)
        self.data = self.folder / "data"
        self.profile = self.folder / "site.toml"
        text = (SOURCE / "share/profiles/tiktok.toml").read_text()
        text = text.replace('name = "tiktok"', 'name = "local"').replace('"www.tiktok.com"', '"127.0.0.1"')
        text = text.replace("https://www.tiktok.com", self.site.address)
        text = text.replace(r"^https://www\.tiktok\.com", "^" + re.escape(self.site.address))
        text = text.replace("^https://[^/]*/login", "^http://[^/]*/login")
        text = re.sub(r"pause = [\d.]+", "pause = 0.15", text).replace("patience = 5", "patience = 2")
        self.profile.write_text(text.replace("private_addresses = false", "private_addresses = true"))
        self.before = {pid for pid, _ in browsers()}

    def topics(self, *tags):
        file = self.folder / "topics.toml"
        file.write_text("[topics]\n" + "".join(f'{tag.capitalize()} = ["{tag}"]\n' for tag in tags))
        return file

    def command(self, *arguments):
        return [FOREVIEW, "collect", "--profile", str(self.profile), "--out", str(self.data), "--delay", "0.02",
                *map(str, arguments)]

    def collect(self, *arguments, status=0):
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr[-4000:])
        self.assertEqual(self.left_browsers(), [])
        return result

    def left_browsers(self, within=10):
        until = time.time() + within
        while True:
            left = [line for pid, line in browsers() if pid not in self.before]
            if not left or time.time() > until:
                return left
            time.sleep(0.05)

    def infos(self):
        return {file.name[:-len(".info.json")]: json.loads(file.read_text()) for file in self.data.glob("*.info.json")}

    def check_whole(self):
        """Every video has its metadata and the very bytes of the site; nothing is half there or doubled."""
        infos = self.infos()
        self.assertEqual({file.stem for file in self.data.glob("*.mp4")}, set(infos))
        for video, info in infos.items():
            path, item = self.site.videos[video]
            self.assertEqual((self.data / f"{video}.mp4").read_bytes(), path.read_bytes(), video)
            self.assertEqual(info["view_count"], item["stats"]["playCount"])
        self.assertEqual(list(self.data.rglob("*.part")), [])
        return infos

    def test_sixty_videos_of_twelve_topics(self):
        result = self.collect("--topics", self.topics(*TAGS), "--per-topic", 5)
        infos = self.check_whole()
        self.assertEqual(collections.Counter(info["topic"] for info in infos.values()),
                         {tag.capitalize(): 5 for tag in TAGS})
        self.assertIn("60 collected", result.stdout)
        for video, info in infos.items():
            item = self.site.videos[video][1]
            self.assertEqual(info["uploader_id"], item["author"]["uniqueId"])
            self.assertEqual(info["page_item"]["id"], video)
            self.assertLess(abs(info["epoch"] - time.time()), 600)
        self.assertTrue(all("foreview-collect" in agent for agent in self.site.agents), self.site.agents)
        # Again: all is known, no video is asked for.
        asked = len(self.site.requests)
        self.collect("--topics", self.topics(*TAGS), "--per-topic", 5)
        self.assertEqual([path for _, path in self.site.requests[asked:] if "video" in path or "media" in path], [])
        # It is data as ingest and run want it.
        work = self.folder / "work"
        ran = foreview("run", self.data, "--work", work, *QUICK)
        self.assertEqual(ran.returncode, 0, ran.stderr[-3000:])
        self.assertIn("60 videos, 60 with view_count", ran.stderr + ran.stdout)
        self.assertTrue((work / "report/metrics.json").is_file())

    def test_faults_on_the_way(self):
        topics = self.site.topics
        pets, music, autos, society = topics["pets"], topics["music"], topics["autos"], topics["society"]
        self.site.faults = {pets[0]: "429", pets[1]: "500", pets[2]: "cut", pets[3]: "needs cookie", pets[4]: "lies longer",
                            music[0]: "no JSON", music[1]: "removed", music[2]: "hostile id", music[3]: "10 GB",
                            music[4]: "lies shorter", autos[0]: "media is a page", autos[1]: "foreign media",
                            society[0]: "captcha", "fashion": "log-in", autos[2]: "moved", autos[3]: "moved away",
                            autos[4]: "leads away"}
        bad = {pets[4], *music, *autos[:2], *autos[3:5]}
        started = time.time()
        result = self.collect("--topics", self.topics("pets", "music", "autos", "society", "fashion"), "--per-topic", 6,
                              "--longest-wait", 30)
        said = result.stderr
        infos = self.check_whole()
        self.assertEqual({v for v in infos if v in pets + music + autos}, set(pets + music + autos) - bad)
        # What each was said to be.
        self.assertRegex(said, rf"{music[0]}: expected the item at script .*, found")
        self.assertRegex(said, rf"{music[1]}: status 404")
        self.assertRegex(said, rf"{music[2]}: expected .*found .*\.\./\.\./{music[2]}")
        self.assertRegex(said, rf"{music[3]}: its media: it has 10737418240 bytes, more than")
        self.assertRegex(said, rf"{music[4]}: its media: is no whole video: it is cut off")
        self.assertRegex(said, rf"{pets[4]}: its media: expected \d+ bytes, got \d+")
        self.assertRegex(said, rf"{autos[0]}: its media: the answer is text/html")
        self.assertRegex(said, rf"{autos[1]}: its media: localhost is no media host")
        self.assertRegex(said, rf"{autos[3]}: its media: 127.0.0.3 is no media host")
        self.assertEqual(self.site.hits[f"/moved/{autos[2]}.mp4"], 1)
        self.assertRegex(said, rf"{autos[4]}: it leads to http://localhost:\d+/.*, which is on no host of the profile local")
        self.assertRegex(said, r"topic Society stops: captcha page")
        self.assertRegex(said, r"topic Fashion stops: log-in page")
        told = self.collect("--progress").stdout
        self.assertRegex(told, r"Pets +4 +0 +0 +1\n")
        self.assertRegex(told, r"requests today \(UTC\), 2 refused by 127.0.0.1\n")
        self.assertRegex(told, r"1 passed over: status 404\n")
        # Retry-After was kept, the cut file went on where it was.
        page = next(path for _, path in self.site.requests if path.endswith("/video/" + pets[0]))
        times = [at for at, path in self.site.requests if path == page]
        self.assertGreaterEqual(times[1] - times[0], 2)
        self.assertEqual(self.site.hits[f"/media/{pets[2]}.mp4"], 2)
        self.assertEqual([f.name for f in self.folder.rglob("*") if "passwd" in f.name], [])
        self.assertTrue(all(self.folder in f.resolve().parents for f in self.folder.rglob("*")))
        self.assertLess(time.time() - started, 250)

    def test_private_addresses_and_robots_are_refused(self):
        self.site.robots = "User-agent: foreview\nDisallow: /@*/video/\n"
        result = self.collect("--topics", self.topics("pets"), "--per-topic", 2, status=1)
        self.assertRegex(result.stderr, r"robots.txt of 127.0.0.1 forbids it \(Disallow: /@\*/video/\)")
        self.assertEqual([path for _, path in self.site.requests if "/video/" in path], [])
        self.profile.write_text(self.profile.read_text().replace("private_addresses = true", "private_addresses = false"))
        shutil.rmtree(self.data)
        result = self.collect("--topics", self.topics("pets"), "--per-topic", 2,
                              "--ignore-robots-and-answer-for-it", status=1)
        self.assertIn("127.0.0.1 has a private address", result.stderr)
        self.assertEqual([path for _, path in self.site.requests if "/media/" in path], [])

    def test_limits_and_modes(self):
        topics = self.topics("pets", "music")
        plan = self.collect("--topics", topics, "--dry-run")
        self.assertIn(self.site.address + "/tag/pets", plan.stdout)
        self.assertEqual((self.site.requests, self.data.exists()), ([], False))
        result = self.collect("--topics", topics, "--per-topic", 4, "--daily-limit", 8)
        self.assertIn("the daily limit of 8 requests is reached", result.stderr)
        self.assertEqual(self.left_browsers(), [])
        self.check_whole()
        self.collect("--topics", topics, "--per-topic", 2, "--no-media", "--no-personal")
        self.assertEqual({file.stem for file in self.data.glob("*.mp4")}, self.infos().keys() & self.site.videos.keys())
        hashed = {stem: info for stem, info in self.infos().items() if stem not in self.site.videos}
        self.assertGreater(len(hashed), 0)
        for info in hashed.values():
            self.assertNotIn("page_item", info)
            self.assertNotIn("webpage_url", info)
        for _, item in self.site.videos.values():
            item["stats"]["playCount"] += 500
        time.sleep(1.1)
        self.collect("--refresh", "--no-media")
        for info in self.infos().values():
            views = [one["view_count"] for one in info["observations"]]
            self.assertEqual(views, [info["view_count"] - 500, info["view_count"]])

    def test_disk_limit(self):
        sizes = {video: path.stat().st_size for video, (path, _) in self.site.videos.items()}
        limit = 3 * max(sizes.values())
        command = ("--topics", self.topics("pets", "music"), "--per-topic", 5)
        result = self.collect(*command, "--disk-limit", limit)
        self.assertIn("the disk limit is reached", result.stderr)
        infos = self.check_whole()
        self.assertTrue(3 <= len(infos) < 10)
        self.assertLessEqual(sum(sizes[video] for video in infos), limit)
        self.collect(*command, "--disk-limit", "1GB")
        self.assertEqual(len(self.check_whole()), 10)

    def test_several_sessions_ask_each_host_one_thing_at_a_time(self):
        self.site.media_host, self.site.slowness = "localhost", 0.05
        self.profile.write_text(self.profile.read_text().replace('hosts = ["127.0.0.1", ', 'hosts = ["localhost", '))
        topics = self.site.topics
        self.site.faults = {topics["sports"][0]: "removed", topics["dance"][1]: "500", topics["comedy"][0]: "captcha"}
        result = self.collect("--topics", self.topics("sports", "dance", "comedy"), "--per-topic", 5, "--sessions", 3)
        infos = self.check_whole()
        by_topic = collections.Counter(info["topic"] for info in infos.values())
        self.assertEqual((by_topic["Sports"], by_topic["Dance"]), (5, 5), "what failed is made up for, and no more")
        self.assertEqual(result.stderr.count("topic Comedy stops"), 1)
        self.assertTrue(self.site.meeting.is_set(), "no page was asked for while another video's media was on its way")
        self.assertEqual(self.site.most_at_once, {"127.0.0.1": 1, "localhost": 1})
        self.site.hits.clear()
        self.site.faults.clear()
        for _, item in self.site.videos.values():
            item["stats"]["playCount"] += 1
        self.collect("--refresh", "--sessions", 3)
        self.assertEqual({path.split("/")[-1]: count for path, count in self.site.hits.items() if "/video/" in path},
                         dict.fromkeys(infos, 1))

    def test_pages_that_describe_their_video(self):
        self.profile.write_text((SOURCE / "share/profiles/generic.toml").read_text()
                                .replace("private_addresses = false", "private_addresses = true").replace("2.0", "0.1"))
        topics = self.folder / "topics.toml"
        topics.write_text(f'[topics]\nAll = ["{self.site.address}/list"]\n')
        self.collect("--topics", topics, "--per-topic", 6)
        infos = self.infos()
        self.assertEqual(len(infos), 6)
        wanted = [video for video in self.site.videos if video not in infos][:3]
        urls = self.folder / "urls.txt"
        lines = [f"{self.site.address}/watch/{video}" for video in wanted]
        urls.write_text("# by hand\n" + "\n".join([*lines, lines[0] + "?again"]) + "\n")
        result = self.collect("--urls", urls)
        self.assertIn("3 collected", result.stdout)
        infos = self.infos()
        self.assertEqual(set(wanted) - set(infos), set())
        for video, info in infos.items():
            path, item = self.site.videos[video]
            self.assertEqual((self.data / f"{video}.mp4").read_bytes(), path.read_bytes())
            self.assertEqual((info["description"], info["duration"]), (item["desc"], item["video"]["duration"]))
            self.assertEqual(info.get("view_count"), None if int(video) % 2 else item["stats"]["playCount"])

    def test_a_driver_that_runs_already(self):
        folder = self.folder / "driver"
        folder.mkdir()
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True, cwd=folder,
                                  env={**os.environ, "TMPDIR": str(folder)})
        try:
            port = next(match[1] for line in driver.stdout
                        if (match := re.search(r"successfully on port (\d+)", line)))
            command = ("--topics", self.topics("pets"), "--per-topic", 3, "--webdriver", f"http://127.0.0.1:{port}/")
            self.site.faults = {video: "slow" for video in self.site.topics["pets"]}
            process = subprocess.Popen(self.command(*command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.wait_for(lambda: list(self.data.rglob("*.part")), process)
            self.assertNotEqual(children_of(driver.pid), [])
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            self.assertEqual(children_of(driver.pid), [], "Ctrl-C left a browser")
            self.site.faults = {}
            self.collect(*command, "--sessions", 2)
            self.assertEqual(len(self.check_whole()), 3)
            self.assertEqual(children_of(driver.pid), [])
            self.assertIsNone(driver.poll(), "it is not ours to end")
        finally:
            driver.kill()
            driver.communicate()
        result = self.collect("--topics", self.topics("music"), "--webdriver", f"http://127.0.0.1:{port}", status=1)
        self.assertRegex(result.stderr, r"foreview: http://127.0.0.1:\d+: no browser can be opened: .*--webdriver")

    def test_killed_driver_browser_and_program(self):
        for victim, name in (("chromedriver", "driver"), ("chromium", "browser")):
            shutil.rmtree(self.data, ignore_errors=True)
            self.killed(victim)
            self.assertEqual(len(self.check_whole()), 10, name)
        shutil.rmtree(self.data, ignore_errors=True)
        self.site.faults = {video: "slow" for video in self.site.topics["pets"]}
        for _ in range(3):  # kill -9, each time on what the killed run before left
            process = self.start()
            self.wait_for(lambda: list(self.data.rglob("*.part")), process)
            told = subprocess.run(self.command("--progress"), capture_output=True, text=True, timeout=60)
            self.assertRegex(told.stdout, r"\nall +\d+ +\d+ +0 +0\n", told.stderr)
            process.kill()
            process.communicate()
            self.assertEqual(self.left_browsers(), [], "kill -9 of foreview left a browser")
            self.site.faults.popitem()
        there = len(list(self.data.glob("*.mp4")))
        process = self.start()  # Ctrl-C
        self.wait_for(lambda: len(list(self.data.glob("*.mp4"))) > there, process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("stopped as asked", said)
        self.site.faults = {}
        self.collect("--topics", self.topics("pets", "autos"), "--per-topic", 5)
        self.assertEqual(len(self.check_whole()), 10)
        archive = sqlite3.connect(self.data / ".foreview-collect/archive.sqlite")
        self.assertEqual(archive.execute("SELECT count(*), count(DISTINCT stem) FROM items WHERE state = 'done'").fetchone(),
                         (10, 10))

    def start(self):
        return subprocess.Popen(self.command("--topics", self.topics("pets", "autos"), "--per-topic", 5),
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def wait_for(self, ready, process, within=60):
        until = time.time() + within
        while not ready():
            self.assertTrue(time.time() < until and process.poll() is None, "the run ended or hung before")
            time.sleep(0.01)

    def killed(self, victim):
        """A run whose driver or browser is killed in the middle ends well all the same."""
        process = self.start()
        self.wait_for(lambda: len(list(self.data.glob("*.mp4"))) >= 2, process)
        if victim == "chromedriver":
            guards = [pid for pid, line in browsers() if "browser-guard" in line and pid not in self.before]
            pids = [pid for guard in guards for pid, name in children_of(guard) if name == "chromedriver"]
        else:
            pids = [pid for pid, line in browsers()
                    if "--user-data-dir" in line and "--type=" not in line and "guard" not in line and pid not in self.before]
        self.assertTrue(pids)
        os.kill(pids[0], signal.SIGKILL)
        _, said = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, said[-3000:])
        self.assertIn("it is started anew", said)
        self.assertEqual(self.left_browsers(), [])


if __name__ == "__main__":
    unittest.main()
