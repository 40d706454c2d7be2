"""Each thing that a homeserver may not do for the hub is named with what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.matrix.client import MEDIA, V3, Client, Refused
from bot.matrix.inspection import SEVERAL, Finding, inspect
from bot.settings import MatrixSettings
from tests.harness import HUB

ROOM = "/rooms/%21a%3Atest"
SETTINGS = MatrixSettings(homeserver="https://matrix.test", user_id=HUB)
BLOCKED = "/user/%40hub%3Atest/account_data/m.invite_permission_config"
FORBIDDEN = Refused(403, "M_FORBIDDEN")
MENTION = {"rule_id": ".m.rule.is_user_mention", "enabled": True, "actions": ["notify"]}
NOTICE = {"rule_id": ".m.rule.suppress_notices", "enabled": True, "actions": []}


class Homeserver(Client):
    """Does everything the hub needs, but for what the test says."""

    def __init__(self, but: Mapping[str, Any]) -> None:
        self.user_id = HUB
        self.asked: list[str] = []
        self.bodies: list[tuple[str, Any]] = []
        self.sent = 0
        self._answers: dict[str, Any] = {
            "GET " + BLOCKED: Refused(404, "M_NOT_FOUND"),
            "GET /pushrules/": {"global": {"override": [MENTION, NOTICE]}},
            "GET /retention/configuration": {"policies": {"*": {"max_lifetime": 86_400_000}}},
            "POST /upload": {"content_uri": "mxc://test/a"},
            "POST /createRoom": {"room_id": "!a:test"},
            f"GET {ROOM}/state/m.room.create/": {"room_version": "11"},
            f"POST {ROOM}/invite": {},
            f"PUT {ROOM}/send": {"event_id": "$a"},
            f"POST {ROOM}/leave": {},
            f"POST {ROOM}/forget": {},
        } | dict(but)

    async def call(
        self, method, path, body=None, *, query=None, patience=30, below=V3
    ) -> dict[str, Any]:
        assert (below == MEDIA) == (path == "/upload")
        assert ("unstable" in below) == path.startswith("/retention")
        request = f"{method} {path.partition('/org.ilan')[0]}"
        self.asked.append(request)
        self.bodies.append((request, body))
        answer = self._answers[request]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def findings(**but: Any) -> tuple[list[Finding], Homeserver]:
    server = Homeserver(but)
    names = iter(range(100))
    found = [each async for each in inspect(server, SETTINGS, lambda: f"t{next(names)}")]
    return found, server


async def test_a_homeserver_that_does_all_of_it_gets_nothing_to_mend():
    found, server = await findings()
    assert [(each.what, each.mend) for each in found] == [
        (what, "")
        for what in (
            "being invited",
            "being heard",
            "being quiet",
            "files",
            "retention",
            "room version",
            "inviting",
            "rate limits",
        )
    ]
    assert server.asked.count(f"PUT {ROOM}/send") == SEVERAL
    assert server.asked[-2:] == [f"POST {ROOM}/leave", f"POST {ROOM}/forget"]


@pytest.mark.parametrize(("version", "asked"), [(None, {}), ("11", {"room_version": "11"})])
async def test_rooms_are_tried_in_the_version_that_is_set(
    version: str | None, asked: dict[str, str]
):
    server = Homeserver({})
    [each async for each in inspect(server, SETTINGS, lambda: "t", version)]
    usual = {"preset": "private_chat", "name": "ilan-hub check"}
    assert [body for request, body in server.bodies if request == "POST /createRoom"] == [
        usual | asked
    ]


@pytest.mark.parametrize(
    ("request_", "answer", "what", "mend", "needed"),
    [
        ("GET " + BLOCKED, {"default_action": "block"}, "being invited", "PUT {} to", True),
        ("GET /pushrules/", {"global": {"override": [NOTICE]}}, "being heard", "Matrix 1.7", False),
        (
            "GET /pushrules/",
            {"global": {"override": [MENTION | {"enabled": False}, NOTICE]}},
            "being heard",
            "Matrix 1.7",
            False,
        ),
        (
            "GET /pushrules/",
            {"global": {"override": [MENTION]}},
            "being quiet",
            "push rules",
            False,
        ),
        (
            "GET /pushrules/",
            {"global": {"override": [MENTION, NOTICE | {"actions": ["notify"]}]}},
            "being quiet",
            "push rules",
            False,
        ),
        (
            "GET /retention/configuration",
            Refused(404, "M_UNRECOGNIZED"),
            "retention",
            "homeserver.yaml",
            False,
        ),
        ("POST /upload", FORBIDDEN, "files", "upload", True),
        ("POST /createRoom", FORBIDDEN, "rooms", "make rooms", True),
        ("POST /createRoom", Refused(403, "M_USER_SUSPENDED"), "rooms", "administrator", True),
        (
            f"GET {ROOM}/state/m.room.create/",
            {"room_version": "9"},
            "room version",
            "space.room_version",
            True,
        ),
        (
            f"GET {ROOM}/state/m.room.create/",
            {"room_version": "12"},
            "room version",
            "set space.room_version to 11 before",
            False,
        ),
        (f"POST {ROOM}/invite", FORBIDDEN, "inviting", "block_non_admin_invites: false", True),
        (
            f"PUT {ROOM}/send",
            [{"event_id": "$a"}] * 10 + [Refused(429, "M_LIMIT_EXCEEDED")],
            "rate limits",
            "https://matrix.test/_synapse/admin/v1/users/%40hub%3Atest/override_ratelimit",
            False,
        ),
        (f"PUT {ROOM}/send", FORBIDDEN, "writing", "write", True),
    ],
)
async def test_what_is_not_done_is_named_with_what_mends_it(
    request_: str, answer: Any, what: str, mend: str, *, needed: bool
):
    found, server = await findings(**{request_: answer})
    assert [(each.what, each.needed) for each in found if each.mend] == [(what, needed)]
    line = next(str(each) for each in found if each.mend)
    assert line.startswith(f"{'mend' if needed else 'note'}  {what}: ")
    assert mend in line
    assert (f"POST {ROOM}/leave" in server.asked) == (what != "rooms")


@pytest.mark.parametrize("request_", ["POST /upload", "POST /createRoom", f"POST {ROOM}/invite"])
async def test_a_homeserver_that_is_being_restarted_is_no_finding(request_: str):
    with pytest.raises(Refused, match="502"):
        await findings(**{request_: Refused(502, "HTTP")})
