"""Stands for the embedder: a vector is the text itself, and likeness is a word in common."""

from __future__ import annotations

import json
import sys

for line in sys.stdin:
    asked = json.loads(line)
    words = set(asked["text"].split())
    if "die" in words:
        break
    if "hang" in words:
        continue
    answer: object
    if "items" in asked:
        met = [bool(words & set(" ".join(vectors).split())) for vectors in asked["items"]]
        answer = {"likeness": [float(each) for each in met]}
    else:
        answer = {"vector": asked["text"]}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
