from __future__ import annotations

from pathlib import Path

import pytest

from bot.library.librarian import library_index
from kit.errors import BadConfiguration
from search.concepts import Concept, Group
from search.document import Document
from search.skos import load_thesaurus
from tests.harness import network

HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
)
THESAURUS = f"""<?xml version="1.0" encoding="UTF-8"?>
{HEAD}
  <skos:ConceptScheme rdf:about="urn:t:scheme"><skos:prefLabel xml:lang="en">All</skos:prefLabel>
  </skos:ConceptScheme>
  <skos:Concept rdf:about="urn:t:fishing">
    <skos:inScheme rdf:resource="urn:t:scheme"/>
    <skos:altLabel xml:lang="en">angling rights</skos:altLabel>
    <skos:prefLabel xml:lang="en">Fishing rights</skos:prefLabel>
    <skos:prefLabel xml:lang="zh-Hans">捕鱼权</skos:prefLabel>
    <skos:prefLabel xml:lang="de">Fischereirecht</skos:prefLabel>
    <skos:broader rdf:resource="urn:t:livelihood"/>
    <skos:related rdf:resource="urn:t:nowhere"/>
  </skos:Concept>
  <rdf:Description rdf:about="urn:t:livelihood">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <skos:prefLabel xml:lang="fr">Moyens de subsistance</skos:prefLabel>
    <skos:narrower><skos:Concept rdf:about="urn:t:fishing"/></skos:narrower>
    <skos:related><skos:Concept rdf:about="urn:t:fishing"/></skos:related>
  </rdf:Description>
  <rdf:Description rdf:about="urn:t:note"><skos:prefLabel xml:lang="en">Not one</skos:prefLabel>
  </rdf:Description>
</rdf:RDF>"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "thesaurus.rdf"
    file.write_text(text, "utf-8")
    return file


def test_concepts_names_and_links_are_read(tmp_path: Path) -> None:
    found = load_thesaurus(written(tmp_path, THESAURUS), network().languages)
    names = {"en": ["Fishing rights", "angling rights"], "zh": ["捕鱼权"]}
    subsistence = {"fr": ["Moyens de subsistance"]}
    assert found == [
        Concept("urn:t:fishing", Group.TOPIC, names, broader=("urn:t:livelihood",)),
        Concept("urn:t:livelihood", Group.TOPIC, subsistence, related=("urn:t:fishing",)),
    ]
    assert [concept.label("ru") for concept in found] == ["Fishing rights", "Moyens de subsistance"]


@pytest.mark.slow
@pytest.mark.parametrize(("known", "found"), [(True, ["guide"]), (False, [])])
def test_a_thesaurus_carries_a_question_across_languages(
    tmp_path: Path, known: bool, found: list[str]
) -> None:
    """The control: without the thesaurus nothing leads from one language to the other."""
    thesauri = [written(tmp_path, THESAURUS)] if known else []
    index = library_index(network(), thesauri)
    about = {"en": "Defending angling rights before the village court"}
    guide = Document("guide", "guidance", 2020, "", None, ["en"], ["global"], [], about)
    index.update([guide])
    assert list(index.search("捕鱼权", "zh").ids) == found
    assert list(index.search("moyens de subsistance", "fr").ids) == found


BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "no element found: line 1, column 0"),
        ("plain words", 1, "syntax error: line 1, column 0"),
        (f"{BOMB}\n{HEAD}&b;</rdf:RDF>", 1, "it declares a document type"),
        (
            f"{HEAD}\n{'<skos:note>' * 50}",
            2,
            "deeper than 12 elements, or more than 50000 concepts",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadConfiguration) as refused:
        load_thesaurus(file, ["en"])
    assert str(refused.value) == f"{file}:{line}: not a SKOS thesaurus in RDF/XML: {why}"


@pytest.mark.parametrize("begun", ["<!--", "<skos:Concept rdf:about='", "<?p "])
def test_a_tag_without_end_is_refused_before_it_is_read_whole(tmp_path: Path, begun: str) -> None:
    file = written(tmp_path, f"{HEAD}\n{begun}{'x' * 2_000_000}")
    with pytest.raises(BadConfiguration, match="a tag or comment longer than 1 MB"):
        load_thesaurus(file, ["en"])


def test_a_long_comment_is_read_over(tmp_path: Path) -> None:
    file = written(tmp_path, THESAURUS.replace(HEAD, f"{HEAD}<!--{'x' * 900_000}-->"))
    assert len(load_thesaurus(file, ["en", "fr"])) == 2


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    file = written(tmp_path, THESAURUS)
    with file.open("r+b") as sparse:
        sparse.truncate(64_000_001)
    with pytest.raises(BadConfiguration, match="larger than 64 MB"):
        load_thesaurus(file, ["en"])
