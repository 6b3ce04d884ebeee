"""Models from a hub that the test itself serves: one that cuts connections, lies and serves wrong bytes."""
import hashlib
import http.server
import json
import os
import signal
import subprocess
import threading
import time
import unittest

from support import FOREVIEW, TestCase, foreview

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = bytes(range(256)) * 4096  # 1 MiB
FILES = {"config.json": b'{"model_type": "whisper"}', "1_Pooling/config.json": b"{}", "model.safetensors": WEIGHTS,
         "pytorch_model.bin": b"pickled"}


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Hub:
    """A server on loopback; its attributes say how it misbehaves."""

    def __init__(self):
        self.cuts, self.ranges, self.wrong, self.status, self.slow = 0, True, False, 200, False
        self.said_size, self.extra_path, self.redirect = len(WEIGHTS), None, None
        self.requests = []  # (path, Range, Authorization)
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                hub.requests.append((self.path, self.headers.get("Range"), self.headers.get("Authorization")))
                hub.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def listing(self):
        siblings = []
        for name, data in FILES.items():
            entry = {"rfilename": name, "size": len(data), "blobId": git_sha1(data)}
            if name == "model.safetensors":
                entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": self.said_size}
            siblings.append(entry)
        if self.extra_path:
            siblings.append({"rfilename": self.extra_path, "size": 2, "blobId": git_sha1(b"{}")})
        return json.dumps({"sha": COMMIT, "siblings": siblings}).encode()

    def answer(self, handler):
        if self.status != 200:
            handler.send_response(self.status)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        elif handler.path.startswith("/api/"):
            self.send(handler, self.listing())
        else:
            name = handler.path.split(f"/resolve/{COMMIT}/")[1]
            if self.redirect and name == "model.safetensors":
                handler.send_response(302)
                handler.send_header("Location", self.redirect + handler.path)
                handler.send_header("Content-Length", "0")
                handler.end_headers()
            else:
                self.send(handler, FILES[name], name == "model.safetensors")

    def send(self, handler, data, weights=False):
        start = 0
        if weights and self.wrong:
            data = data[:-1] + b"?"
        if weights and self.ranges and handler.headers.get("Range"):
            start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Length", str(len(data) - start))
        handler.end_headers()
        body = data[start:]
        if weights and self.cuts > 0:
            self.cuts -= 1
            body = body[:len(body) // 2]
        try:
            for at in range(0, len(body), 65536):
                handler.wfile.write(body[at:at + 65536])
                if weights and self.slow:
                    time.sleep(0.2)
        except OSError:
            pass
        handler.close_connection = True


class ModelHub(TestCase):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub()
        self.cache = self.folder / "cache"
        self.model = self.cache / "models--openai--whisper-base"
        self.environment = {"HF_ENDPOINT": self.hub.url, "HF_HUB_CACHE": str(self.cache), "HF_HOME": str(self.folder),
                            "HF_TOKEN": "secret", "HF_HUB_OFFLINE": "0"}
        # Whatever this machine has set must not come between the program and the test's server.
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            self.environment[name] = ""

    def start_hub(self):
        hub = Hub()
        self.addCleanup(hub.close)
        return hub

    def call(self, status, *arguments):
        result = foreview("model", *arguments, environment=self.environment)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout if status == 0 else result.stdout + result.stderr

    def pull(self, status=0):
        return self.call(status, "pull", "openai/whisper-base")

    def assert_whole(self):
        snapshot = self.model / "snapshots" / COMMIT
        found = {str(f.relative_to(snapshot)): f.read_bytes() for f in snapshot.rglob("*") if f.is_file()}
        self.assertEqual(found, {name: data for name, data in FILES.items() if not name.endswith(".bin")})
        self.assertTrue(all(f.is_symlink() for f in snapshot.rglob("*") if f.is_file()))
        self.assertEqual((self.model / "refs" / "main").read_text(), COMMIT)
        self.assertEqual(list(self.model.rglob("*.incomplete")), [])

    def assert_nothing_looks_complete(self):
        self.assertFalse((self.model / "snapshots").exists())
        self.assertFalse((self.model / "blobs" / hashlib.sha256(WEIGHTS).hexdigest()).exists())

    def test_a_pulled_model_is_found_by_its_id(self):
        def transcribe():
            return foreview("transcribe", "nothing.wav", "--model", "openai/whisper-base", environment=self.environment)

        before = transcribe()
        self.assertEqual(before.returncode, 2)
        self.assertIn("foreview model pull", before.stderr)
        self.pull()
        after = transcribe()  # the bytes in this hub are no real model: the line names the folder that was found
        self.assertEqual(after.returncode, 1, after.stderr)
        self.assertIn(str(self.model / "snapshots" / COMMIT), after.stderr)

    def test_pull_list_verify_rm(self):
        self.assertEqual(self.pull().strip(), str(self.model / "snapshots" / COMMIT))
        self.assert_whole()
        self.assertIn("openai/whisper-base", self.call(0, "list"))
        self.assertIn("good", self.call(0, "verify"))
        blob = self.model / "blobs" / hashlib.sha256(WEIGHTS).hexdigest()
        blob.write_bytes(b"!" + WEIGHTS[1:])
        self.assertIn("wrong bytes", self.call(1, "verify"))
        other = self.cache / "models--other--model"
        other.mkdir()
        self.assertIn("1.0 MB freed", self.call(0, "rm", "openai/whisper-base"))
        self.assertFalse(self.model.exists())
        self.assertTrue(other.exists())

    def test_cut_connection_goes_on_by_range(self):
        self.hub.cuts = 2
        self.pull()
        self.assert_whole()
        ranges = [r for path, r, _ in self.hub.requests if path.endswith("model.safetensors")]
        self.assertEqual(ranges, [None, f"bytes={len(WEIGHTS) // 2}-", f"bytes={len(WEIGHTS) * 3 // 4}-"])

    def test_server_without_ranges_sends_the_whole_again(self):
        self.hub.cuts, self.hub.ranges = 1, False
        self.pull()
        self.assert_whole()

    def test_killed_pull_goes_on(self):
        self.hub.slow = True
        program = subprocess.Popen([FOREVIEW, "model", "pull", "openai/whisper-base"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env={**os.environ, **self.environment})
        incomplete = self.model / "blobs" / (hashlib.sha256(WEIGHTS).hexdigest() + ".incomplete")
        while not (incomplete.exists() and incomplete.stat().st_size > 0):
            self.assertIsNone(program.poll())
            time.sleep(0.02)
        program.send_signal(signal.SIGKILL)
        program.wait()
        self.assert_nothing_looks_complete()
        self.hub.slow = False
        self.pull()
        self.assert_whole()
        self.assertIsNotNone(self.hub.requests[-1][1])

    def test_wrong_bytes_and_lying_sizes_leave_nothing(self):
        self.hub.wrong = True
        self.assertIn("wrong bytes", self.pull(1))
        self.assert_nothing_looks_complete()
        self.hub.wrong = False
        self.hub.said_size = len(WEIGHTS) - 1
        self.assertIn("sends more than it said", self.pull(1))
        self.assert_nothing_looks_complete()
        self.hub.said_size = len(WEIGHTS) + 1
        self.assertIn("sends less than it said", self.pull(1))
        self.assert_nothing_looks_complete()

    def test_refusals_are_one_line(self):
        for status, said in ((401, "HF_TOKEN"), (404, "no such model"), (429, "fewer requests"), (500, "server fails")):
            self.hub.status = status
            self.assertIn(said, self.pull(1))
        self.assertFalse(self.model.exists())

    def test_hostile_paths_are_refused(self):
        for path in ("../evil.json", "/evil.json", "a/../../evil.json", "a//b.json", "a\\b.json"):
            self.hub.extra_path = path
            self.assertIn("paths inside the model's folder", self.pull(1))
        self.assertFalse(self.model.exists())
        self.assertEqual(list(self.folder.rglob("evil.json")), [])

    def test_token_goes_to_the_hub_only(self):
        other = self.start_hub()
        self.hub.redirect = other.url
        self.pull()
        self.assert_whole()
        self.assertEqual({token for _, _, token in self.hub.requests}, {"Bearer secret"})
        self.assertEqual([token for _, _, token in other.requests], [None])

    def test_offline_asks_nobody(self):
        self.environment["HF_HUB_OFFLINE"] = "1"
        self.assertIn("HF_HUB_OFFLINE", self.pull(1))
        self.assertEqual(self.hub.requests, [])

    def test_names_that_are_none(self):
        self.call(2, "pull", "../../etc")
        self.call(2, "rm", "..")
        self.assertEqual(self.hub.requests, [])


if __name__ == "__main__":
    unittest.main()
