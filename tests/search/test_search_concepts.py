from collections.abc import Sequence

import pytest
import yaml

from bot.starter import load_concepts, load_library, starter
from bot.starter.network import load_network
from language.analysis import tokens
from search.concepts import Concept, Concepts, Group

LANGUAGES = ("en", "es", "fr", "pt", "ar", "ru", "zh")


@pytest.fixture(scope="module")
def read() -> Sequence[Concept]:
    return [*load_concepts(starter("concepts.yaml")), *load_concepts(starter("kinds.yaml"))]


@pytest.fixture(scope="module")
def concepts(read: Sequence[Concept]) -> Concepts:
    return Concepts(read)


def test_there_are_enough_topics(concepts: Concepts) -> None:
    assert len(concepts.topics) >= 120


def test_every_name_is_there_in_seven_languages(read: Sequence[Concept]) -> None:
    lacking = [concept.slug for concept in read if {*concept.names} != {*LANGUAGES}]
    assert lacking == []


def test_topics_have_a_label_and_three_to_eight_aliases(read: Sequence[Concept]) -> None:
    odd = [
        (concept.slug, language, len(names))
        for concept in read
        if concept.group in {Group.TOPIC, Group.OUTSIDE}
        for language, names in concept.names.items()
        if not 4 <= len({*names}) == len(names) <= 9
    ]
    assert odd == []


def test_links_lead_to_topics_and_never_in_a_circle(concepts: Concepts) -> None:
    for topic in concepts.topics.values():
        assert {*topic.broader, *topic.related} <= {*concepts.topics} - {topic.slug}
        assert topic not in concepts.upwards(topic)


def test_every_subject_of_the_library_has_a_topic(concepts: Concepts) -> None:
    network = load_network(starter("space.yaml"), starter("vocabulary.yaml"))
    assert [s for s in network.subject_rooms if concepts.of_subject(s) is None] == []


def test_topics_stand_for_known_subjects(read: Sequence[Concept]) -> None:
    network = load_network(starter("space.yaml"), starter("vocabulary.yaml"))
    subjects = {subject for concept in read for subject in concept.subjects}
    assert subjects - {*network.subject_rooms} == set()
    regions = {region for concept in read for region in concept.regions}
    assert regions - {*network.regions} == set()


def test_every_kind_of_the_library_has_names(read: Sequence[Concept]) -> None:
    kinds = {concept.slug for concept in read if concept.group is Group.KIND}
    assert {item.kind for item in load_library(starter("library.yaml"))} - kinds == set()


@pytest.mark.slow
def test_slugs_are_unique() -> None:
    data = yaml.safe_load(starter("concepts.yaml").read_text("utf-8"))
    slugs = [row["id"] for row in [*data["concepts"], *data["outside"]]]
    assert len(slugs) == len({*slugs})


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("legal aid", ["topic:legal-aid"]),
        ("asistencias juridicas", ["topic:legal-aid"]),
        ("الحبس الاحتياطي", ["topic:pretrial-detention"]),
        ("審前羈押", ["topic:pretrial-detention"]),
        ("взаимной правовой помощи", ["outside:mutual-legal-assistance"]),
        ("women's access to justice", ["topic:access-to-justice", "topic:women"]),
        ("access of women to justice", ["topic:access-to-justice", "topic:women"]),
        ("who pays", ["topic:legal-aid-funding"]),
        ("accessibility", ["topic:disability"]),
        ("accessing", []),
        ("loi sud-africaine", ["place:ZA"]),
        ("грузинским", ["place:GE"]),
        ("بالتدريب", ["topic:training"]),
        ("nothing in particular", []),
    ],
)
def test_what_a_text_names(concepts: Concepts, text: str, terms: list[str]) -> None:
    groups = concepts.best_mentions(tokens(text))
    named = {m.concept.term for group in groups for m in group}
    assert sorted(term for term in named if not term.startswith(("word:", "kind:"))) == terms


def test_a_longer_name_hides_what_is_inside_it(concepts: Concepts) -> None:
    groups = concepts.best_mentions(tokens("public defender office"))
    assert [[m.concept.slug for m in group] for group in groups] == [["public-defence-office"]]


def test_label_falls_back_to_english(concepts: Concepts) -> None:
    assert concepts.topics["bail"].label("ru") == "освобождение под залог"
    assert concepts.topics["bail"].label("sw") == "bail"


def test_a_circle_of_links_ends() -> None:
    one = Concept("one", Group.TOPIC, {"en": ("one",)}, broader=("two",))
    two = Concept("two", Group.TOPIC, {"en": ("two",)}, broader=("one",))
    assert Concepts([one, two]).upwards(one) == [two]


def test_broader_topics(concepts: Concepts) -> None:
    above = concepts.upwards(concepts.topics["bail"])
    assert [topic.slug for topic in above] == ["alternatives-to-detention"]


def test_nearest_topics_share_words(concepts: Concepts) -> None:
    assert concepts.nearest(tokens("paralegal"))[0].slug == "paralegal"
    assert concepts.nearest(tokens("zzz")) == []
