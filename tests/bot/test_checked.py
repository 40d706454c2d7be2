"""What is wrong in a file that an operator may edit is named with file, line and field."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot import settings
from bot.library.librarian import load_filters
from bot.say.i18n import catalog_directory
from bot.starter import load_concepts, load_library, starter
from bot.starter.network import load_network
from bot.understanding import load_answers
from bot.understanding.guard import load_lexicon
from bot.understanding.moments import load_table
from kit.errors import BadConfiguration

Loader = Callable[[Path], object]

space: Loader = partial(load_network, vocabulary=starter("vocabulary.yaml"))
vocabulary: Loader = partial(load_network, starter("space.yaml"))
SPACE, VOCABULARY, ANSWERS, LIBRARY, CONCEPTS, KINDS, GUARD = (
    starter(f"{name}.yaml").read_text("utf-8")
    for name in ("space", "vocabulary", "answers", "library", "concepts", "kinds", "guard")
)
DATES = (catalog_directory() / "en" / "dates.yaml").read_text("utf-8")
FILTERS = (catalog_directory() / "en" / "filters.yaml").read_text("utf-8")
CONFIG = "matrix:\n  homeserver: https://matrix.test\n  user_id: '@hub:test'\n"


def refused(load: Loader, directory: Path, text: str) -> str:
    path = directory / "file"
    path.write_text(text, "utf-8")
    with pytest.raises(BadConfiguration) as found:
        load(path)
    return str(found.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("load", "text", "old", "new", "said"),
    [
        (
            settings.load,
            CONFIG,
            "'@hub:test'",
            "hub",
            "matrix.user_id: String should match pattern '^@[^:\\s]+:\\S+$'",
        ),
        (
            space,
            SPACE,
            "  kind: root",
            "  kind: attic",
            (
                "rooms.0.kind: Input should be 'root', 'space', 'gate', 'functional', 'lobby', "
                "'region', 'theme' or 'group'"
            ),
        ),
        (
            vocabulary,
            VOCABULARY,
            "rooms:",
            "rooms:\n  nowhere: [x]",
            "rooms.nowhere: no such room: nowhere",
        ),
        (
            load_answers,
            ANSWERS,
            '  en: ["yes",',
            "  en: [yes,",
            "yes.en.0: expected text, put it in quotes",
        ),
        (
            load_answers,
            ANSWERS,
            "polite:",
            "colour: red\npolite:",
            "colour: no such key, see starter/answers.yaml",
        ),
        (
            load_lexicon,
            GUARD,
            "  en: [my client,",
            "  en: [1,",
            "own.en.0: expected text, put it in quotes",
        ),
        (
            load_table,
            DATES,
            'day: ["the {day}"',
            'day: ["the {dya}"',
            "phrases.day.0: no such place {dya}; there are: {day}, {ordinal}",
        ),
        (
            load_table,
            DATES,
            '"half past {hour}"',
            '"half past {hour"',
            "clock.30.0: a brace without its other half",
        ),
        (
            load_table,
            DATES,
            '["in {span} ',
            '["[in {span} ',
            "phrases.ahead.0: a bracket without its other half",
        ),
        (
            load_table,
            DATES,
            "  11-15: [noon]",
            "  noon: [noon]",
            "parts.noon.[key]: String should match pattern '^\\d{1,2}-\\d{1,2}$'",
        ),
        (
            load_table,
            DATES,
            "weeks: [monday, sunday]",
            "weeks: [first]",
            (
                "weeks.0: Input should be 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
                "'saturday' or 'sunday'"
            ),
        ),
        (
            load_filters,
            FILTERS,
            "(until|till",
            "until|till",
            "until.0: a bracket is open, or closed that was not",
        ),
        (
            load_filters,
            FILTERS,
            "(until|till|up to) [the year] {year}",
            "until then",
            "until.0: String should match pattern '^[^{]*\\{year\\}[^{]*$'",
        ),
        (
            load_filters,
            FILTERS,
            "only: [only]",
            "only: ['{place} only']",
            "only.0: no such hole: {place}",
        ),
        (
            load_library,
            LIBRARY,
            "  year: ",
            "  year: in ",
            (
                "resources.0.year: Input should be a valid integer, "
                "unable to parse string as an integer"
            ),
        ),
        (
            load_concepts,
            CONCEPTS,
            "- id: legal-aid\n  subjects",
            "- subjects",
            "concepts.0.id: is required",
        ),
        (
            load_concepts,
            CONCEPTS,
            "  subjects: [right-to-legal-aid]",
            "  subjects: legal-aid",
            "concepts.0.subjects: expected a list",
        ),
        (
            load_concepts,
            CONCEPTS,
            "  broader: [access-to-justice]",
            "  broader: [nowhere]",
            "concepts.0.broader.0: no such topic: nowhere",
        ),
        (
            load_concepts,
            KINDS,
            "    en: [UN",
            "    English: [UN",
            "kinds.un_resolution.English: String should match pattern '^[a-z]{2,3}$'",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, load, text, old, new, said):
    wrong = text.replace(old, new, 1)
    pairs = zip(text.splitlines(), wrong.splitlines(), strict=False)
    line = next(number for number, (before, after) in enumerate(pairs, 1) if before != after)
    assert refused(load, tmp_path, wrong) == f"FILE:{line}: {said}"


YAML = [
    settings.load,
    space,
    vocabulary,
    load_answers,
    load_library,
    load_concepts,
    load_table,
]


@pytest.mark.parametrize("load", YAML)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- x\n", "FILE:1: expected keys such as those of "),
        ("just words\n", "FILE:1: expected keys such as those of "),
        ("a: [\n", "FILE:2: not YAML: "),
        ("\t- x", "FILE:1: not YAML: "),
        ("a: 2026-13-01", "FILE: not YAML: "),
        ("", "FILE:1: "),
    ],
)
def test_what_is_no_such_file_at_all_is_refused(tmp_path, load, text, said):
    assert refused(load, tmp_path, text).startswith(said)


@pytest.mark.parametrize("load", YAML)
def test_what_is_not_text_or_not_there_is_refused(tmp_path, load):
    with pytest.raises(BadConfiguration, match=r"No such file or directory\. Copy .* and edit it"):
        load(tmp_path / "nothing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"version: \xff")
    with pytest.raises(BadConfiguration, match="not UTF-8 at byte 9: save it as UTF-8"):
        load(tmp_path / "binary.yaml")


def test_a_file_of_another_kind_does_not_say_a_thousand_faults(tmp_path):
    text = "version: 1\nkinds:\n" + "".join(f"  k{n}: [x]\n" for n in range(1_000))
    assert len(refused(load_concepts, tmp_path, text).split("\n")) == 20
