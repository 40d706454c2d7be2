from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.web import ByKind, Pages, Readings
from kit.errors import BadConfiguration


class Service:
    """What the pages report on."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.calendars = {"known": b"BEGIN:VCALENDAR"}
        self.readings: Readings = {"events_handled_total": 3, "inbox_waiting": 1.5}

    async def read(self) -> Readings:
        return self.readings

    async def calendar(self, token: str) -> bytes | None:
        if token == "zzfaulty":
            raise LookupError(token)
        return self.calendars.get(token)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def pages(service: Service) -> AsyncIterator[Pages]:
    pages = Pages(lambda: service.trouble, service.read, service.calendar)
    await pages.start("127.0.0.1", 0)
    yield pages
    await pages.stop()


@pytest.fixture
async def client(pages: Pages) -> AsyncIterator[aiohttp.ClientSession]:
    host, port = pages.addresses[0]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as client:
        yield client


async def test_health_is_what_the_service_says_now(client, service):
    seen = []
    for trouble in (None, "M_USER_SUSPENDED: the account is suspended", None):
        service.trouble = trouble
        async with client.get("/healthz") as answer:
            seen.append((answer.status, await answer.json()))
    assert seen == [
        (200, {"status": "ok"}),
        (503, {"status": "M_USER_SUSPENDED: the account is suspended"}),
        (200, {"status": "ok"}),
    ]


async def test_metrics_count_or_go_up_and_down(client, service):
    async with client.get("/metrics") as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/plain")
    assert re.findall(r"^(?!#)(\S+) (\S+)$", text, re.MULTILINE) == [
        ("ilan_hub_events_handled_total", "3.0"),
        ("ilan_hub_inbox_waiting", "1.5"),
    ]
    assert re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE) == [
        ("ilan_hub_events_handled_total", "counter"),
        ("ilan_hub_inbox_waiting", "gauge"),
    ]


async def test_metrics_of_a_kind_have_a_figure_for_each_word(client, service):
    service.readings = {"commands_total": ByKind("command", {"event add": 2, "ask": 1})}
    async with client.get("/metrics") as answer:
        text = await answer.text()
    assert re.findall(r"^(?!#)(\S+\{.*\}) (\S+)$", text, re.MULTILINE) == [
        ('ilan_hub_commands_total{command="event add"}', "2.0"),
        ('ilan_hub_commands_total{command="ask"}', "1.0"),
    ]


@pytest.mark.parametrize("path", ["/", "/healthz/", "/metrics/x"])
async def test_there_is_nothing_else(client, path):
    async with client.get(path) as answer:
        assert answer.status == 404


async def test_a_port_that_is_taken_is_a_wrong_setting(pages, service):
    host, port = pages.addresses[0]
    second = Pages(lambda: None, service.read, service.calendar)
    with pytest.raises(BadConfiguration, match=f"^web: cannot listen on {host}:{port}: "):
        await second.start(host, port)
    await second.stop()


async def test_a_calendar_is_sent_to_who_knows_its_token_and_only_once_while_it_stays(
    client, service
):
    async with client.get("/calendar/known.ics") as answer:
        tag = answer.headers["ETag"]
        assert (answer.status, answer.headers["Content-Type"], await answer.read()) == (
            200,
            "text/calendar; charset=utf-8",
            b"BEGIN:VCALENDAR",
        )
    seen = []
    for asked, now in ((tag, b"BEGIN:VCALENDAR"), (f'"x", {tag}', b"BEGIN:VCALENDAR"), (tag, b"!")):
        service.calendars["known"] = now
        async with client.get("/calendar/known.ics", headers={"If-None-Match": asked}) as answer:
            seen.append((answer.status, await answer.read()))
    assert seen == [(304, b""), (304, b""), (200, b"!")]
    async with client.get("/calendar/unknown.ics") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("token", "status", "error"),
    [("zzlong" + "a" * 9000, 400, "LineTooLong"), ("zzfaulty", 500, "LookupError")],
)
async def test_what_was_asked_for_is_in_no_log(client, caplog, token, status, error):
    async with client.get(f"/calendar/{token}.ics") as answer:
        assert answer.status == status
    assert [record.getMessage() for record in caplog.records] == [f"a request failed: {error}"]
    assert "zz" not in caplog.text
    assert "Traceback" not in caplog.text
