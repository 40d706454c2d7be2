"""Learning apart from the hub, once for the same examples: pure Python holds up every thread.

``python -m bot.understanding.wishes.learning`` reads a lesson and writes what was learnt.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import structlog

import kit.words
import language
from bot.understanding.wishes.learnt import Learnt, learn
from bot.understanding.wishes.lesson import Lesson
from bot.understanding.wishes.recogniser import Recogniser
from kit.beside import start_beside
from language.kept import KeptFiles
from language.meaning import Encoder

_NAME = "wishes"
_PATIENCE = 120  # seconds

log = structlog.get_logger(__name__)


async def learn_apart(lesson: Lesson, directory: Path, encoder: Encoder | None) -> Recogniser:
    """Learn in a process that ends with it; what was learnt is kept in *directory*.

    Where such a process fails it is learnt here, which others notice.
    """
    files = KeptFiles(directory, lambda name, why: log.warning("not_kept", name=name, reason=why))
    written = lesson.written()
    made_of = (*_makers(), written)
    found = await asyncio.to_thread(files.find, _NAME, made_of)
    if found is None:
        content = await _learnt_apart(written)
        if content is None:
            content = b"".join(await asyncio.to_thread(lambda: learn(lesson).packed()))
        found = await asyncio.to_thread(files.keep, _NAME, made_of, content)
    learnt = Learnt.unpacked(found)
    return await asyncio.to_thread(Recogniser, lesson, learnt, encoder)


async def _learnt_apart(written: str) -> bytes | None:
    process = await start_beside(__name__)
    try:
        async with asyncio.timeout(_PATIENCE):
            content, _none = await process.communicate(written.encode("ascii"))
    except TimeoutError:
        content = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("learning.failed", status=process.returncode)
        return None
    return content


def _makers() -> Sequence[str]:
    """Give the source of all that reads sentences: when it changes it is learnt anew."""
    packages = (Path(__file__).parent, *map(Path, language.__path__))
    files = [file for package in packages for file in sorted(package.glob("*.py"))]
    sources = [file.read_text("utf-8") for file in (*files, Path(kit.words.__file__))]
    return [sys.byteorder, version("pystemmer"), *sources]


if __name__ == "__main__":
    sys.stdout.buffer.writelines(learn(Lesson.read(sys.stdin.read())).packed())
