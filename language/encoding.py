"""The encoder's process: ``python -m language.encoding DIRECTORY``, for ``language.apart`` only.

It reads questions on standard input, answers them in their order on standard output, and ends with
who asks. It is given sentences and answers numbers, and knows nothing else of the hub.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from language.encoder import PointLikeness, UniversalEncoder
from language.frames import Message, frame, messages


def serve(kept: Path, asked: Iterator[Message], answers: BinaryIO) -> None:
    """Answer what is *asked*; what takes long to learn is *kept* in a directory."""

    def answer(message: Message) -> None:
        answers.write(frame(message))
        answers.flush()

    def not_kept(name: str, reason: str) -> None:
        answer({"not_kept": name, "reason": reason})

    known: dict[str, PointLikeness] = {}
    try:
        encoder = UniversalEncoder(kept, not_kept)
        for each in asked:
            match each:
                case {"learn": name, "nearest": nearest, "sentences": sentences}:
                    known[name] = encoder.likeness(nearest, name)
                    known[name].put(sentences)
                    answer({"id": each["id"]})
                case {"put": name, "sentences": sentences}:
                    known[name].put(sentences)
                    answer({"id": each["id"]})
                case {"near": name, "said": said}:
                    answer({"id": each["id"], "near": known[name].to(said)})
    except Exception as error:  # noqa: BLE001 -- its text may quote what somebody said
        answer({"failed": type(error).__name__})


def _asked(questions: BinaryIO) -> Iterator[Message]:
    """Read in a thread, so that it is noticed at once that who asks has gone, however it ended."""
    waiting: SimpleQueue[Message] = SimpleQueue()

    def read() -> None:
        for each in messages(questions):
            waiting.put(each)
        os._exit(0)

    Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the hub, with which it ends
        signal.signal(number, signal.SIG_IGN)
    serve(Path(sys.argv[1]), _asked(sys.stdin.buffer), sys.stdout.buffer)
