"""The questions about a member, for onboarding and for changing one answer later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.consent import CONDUCT
from kit.errors import BadArgument
from kit.network import RoomKind
from kit.question import About, Choice, Option, Question, Unread, choose, guess
from kit.text import Label, Name, Node, Numbered, Paragraphs, Say, Series, Verbatim, _
from kit.words import clean, number, quote
from language.scripts import is_disguised, language_of_letters, language_of_script

MOST_TOPICS = 5
MOST_NAMED = 2  # words of a sentence that tells no language
NATIVE = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
    "ar": "العربية",
    "ru": "Русский",
    "zh": "中文",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """What a newcomer has answered so far."""

    language: str = ""
    agreed: bool = False
    country: str | None = None
    zone: str | None = None
    several_zones: bool = False
    category: str = ""
    topics: tuple[str, ...] = ()


def _ask_language(_answers: Registration, about: About) -> Node:
    # Read by people of whom we do not know yet what they read: the names speak for themselves.
    names = [Label({"en": NATIVE.get(code, code)}) for code in about.network.languages]
    return Paragraphs([_("Which language shall we use?"), Numbered(names)])


def _take_language(answers: Registration, said: str, about: About) -> Registration:
    languages = about.network.languages
    index = number(said)
    if index is not None and 1 <= index <= len(languages):
        return replace(answers, language=languages[index - 1])
    code = about.understanding.language(said, about.language)
    spoken = code or language_of_script(said) or _of_sentence(said, about)
    if spoken is None and _agrees(said, about):
        spoken = about.language
    if spoken is not None and spoken in languages:
        return replace(answers, language=spoken)
    if code is not None:
        raise BadArgument(
            _(
                "I do not speak {language} yet. Please choose a number from the list.",
                language=Name("language", code),
            )
        )
    raise BadArgument(_("I do not know that language. Please choose a number from the list."))


def _agrees(said: str, about: About) -> bool:
    """Tell whether *said* is a yes to the question as it is asked; a sign tells no language."""
    return any(map(str.isalpha, said)) and about.understanding.consent(said, about.language) is True


def _of_sentence(said: str, about: About) -> str | None:
    """Tell the language that somebody says something else in; a word or two may be of several."""
    if is_disguised(said) or len(set(clean(said).split())) <= MOST_NAMED:
        return None
    return about.understanding.written_in(said)


def _spoken(_answers: Registration, said: str, about: About) -> Node | None:
    """Name the language that somebody answers in without naming one, if it may be another."""
    if number(said) is not None or about.understanding.language(said, about.language) is not None:
        return None
    if language_of_letters(said) is not None and not is_disguised(said):
        return None
    code = language_of_script(said)
    if code is None or code not in about.network.languages:
        return None
    return Label({"en": NATIVE.get(code, code)})


def _ask_consent(_answers: Registration, _about: About) -> Node:
    return Paragraphs(
        [
            _("How we treat each other, and what I keep about you:"),
            Numbered(CONDUCT),
            _("Do you agree? Please answer yes or no."),
        ]
    )


def _take_consent(answers: Registration, said: str, about: About) -> Registration:
    match about.understanding.consent(said, about.language):
        case True:
            return replace(answers, agreed=True)
        case False:
            raise BadArgument(
                _(
                    "That is fine, and nothing is kept. You can go on using {find}. "
                    "Say {cancel} to stop these questions, or yes if you change your mind.",
                    find=Say("find"),
                    cancel=Say("cancel"),
                )
            )
        case None:
            raise BadArgument(_("Please answer just yes or no."))


def _ask_country(_answers: Registration, _about: About) -> Node:
    return _("In which country do you work? It tells me your region and your time zone.")


def _take_country(answers: Registration, said: str, about: About) -> Registration:
    country, zone = about.understanding.whereabouts(said, about.language)
    if country is None:
        raise BadArgument(
            _("I do not know a country {said}. Is it spelled right?", said=quote(said))
        )
    return replace(answers, country=country, zone=zone, several_zones=zone is None)


def _more(said: str, about: About) -> bool:
    return not about.understanding.is_place(said, about.language)


def _ask_zone(answers: Registration, about: About) -> Node:
    zones = about.understanding.zones_of(answers.country) if answers.country else ()
    question = _("Which city is nearest to you? It tells me your local time.")
    some = _("For example {cities}.", cities=Series([Name("zone", zone) for zone in zones[:4]]))
    return Paragraphs([question, some] if zones else [question])


def _take_zone(answers: Registration, said: str, about: About) -> Registration:
    zone = about.understanding.zone(said, about.language)
    if zone is None:
        raise BadArgument(
            _("I do not know the time in {said}. Try a large city near you.", said=quote(said))
        )
    return replace(answers, zone=zone)


def _categories(_answers: Registration, about: About) -> Sequence[Option]:
    return [Option(c.slug, c.names, c.words) for c in about.network.categories.values()]


def _topics(_answers: Registration, about: About) -> Sequence[Option]:
    return [
        Option(room.slug, room.names, room.words) for room in about.network.of_kind(RoomKind.THEME)
    ]


def _ask_topics(_answers: Registration, _about: About) -> Node:
    # Most people know what they care about: only who asks for the list has to read it.
    return _(
        "Which topics matter to you? Name up to {most} in your own words, or send ? for a list.",
        most=MOST_TOPICS,
    )


def _take_topics(answers: Registration, said: str, about: About) -> Registration:
    return replace(answers, topics=read_topics(said, about))


def read_topics(said: str, about: About) -> tuple[str, ...]:
    """Read topics by name or number; raises BadArgument."""
    options = _topics(Registration(), about)
    try:
        return tuple(choose(options, said, MOST_TOPICS, about))
    except Unread as error:
        if any(map(str.isalnum, said)):  # the question tells of a list
            lost = _(
                "I could not find {said} among the topics.",
                said=Series([Verbatim(quote(part)) for part in error.parts]),
            )
            raise BadArgument(lost) from None
        listed = Numbered([Label(option.names) for option in options])
        how = _("Choose up to {most} of these, by number or by name.", most=MOST_TOPICS)
        raise BadArgument(how, listed) from None


def _guess_topics(answers: Registration, said: str, about: About) -> Node | None:
    return guess(_topics(answers, about), said, MOST_TOPICS, about)


def lapsed(command: str) -> Node:
    """Say that a question of *command* is dropped, because something else was done meanwhile."""
    return _(
        "I drop my question about that, and nothing was erased. "
        "To be asked once more, say {command}.",
        command=Say(command),
    )


LANGUAGE = Question("language", _ask_language, _take_language, closed=True, guess=_spoken)
CONSENT = Question("consent", _ask_consent, _take_consent, closed=True, plain=True)
COUNTRY = Question("country", _ask_country, _take_country, skippable=True, more=_more)
ZONE = Question(
    "zone",
    _ask_zone,
    _take_zone,
    skippable=True,
    applies=lambda answers: answers.several_zones,
    follows="country",
)
CATEGORY: Choice[Registration] = Choice(
    "category",
    _("Which of these describes you best?"),
    _categories,
    lambda answers, chosen: replace(answers, category=chosen[0]),
)
TOPICS = Question(
    "topics", _ask_topics, _take_topics, skippable=True, weighed=True, guess=_guess_topics
)
