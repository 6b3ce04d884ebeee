"""A small video site on loopback: topic pages with endless scroll, item pages in three forms, media with ranges, and
faults on demand."""
import collections
import html
import http.server
import json
import re
import threading
import time

FORMS = ("SIGI_STATE", "__UNIVERSAL_DATA_FOR_REHYDRATION__", "__NEXT_DATA__")

TOPIC_PAGE = """<!DOCTYPE html><title>%s</title><div id=list></div><div style="height:3000px"></div><script>
let from = 0, busy = false;
async function more() {
  if (busy) return;
  busy = true;
  for (const href of await (await fetch('/more?tag=%s&from=' + from)).json()) {
    const a = document.createElement('a');
    a.href = href; a.textContent = href;
    document.getElementById('list').append(a, document.createElement('br'));
    from++;
  }
  busy = false;
}
addEventListener('scroll', more);
more();
</script>"""


def state_script(form, item):
    state = {"SIGI_STATE": {"ItemModule": {item["id"]: item}},
             "__UNIVERSAL_DATA_FOR_REHYDRATION__":
                 {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": item}}}},
             "__NEXT_DATA__": {"props": {"pageProps": {"itemInfo": {"itemStruct": item}}}}}[form]
    text = json.dumps(state).replace("</", "<\\/")
    return f'<script id="{form}" type="application/json">{text}</script>'


def described_page(item, media):
    """A page that tells of its video in JSON-LD or, every second one, in Open Graph."""
    seconds = item["video"]["duration"]
    if int(item["id"]) % 2:
        tags = {"og:video": media, "og:description": item["desc"], "og:video:duration": seconds}
        return "".join(f'<meta property="{name}" content="{html.escape(str(value))}">' for name, value in tags.items())
    video = {"@type": "VideoObject", "description": item["desc"], "contentUrl": media, "duration": f"PT{seconds}S",
             "uploadDate": "2026-01-31T10:00:00Z", "author": {"@type": "Person", "name": item["author"]["uniqueId"]},
             "interactionStatistic": [{"@type": "InteractionCounter", "interactionType": "https://schema.org/WatchAction",
                                       "userInteractionCount": item["stats"]["playCount"]}]}
    text = json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, video]}).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


class Site:
    """`videos`: id -> (path of its mp4, item). `topics`: tag -> list of ids."""

    def __init__(self, videos, topics):
        self.videos, self.topics = videos, topics
        self.faults = {}  # id -> name of a fault; tag -> the same
        self.requests = []  # (time, path)
        self.hits = collections.Counter()
        self.agents = set()
        self.robots = "User-agent: *\nDisallow: /private/\n"
        self.media_host = "127.0.0.1"
        self.slowness = 0  # seconds before each answer
        self.at_once, self.most_at_once = collections.Counter(), collections.Counter()  # requests by host
        self.meeting = threading.Event()  # the first media answer waits until another page was asked for
        self.lock = threading.Lock()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                with site.lock:
                    site.requests.append((time.time(), self.path))
                    site.hits[self.path.split("?")[0]] += 1
                    site.agents.add(self.headers.get("User-Agent", ""))
                site.count_at_once(self)
                try:
                    site.answer(self)
                except ConnectionError:
                    pass

            def send(self, status, body, kind="text/html; charset=utf-8", **headers):
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def count_at_once(self, request):
        """Requests that wait for an answer; what a page itself asks for does not count."""
        if not self.slowness or not any(part in request.path for part in ("/video/", "/media/", "/tag/", "robots.txt")):
            return
        host = request.headers["Host"].split(":")[0]
        with self.lock:
            self.at_once[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.at_once[host])
            media = sum("/media/" in path for path in self.hits)
        time.sleep(self.slowness)
        if "/video/" in request.path and media > 0:
            self.meeting.set()
        if "/media/" in request.path and media == 1:
            self.meeting.wait(30)
        with self.lock:
            self.at_once[host] -= 1

    def answer(self, request):
        path, _, query = request.path.partition("?")
        if path == "/robots.txt":
            return request.send(200, self.robots, "text/plain")
        if path.startswith("/tag/"):
            tag = path[5:]
            if self.faults.get(tag) == "log-in":
                return request.send(302, "", Location="/login?next=" + tag)
            return request.send(200, TOPIC_PAGE % (tag, tag), Set_Cookie="session=abc; Path=/")
        if path == "/login":
            return request.send(200, "<h1>Log in</h1>")
        if path == "/more":
            values = dict(pair.split("=") for pair in query.split("&"))
            start = int(values["from"])
            links = [f"/@{self.videos[v][1]['author']['uniqueId']}/video/{v}" for v in self.topics[values["tag"]]]
            return request.send(200, json.dumps(links[start:start + 3]), "application/json")
        if match := re.fullmatch(r"/@[^/]+/video/([^/]+)", path):
            return self.item_page(request, match[1])
        if match := re.fullmatch(r"/watch/([^/]+)", path):
            return request.send(200, described_page(self.videos[match[1]][1], f"/media/{match[1]}.mp4"))
        if path == "/list":
            return request.send(200, "".join(f'<a href="/watch/{v}?from=list">{v}</a> ' for v in self.videos))
        if match := re.fullmatch(r"/(?:media|moved)/([^/]+)\.mp4", path):
            return self.media(request, match[1])
        return request.send(404, "nothing here")

    def item_page(self, request, video):
        fault, first = self.faults.get(video), self.hits[request.path] == 1
        if fault == "429" and first:
            return request.send(429, "slower", Retry_After=2)
        if fault == "500" and first:
            return request.send(500, "oops")
        if fault == "leads away" and request.headers["Host"].startswith("127."):
            return request.send(302, "", Location=f"http://localhost:{self.server.server_port}{request.path}")
        if fault == "removed":
            return request.send(404, "gone")
        if fault == "captcha":
            return request.send(200, '<div class="captcha-verify-container">Slide the puzzle</div>')
        item = dict(self.videos[video][1])
        item["video"] = {**item["video"], "playAddr": f"http://{self.media_host}:{self.server.server_port}/media/{video}.mp4"}
        if fault == "foreign media":
            item["video"]["playAddr"] = f"http://localhost:{self.server.server_port}/media/{video}.mp4"
        if fault == "hostile id":
            item["id"] = "../../" + video
        form = FORMS[int(video) % 3]
        body = state_script(form, item) if fault != "no JSON" else "<p>all new</p>"
        request.send(200, f"<!DOCTYPE html><title>x</title><body>{body}<p>{item['desc']}</p></body>")

    def media(self, request, video):
        data = self.videos[video][0].read_bytes()
        fault, path = self.faults.get(video), request.path
        if fault == "needs cookie" and "session=abc" not in request.headers.get("Cookie", ""):
            return request.send(403, "no")
        if (host := {"moved": "127.0.0.1", "moved away": "127.0.0.3"}.get(fault)) and path.startswith("/media/"):
            return request.send(302, "", Location=f"http://{host}:{self.server.server_port}/moved/{video}.mp4")
        if fault == "media is a page":
            return request.send(200, "<h1>no video</h1>")
        if fault == "10 GB":
            request.send_response(200)
            request.send_header("Content-Type", "video/mp4")
            request.send_header("Content-Length", str(10 * 2 ** 30))
            request.end_headers()
            request.close_connection = True
            return request.wfile.write(data)
        start = 0
        if match := re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", "")):
            start = int(match[1])
        if start >= len(data) and start:
            return request.send(416, "", Content_Range=f"bytes */{len(data)}")
        said = len(data) + (1000 if fault == "lies longer" else -1000 if fault == "lies shorter" else 0)
        end = min(len(data), said)
        if fault == "cut" and self.hits[path] == 1:
            end = len(data) // 2
        request.send_response(206 if start else 200)
        request.send_header("Content-Type", "video/mp4")
        request.send_header("Content-Length", str(said - start))
        request.send_header("ETag", f'"{video}"')
        if start:
            request.send_header("Content-Range", f"bytes {start}-{said - 1}/{said}")
        request.end_headers()
        if end < said:
            request.close_connection = True
        if fault == "slow":
            for at in range(start, end, 20000):
                request.wfile.write(data[at:min(at + 20000, end)])
                time.sleep(0.3)
        else:
            request.wfile.write(data[start:end])


def site_of(sample, tags):
    """The videos of a `foreview sample` folder, dealt out to the tags."""
    videos, topics = {}, {tag: [] for tag in tags}
    for number, row in enumerate(sorted(json.loads((sample / "metadata.json").read_text()), key=lambda row: row["id"])):
        item = {"id": row["id"], "desc": row["description"], "createTime": str(row["timestamp"]),
                "author": {"uniqueId": row["uploader_id"], "nickname": "N. " + row["uploader_id"], "id": "9" + row["id"][:5]},
                "stats": {"playCount": 1000 + 37 * number, "diggCount": number, "commentCount": 1, "shareCount": 2},
                "video": {"duration": 3, "width": 144, "height": 256},
                "music": {"title": "original sound", "authorName": row["uploader_id"]},
                "textExtra": [{"hashtagName": word[1:]} for word in row["description"].split() if word.startswith("#")]}
        videos[row["id"]] = (sample / f"{row['id']}.mp4", item)
        topics[tags[number % len(tags)]].append(row["id"])
    return Site(videos, topics)
