"""Pages for machines: health, metrics and calendars."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kit.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class ByKind:
    """Figures of one name, each for one word of a closed set, which *label* calls."""

    label: str
    figures: Mapping[str, float]


Readings = Mapping[str, float | ByKind]


async def ask_health(host: str, port: int) -> str | None:
    """Ask a hub on this machine how it is: ok, what is wrong, or None without an answer."""
    patience = ClientTimeout(total=10)
    try:
        async with (
            ClientSession(timeout=patience) as session,
            session.get(f"http://{host}:{port}/healthz") as answer,
        ):
            return str((await answer.json())["status"])
    except (ClientError, TimeoutError, ValueError, LookupError, TypeError):
        return None


class _Discreet(logging.Filter):
    """Name the error of a request, and not what was asked for: an address holds a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the words of the error away, which quote the request."""
        error = record.exc_info[1] if record.exc_info else None
        record.msg, record.args = "a request failed: %s", (type(error).__name__,)
        record.exc_info = None
        return True


_LOG = logging.getLogger("ilan_hub.web")
_LOG.addFilter(_Discreet())


class _Readings(Collector):
    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> list[Metric]:
        """Turn readings into metrics: names that end in _total count, the others go up and down."""
        return [_metric(name, reading) for name, reading in self._readings.items()]


def _metric(name: str, reading: float | ByKind) -> Metric:
    family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    label, figures = (
        (reading.label, reading.figures) if isinstance(reading, ByKind) else (None, {"": reading})
    )
    metric = family(f"ilan_hub_{name}", name.replace("_", " "), labels=[label] if label else [])
    for word, figure in figures.items():
        metric.add_metric([word] if label else [], figure)
    return metric


class Pages:
    """A small web server on its own port."""

    def __init__(
        self,
        trouble: Callable[[], str | None],
        readings: Callable[[], Awaitable[Readings]],
        calendar: Callable[[str], Awaitable[bytes | None]],
    ) -> None:
        """Serve what *trouble* and *readings* say at the moment, and the *calendar* of a token."""
        self._trouble = trouble
        self._readings = readings
        self._calendar = calendar
        application = web.Application()
        application.add_routes(
            [
                web.get("/healthz", self._health),
                web.get("/metrics", self._metrics),
                web.get("/calendar/{token}.ics", self._feed),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, logger=_LOG)

    async def start(self, host: str, port: int) -> None:
        """Listen on *host* and *port* (0: any free one)."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            message = f"web: cannot listen on {host}:{port}: {error.strerror}"
            raise BadConfiguration(message) from error

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens."""
        return [(str(host), int(port)) for host, port, *_rest in self._runner.addresses]

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        trouble = self._trouble()
        return web.json_response({"status": trouble or "ok"}, status=503 if trouble else 200)

    async def _feed(self, request: web.Request) -> web.Response:
        """Send a calendar, unless it is as it was (RFC 9110, 13.1.2)."""
        written = await self._calendar(request.match_info["token"])
        if written is None:
            raise web.HTTPNotFound
        tag = sha256(written).hexdigest()
        headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
        asked = request.if_none_match or ()
        if any(each.value in {tag, "*"} for each in asked):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=written, content_type="text/calendar", charset="utf-8", headers=headers
        )

    async def _metrics(self, _request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        registry.register(_Readings(await self._readings()))
        body = generate_latest(registry)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4"})
