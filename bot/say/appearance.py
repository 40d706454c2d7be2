"""What a room of the network is called, what is said of it, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.say.i18n import LocalReader
from bot.say.message import MARK, message
from kit.drawing import Drawing, Pictures
from kit.errand import Content
from kit.network import Access, Network, RoomKind, RoomPlan, WellKnown
from kit.rendering import POP, RIGHT_TO_LEFT
from kit.text import Bullets, Label, Name, Node, Paragraphs, Reply, Say, _

# Translators: part of a room's description; no confidential talk belongs there.
CLEAR = _("Not encrypted: no details of any case here.")


@dataclass(frozen=True, slots=True)
class Appearance:
    """Says it in the room's language: that of a lobby, else the first of the network."""

    network: Network
    reader: Callable[[str], LocalReader]
    pictures: Pictures

    def language(self, plan: RoomPlan) -> str:
        """Return the language of a room."""
        return plan.language or self.network.languages[0]

    def name(self, plan: RoomPlan) -> str:
        """Name a room, in English too, and the network: invitations show nothing else."""
        parts = [plan.names.get(self.language(plan), plan.names["en"]), plan.names["en"]]
        if plan.kind is not RoomKind.ROOT and self.network.short:
            parts.append(self.network.short)
        elif plan.kind is RoomKind.GATE:
            parts.append(self._network_in(self.language(plan)))
        return " · ".join(dict.fromkeys(parts))

    def topic(self, plan: RoomPlan, *, encrypted: bool) -> str:
        """Describe a room in its own language, as it is; `rooms` does it in the reader's."""
        reader = self.reader(self.language(plan))
        told: list[Node] = [Label(plan.topics)] if plan.topics else [self._purpose(plan)]
        if not plan.is_space and not encrypted:
            told.append(CLEAR)
        topic = " ".join(part.render(reader).plain for part in told)
        # Clients show a topic in a line of theirs, and mostly without a direction.
        return f"{MARK}{RIGHT_TO_LEFT}{topic}{POP}" if reader.right_to_left else topic

    def drawing(self, plan: RoomPlan) -> Drawing:
        """Draw a room."""
        return self.pictures.of(plan.kind, plan.slug)

    def pinned(self, plan: RoomPlan) -> Sequence[Content]:
        """Say the rules in each language, where they are pinned: in the welcome room."""
        languages = self.network.languages if plan.slug == WellKnown.WELCOME else ()
        return [message(RULES, self.reader(each), f"rules-{each}") for each in languages]

    def _purpose(self, plan: RoomPlan) -> Node:
        network = Label(self.network.names)
        match plan.kind:
            case RoomKind.ROOT:
                return _("Rooms for everybody, and more for members.")
            case RoomKind.GATE:
                return self._gate(plan, network)
            case RoomKind.LOBBY if plan.language is not None:
                language = Name("language", plan.language)
                return _("For everybody who speaks this language: {language}.", language=language)
            case RoomKind.REGION:
                region = Label(plan.names)
                return _("For members who work in this region: {region}.", region=region)
            case _:
                return _("Rooms of the network: {network}.", network=network)

    def _gate(self, plan: RoomPlan, network: Node) -> Node:
        levels = {slug: access for access, slug in self.network.gates.items()}
        match levels.get(plan.slug):
            case Access.MEMBERS:
                return _("Who is in here may enter the members' rooms: {network}.", network=network)
            case Access.PRACTITIONERS:
                return _(
                    "Who is in here may enter the rooms of defence practitioners: {network}.",
                    network=network,
                )
            case _:
                return _("For those who look after the network: {network}.", network=network)

    def _network_in(self, language: str) -> str:
        return self.network.names.get(language, self.network.names["en"])


RULES = Reply(
    "rooms.rules",
    Paragraphs(
        [
            _("The rules of these rooms:"),
            Bullets(
                [
                    _("No names, numbers or details of any case: others read along."),
                    _("Disagree with arguments, never with persons."),
                    _("What colleagues say is no legal advice: check it before you use it."),
                    _(
                        "Questions to me belong in a direct chat; say {help} there.",
                        help=Say("help"),
                    ),
                ]
            ),
        ]
    ),
)
