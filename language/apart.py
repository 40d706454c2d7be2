"""The encoder in a process of its own: who is answered meanwhile does not wait for it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from threading import Lock
from time import monotonic

import structlog

from kit.beside import start_beside
from language.frames import Message, frame, received
from language.meaning import Likeness

_PORTION = 8  # things that are put at once: a question waits for no more than these
_PAUSES = (1, 5, 30, 300)  # seconds before the next start, longer each time
_WELL = 600  # seconds: what lived so long is started again as if for the first time
_ENDING = 2  # seconds
_STUCK = 30  # seconds that a question may be late

log = structlog.get_logger(__name__)


class _Ended(Exception):
    """The process ended before it answered."""


class EncoderProcess:
    """Keeps the process alive and asks it; while there is none, nothing is near anything."""

    def __init__(self, kept: Path, *, patience: float = 0.5) -> None:
        """Let it keep what it learns in the directory *kept*.

        A question is waited for as many seconds as *patience* says.
        """
        self._kept = kept
        self._patience = patience
        self._likenesses: list[_Asked] = []
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._late: set[int] = set()
        self._learning = False
        self._process: Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken, self._taught = asyncio.Event(), asyncio.Event()
        self.starts = 0

    @property
    def ready(self) -> bool:
        """Whether it knows all sentences, and answers in time."""
        return self._taught.is_set() and not self._late

    def likeness(self, nearest: int, kept: str) -> Likeness:
        """Begin to compare, as ``Encoder`` says."""
        likeness = _Asked(self, nearest, kept)
        self._likenesses.append(likeness)
        return likeness

    async def taught(self) -> None:
        """Wait until it knows all sentences that were put so far."""
        await asyncio.sleep(0)  # a wake may be on its way
        await self._taught.wait()

    async def run(self) -> None:
        """Run it until cancelled. One that ends is started again, after a rest.

        It gets no setting, key or address, and ends with the hub, however that ends: by its
        standard input, which is closed then.
        """
        self._loop = asyncio.get_running_loop()
        early = 0
        try:
            while True:
                began = monotonic()
                status = await self._live()
                early = 0 if monotonic() - began > _WELL else early
                pause = _PAUSES[min(early, len(_PAUSES) - 1)]
                early += 1
                log.warning("encoder.ended", status=status, again_in=pause)
                await asyncio.sleep(pause)
        finally:
            self._loop = None

    async def _live(self) -> int | None:
        """Live with one process to its end; returns its exit status."""
        self.starts += 1
        process = await start_beside("language.encoding", str(self._kept.absolute()))
        self._process = process
        tasks = [asyncio.create_task(self._hear(process)), asyncio.create_task(self._teach())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._process, self._learning = None, False
            self._taught.clear()
            self._late.clear()
            for future in self._waiting.values():
                future.set_exception(_Ended)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _ended(process)
        return process.returncode

    async def _hear(self, process: Process) -> None:
        """Give each answer to who waits for it, if somebody still does."""
        assert process.stdout is not None
        while (message := await received(process.stdout)) is not None:
            match message:
                case {"id": number}:
                    self._late.discard(number)
                    if future := self._waiting.pop(number, None):
                        future.set_result(message)
                case {"not_kept": name, "reason": reason}:
                    log.warning("numbers.not_kept", name=name, reason=reason)
                case {"failed": kind}:
                    log.error("encoder.failed", kind=kind)

    async def _teach(self) -> None:
        """Tell a new process all sentences, and then those that change."""
        for likeness in self._likenesses:
            likeness.begin_again()
        while True:
            self._woken.clear()
            for likeness in self._likenesses:
                while lesson := likeness.lesson():
                    self._taught.clear()
                    self._learning = not likeness.known
                    await self._ask(next(self._numbers), lesson)
                    self._learning, likeness.known = False, True
            self._taught.set()
            await self._woken.wait()

    async def near(self, name: str, said: str) -> Mapping[str, float]:
        """Ask how near *said* is to each thing; while an answer is late, nobody waits for more."""
        process, number = self._process, next(self._numbers)
        if process is None or self._learning or self._late:
            return {}
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._ask(number, {"near": name, "said": said})
        except TimeoutError:
            self._late.add(number)
            asyncio.get_running_loop().call_later(_STUCK, self._give_up, process, number)
            return {}
        except _Ended:
            return {}
        near: Mapping[str, float] = answer["near"]
        return near

    def _give_up(self, process: Process, number: int) -> None:
        if number in self._late and process is self._process:
            log.warning("encoder.stuck", seconds=_STUCK)
            process.kill()

    def wake(self) -> None:
        """Say, in any thread, that there are sentences to be told."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._teach_more)

    def _teach_more(self) -> None:
        self._taught.clear()
        self._woken.set()

    async def _ask(self, number: int, question: Message) -> Message:
        """Ask one thing.

        Raises:
            _Ended: there will be no answer.
        """
        process = self._process
        if process is None or process.stdin is None:
            raise _Ended
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            process.stdin.write(frame({"id": number, **question}))
            return await future
        finally:
            self._waiting.pop(number, None)


async def _ended(process: Process) -> None:
    """Let it end by itself, as it does without input; else end it."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(_ENDING):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class _Asked(Likeness):
    """Remembers the sentences, for a process that starts anew."""

    def __init__(self, process: EncoderProcess, nearest: int, name: str) -> None:
        self._process = process
        self._nearest = nearest
        self._name = name
        self._sentences: dict[str, Sequence[str]] = {}
        self._changed: dict[str, Sequence[str]] = {}
        self._changing = Lock()
        self.known = False  # to the process, which has learnt from what was put first

    def put(self, sentences: Mapping[str, Sequence[str]]) -> None:
        with self._changing:
            self._changed.update(sentences)
            self._sentences.update(sentences)
            for thing in [thing for thing, said in sentences.items() if not said]:
                del self._sentences[thing]
        self._process.wake()

    async def to(self, said: str) -> Mapping[str, float]:
        return await self._process.near(self._name, said) if self.known else {}

    def begin_again(self) -> None:
        """Take it that nothing is known."""
        self.known = False

    def lesson(self) -> Message | None:
        """Take what is to be told next, if anything is."""
        with self._changing:
            if self.known:
                portion = dict(islice(self._changed.items(), _PORTION))
                for thing in portion:
                    del self._changed[thing]
                return {"put": self._name, "sentences": portion} if portion else None
            self._changed.clear()
            if not self._sentences:
                return None
            learn = {"learn": self._name, "nearest": self._nearest}
            return learn | {"sentences": dict(self._sentences)}
