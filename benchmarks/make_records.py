"""Writes a JSON Lines file of made-up records, for the ingest benchmark: make_records.py COUNT FILE [SEED]."""

import json
import random
import sys


def record(rng, index):
    words = [f"word{rng.randrange(5000)}" for _ in range(rng.randrange(4, 14))]
    posted = 1_600_000_000 + rng.randrange(100_000_000)
    return {
        "id": str((posted << 32) + index),
        "webpage_url": f"https://www.example.com/@user{rng.randrange(200_000)}/video/{index}",
        "uploader_id": f"user{rng.randrange(200_000)}",
        "description": " ".join(words) + f" #tag{rng.randrange(900)} #tag{rng.randrange(900)}",
        "timestamp": posted,
        "epoch": posted + rng.randrange(10_000_000),
        "duration": round(rng.uniform(3, 180), 1),
        "view_count": int(rng.lognormvariate(8, 2)),
        "like_count": rng.randrange(100_000),
        "comment_count": rng.randrange(5_000),
        "channel_follower_count": f"{rng.uniform(1, 999):.1f}K",
    }


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    with open(path, "w", encoding="utf-8") as file:
        for index in range(count):
            file.write(json.dumps(record(rng, index)) + "\n")


if __name__ == "__main__":
    main()
