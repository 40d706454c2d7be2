"""Curators say where people in need of a lawyer are sent, country by country."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from actions.curation.letters import referred
from actions.curation.referring import Referring
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument
from kit.feature import Feature
from kit.question import About, Question
from kit.steps import read_text, take_sure
from kit.text import Code, Name, Node, Paragraphs, Reply, Say, Series, _, n_
from kit.understanding import Understanding
from kit.words import quote
from storage.addresses import read_address
from storage.referrals import Referrals
from storage.tables.library import ReferralRow

SHORTEST, LONGEST = 3, 200

feature = Feature("referrals", _("Sending people on"), place=95)


@dataclass(frozen=True, slots=True)
class Named:
    """A body as a curator names it."""

    country: str = ""
    body: str = ""
    reach: str = ""
    source: str = ""
    sure: bool = False


def _take_source(draft: Named, said: str, _about: About) -> Named:
    try:
        return replace(draft, source=read_address(said))
    except ValueError as error:
        example = Code("https://undocs.org/A/RES/67/187")
        text = _("I cannot follow that address. It should look like {example}.", example=example)
        raise BadArgument(text) from error


def _ask_sure(draft: Named, about: About) -> Node:
    row = ReferralRow(
        country=draft.country,
        body=draft.body,
        reach=draft.reach,
        source=draft.source,
        dated=about.now.date(),
    )
    ask = _("Shall people in need of a lawyer read this? Please answer yes or no.")
    return Paragraphs([referred(row), ask])


naming: Dialogue[Named] = Dialogue(
    name="referral",
    version=1,
    draft=Named,
    steps=(
        Question(
            "body",
            lambda draft, _about: _(
                "Which body gives people a lawyer there, in {country}? Its official name, please.",
                country=Name("territory", draft.country),
            ),
            lambda draft, said, _about: replace(draft, body=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Question(
            "reach",
            lambda _draft, _about: _(
                "How is it reached? Numbers and addresses alone: everybody reads them as they are. "
                "Say {harmless} in front of them, because they look like those of a person.",
                harmless=Say("it is harmless", "…"),
            ),
            lambda draft, said, _about: replace(draft, reach=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Question(
            "source",
            lambda _draft, _about: _(
                "At which web address is that said? Please look there now: I show it with the date "
                "of today."
            ),
            _take_source,
        ),
        Question("sure", _ask_sure, take_sure, formal=True, shows=("body", "reach", "source")),
    ),
)


def _country(call: Call, understanding: Understanding, said: str) -> str:
    code = understanding.country(said, call.language)
    if code is None:
        raise BadArgument(
            _("I do not know a country {said}. Is it spelled right?", said=quote(said))
        )
    return code


Country = Annotated[str, Rest(_("country"))]


@feature.command(
    "referrals",
    summary=_("the countries for which I name a body to people in need of a lawyer"),
    act=Act.CURATE,
    private=True,
)
async def referrals_(call: Call, referrals: Referrals) -> Reply:
    """Name the countries."""
    rows = await referrals.everything()
    if not rows:
        text = _("I name none. Say {add} to add one.", add=Say("referral add", "…"))
        return Reply("referrals.none", text)
    shown = n_(
        "I name a body for {n} country: {countries}.",
        "I name a body for {n} countries: {countries}.",
        len(rows),
        countries=Series([Name("territory", row.country) for row in rows]),
    )
    how = _("Say {lawyer} with a country to read what I say.", lawyer=Say("lawyer", "…"))
    return Reply("referrals.list", Paragraphs([shown, how]), [row.country for row in rows])


@feature.command(
    "referral add",
    summary=_("name a body to people in need of a lawyer, or change it"),
    act=Act.CURATE,
    private=True,
)
async def add(call: Call, understanding: Understanding, country: Country) -> Open[Named]:
    """Ask which it is, how it is reached, and who says so."""
    return Open(naming, Named(_country(call, understanding, country)))


@feature.dialogue(naming, act=Act.CURATE)
async def named(call: Call, draft: Named, referring: Referring) -> Reply:
    """Name it from then on."""
    if not draft.sure:
        return Reply("referrals.kept", _("Then nothing changes."))
    today = call.now.date()
    row = await referring.name(call.by, draft.country, draft.body, draft.reach, draft.source, today)
    text = _(
        "People in need of a lawyer in {country} read that from now on.",
        country=Name("territory", row.country),
    )
    return Reply("referrals.named", text, (row.country,))


@feature.command(
    "referral remove",
    summary=_("name no body for a country any more"),
    act=Act.CURATE,
    private=True,
    weighty=True,
)
async def remove(
    call: Call, understanding: Understanding, referring: Referring, country: Country
) -> Reply:
    """Name none there."""
    code = _country(call, understanding, country)
    await referring.withdraw(call.by, code)
    text = _("I name no body for {country} any more.", country=Name("territory", code))
    return Reply("referrals.removed", text, (code,))
