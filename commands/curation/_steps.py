"""The questions to a member who suggests something, shares a practice or translates a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kit.authority import Act
from kit.dialogue import Dialogue
from kit.question import About, Choice, Option, Question
from kit.steps import MOST_LANGUAGES, ask_languages, read_languages, read_safe, read_text, themes
from kit.text import Bullets, Label, Name, Names, Node, Paragraphs, Say, Verbatim, _, n_

KINDS = (
    "report",
    "guidance",
    "handbook",
    "toolkit",
    "training",
    "standard",
    "national_law",
    "case_law",
    "dataset",
    "service",
    "publication",
)
MOST_TOPICS = 3
_TOPICS = n_(
    "Which topics is it about? Choose {n}.",
    "Which topics is it about? Choose up to {n}, for example: 1, 4",
    MOST_TOPICS,
)
SHORTEST_TITLE, LONGEST_TITLE = 5, 250
SHORTEST, LONGEST = 15, 300
LONGEST_SUMMARY = 1_000
LONGEST_CREDIT = 80


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item that somebody suggests; ``same`` is the one that was there already.

    ``listed`` tells whether a curator adds it, so that it waits for nobody.
    """

    url: str | None = None
    title: str = ""
    listed: bool = False
    similar: Mapping[str, Names] = field(default_factory=dict)
    same: str = ""
    kind: str = ""
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    why: str = ""

    @property
    def act(self) -> Act:
        """What is done when the questions are answered."""
        return Act.CURATE if self.listed else Act.CONTRIBUTE


@dataclass(frozen=True, slots=True)
class Practice:
    """What somebody did, what changed, and how others can do it."""

    title: str = ""
    did: str = ""
    changed: str = ""
    how: str = ""
    topics: tuple[str, ...] = ()
    credit: str = ""
    safe: bool = False

    @property
    def summary(self) -> str:
        """The three lines that the card shows under their headings."""
        return "\n".join(" ".join(text.split()) for text in (self.did, self.changed, self.how))


@dataclass(frozen=True, slots=True)
class Translating:
    """A title and a summary in another language, with the names they translate."""

    resource_id: str = ""
    language: str = ""
    titles: Names = field(default_factory=dict)
    summaries: Names = field(default_factory=dict)
    title: str = ""
    summary: str = ""


def _kinds(_draft: Suggestion, about: About) -> Sequence[Option]:
    return [Option(kind, about.network.kinds[kind]) for kind in KINDS]


def _similar(draft: Suggestion, _about: About) -> Sequence[Option]:
    return [Option(resource_id, titles) for resource_id, titles in draft.similar.items()]


def _is_new(draft: Suggestion) -> bool:
    return not draft.same


def _is_known(draft: Translating) -> bool:
    return bool(draft.resource_id)


def _ask_suggested_languages(_draft: Suggestion, about: About) -> Node:
    question = n_(
        "In which languages can it be read? Name {n}.",
        "In which languages can it be read? Name up to {n}, with commas between.",
        MOST_LANGUAGES,
    )
    return ask_languages(about, question)


def _ask_credit(_draft: Practice, _about: About) -> Node:
    return _(
        "How should the card name you: a name, an organisation? Write it as it should stand there. "
        "Say {skip} to stay unnamed.",
        skip=Say("skip"),
    )


def _ask_safe(draft: Practice, _about: About) -> Node:
    return Paragraphs(
        [
            _("This is your card:"),
            Verbatim(draft.title),
            Verbatim(draft.summary),
            _("Is the card free of anything that points to a client? Please answer yes or no."),
        ]
    )


def _ask_did(_draft: Practice, _about: About) -> Node:
    return Paragraphs(
        [
            _("What did you do? One or two sentences."),
            Bullets(
                [
                    _("No names, case numbers, phone numbers, addresses or dates of birth."),
                    _("Leave out whatever lets others guess who your client is."),
                ]
            ),
        ]
    )


def _ask_title(draft: Translating, _about: About) -> Node:
    language = Name("language", draft.language)
    question = _("What is this title in {language}?", language=language)
    return Paragraphs([question, Label(draft.titles)])


def _ask_summary(draft: Translating, _about: About) -> Node:
    language = Name("language", draft.language)
    question = _("How is this summary in {language}? Keep its lines.", language=language)
    return Paragraphs([question, Label(draft.summaries)])


_TITLE: Question[Suggestion] = Question(
    "title",
    lambda _draft, _about: _("What is its title? Please copy it exactly."),
    lambda draft, said, _about: replace(
        draft, title=read_text(said, SHORTEST_TITLE, LONGEST_TITLE)
    ),
    applies=lambda draft: not draft.title,
    prose=True,
)

naming: Dialogue[Suggestion] = Dialogue(
    name="suggest",
    version=1,
    draft=Suggestion,
    steps=(_TITLE,),
)

describing: Dialogue[Suggestion] = Dialogue(
    name="suggestion",
    version=1,
    draft=Suggestion,
    steps=(
        _TITLE,  # only when a new release begins the dialogue again
        Choice(
            "similar",
            _("Is it one of these? Say its number, or {skip} if it is another.", skip=Say("skip")),
            _similar,
            lambda draft, chosen: replace(draft, same=chosen[0]),
            skippable=True,
            applies=lambda draft: bool(draft.similar),
        ),
        Choice(
            "kind",
            _("What kind of text is it?"),
            _kinds,
            lambda draft, chosen: replace(draft, kind=chosen[0]),
            applies=_is_new,
        ),
        Question(
            "languages",
            _ask_suggested_languages,
            lambda draft, said, about: replace(draft, languages=read_languages(said, about)),
            applies=_is_new,
        ),
        Choice(
            "topics",
            _TOPICS,
            themes,
            lambda draft, chosen: replace(draft, topics=tuple(chosen)),
            most=MOST_TOPICS,
            applies=_is_new,
        ),
        Question(
            "why",
            lambda _draft, _about: _("What is it useful for? One sentence is enough."),
            lambda draft, said, _about: replace(draft, why=read_text(said, SHORTEST, LONGEST)),
            applies=_is_new,
            prose=True,
        ),
    ),
)

sharing: Dialogue[Practice] = Dialogue(
    name="practice",
    version=1,
    draft=Practice,
    steps=(
        Question(
            "title",
            lambda _draft, _about: _("What would you call this practice? A few words are enough."),
            lambda draft, said, _about: replace(
                draft, title=read_text(said, SHORTEST_TITLE, LONGEST_TITLE)
            ),
            prose=True,
        ),
        Question(
            "did",
            _ask_did,
            lambda draft, said, _about: replace(draft, did=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Question(
            "changed",
            lambda _draft, _about: _("What changed? One or two sentences."),
            lambda draft, said, _about: replace(draft, changed=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Question(
            "how",
            lambda _draft, _about: _("How can others copy it? One or two sentences."),
            lambda draft, said, _about: replace(draft, how=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Choice(
            "topics",
            _TOPICS,
            themes,
            lambda draft, chosen: replace(draft, topics=tuple(chosen)),
            most=MOST_TOPICS,
        ),
        Question(
            "credit",
            _ask_credit,
            lambda draft, said, _about: replace(draft, credit=read_text(said, 1, LONGEST_CREDIT)),
            skippable=True,
            prose=True,
        ),
        Question(
            "safe",
            _ask_safe,
            lambda draft, said, about: replace(draft, safe=read_safe(said, about)),
            plain=True,
            shows=("title", "did", "changed", "how"),
        ),
    ),
)

translating: Dialogue[Translating] = Dialogue(
    name="translation",
    version=1,
    draft=Translating,
    steps=(
        Question(
            "title",
            _ask_title,
            lambda draft, said, _about: replace(
                draft, title=read_text(said, SHORTEST_TITLE, LONGEST_TITLE)
            ),
            applies=_is_known,
            prose=True,
        ),
        Question(
            "summary",
            _ask_summary,
            lambda draft, said, _about: replace(
                draft, summary=read_text(said, SHORTEST, LONGEST_SUMMARY)
            ),
            applies=_is_known,
            prose=True,
        ),
    ),
)
