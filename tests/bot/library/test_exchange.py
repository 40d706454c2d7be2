"""What is exported and imported again is the same; what is wrong is named and changes nothing."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library.exchange import csv_file, merging
from bot.library.exchange.merging import (
    READABLE,
    WRITABLE,
    Change,
    Verdict,
    compare,
    export_library,
    import_file,
)
from bot.starter import Resource, kinds
from kit.errors import BadFile
from storage.engine import Storage
from storage.items import Items
from tests.harness import NOON

formats = pytest.mark.parametrize("name", READABLE)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "=1+1",
        " '@sum",
        "{un}balanced}",
        'a "quote", and; more',
        "\\'e # 50% & $5_000 ~^",
        "نص",
        "条",
    ]
)
full = texts.filter(lambda text: text.strip())
slugs = st.text(string.ascii_lowercase + "-" + string.digits, min_size=1, max_size=8)
languages = st.sampled_from(["ar", "en", "fr", "zh", "sw"])


def plain(resource: Resource) -> dict[str, Any]:
    """Give the fields as the tables have them."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in resource.model_dump().items()}


def valid(values: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        found = plain(Resource.model_validate(values))
    except ValueError:
        return None  # a text was nothing but signs that are dropped
    return found if found["source"] else None


items = (
    st.fixed_dictionaries(
        {
            "id": slugs,
            "kind": st.sampled_from(sorted(kinds())),
            "year": st.none() | st.integers(1, 9999),
            "organisation": texts,
            "symbol": st.none() | full,
            "languages": st.lists(languages, unique=True),
            "url": st.none() | st.just("https://example.org/a_%7E?b=1&c='#d"),
            "regions": st.lists(slugs, min_size=1),
            "subjects": st.lists(full),
            "verified": st.booleans(),
            "source": full,
            "title": st.dictionaries(languages, full, min_size=1),
            "summary": st.dictionaries(languages, full | st.just("did\nchanged\nhow")),
            "aliases": st.lists(full),
        }
    )
    .map(valid)
    .filter(bool)
)
libraries = st.lists(items, max_size=3, unique_by=lambda item: item["id"]).map(
    lambda found: {item["id"]: item for item in found}
)


def changes(name: str, text: str, stored: Mapping[str, Any]) -> list[Change]:
    file = READABLE[name]
    return list(compare(file, list(file.read(text)), stored, "a file"))


@formats
@settings(max_examples=40)
@given(stored=libraries)
def test_an_export_changes_nothing_whatever_the_format_cannot_hold(name, stored):
    found = changes(name, READABLE[name].write(stored.values()), stored)
    assert [(change.id, change.verdict) for change in found] == [
        (item, Verdict.SAME) for item in stored
    ]


def test_without_a_look_at_an_export_what_is_stored_would_be_tidied():
    item = {**ITEM, "organisation": " UN "}
    [entry] = READABLE["json"].read(READABLE["json"].write([item]))
    tidied = merging._judge(entry, "unpg-2012", item, {}, "")
    assert (tidied.verdict, tidied.notes) == (Verdict.CHANGED, ("organisation",))


@formats
def test_what_stands_in_the_tables_is_not_tidied_on_the_way(name):
    item = {**ITEM, "organisation": " UN \u202e", "symbol": "", "summary": {"en": " a\tb \n"}}
    [found] = changes(name, READABLE[name].write([item]), {"unpg-2012": item})
    assert found.verdict is Verdict.SAME


@pytest.mark.parametrize("name", ["yaml", "csv"])
@settings(max_examples=40)
@given(stored=libraries)
def test_some_formats_hold_everything(name, stored):
    found = changes(name, READABLE[name].write(stored.values()), {})
    assert [change.values for change in found] == list(stored.values())


@given(stored=libraries)
def test_no_cell_is_a_formula(stored):
    text = csv_file.write(stored.values()).removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


@formats
@given(text=st.text())
def test_any_text_is_read_or_refused(name, text):
    try:
        read = changes(name, text, {})
    except BadFile:
        return
    assert {change.verdict for change in read} <= {Verdict.ADDED, Verdict.REFUSED}


ITEM = plain(
    Resource(
        id="unpg-2012",
        kind="un_resolution",
        year=2012,
        organisation="UN General Assembly",
        symbol="A/RES/67/187",
        languages=("en", "fr"),
        url="https://undocs.org/A/RES/67/187",
        regions=("global",),
        subjects=("standards",),
        verified=True,
        source="seen on a public page",
        title={"en": "Principles", "fr": "Principes"},
        summary={"en": "When and how."},
        aliases=("UNPG",),
    )
)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("yaml", "  en: Principles", "  en: Guidelines"),
        ("csv", "Principles", "Guidelines"),
        ("json", '"Principles"', '"Guidelines"'),
    ],
)
def test_only_what_differs_is_changed(name, old, new):
    text = READABLE[name].write([ITEM])
    [change] = changes(name, text.replace(old, new), {"unpg-2012": ITEM})
    assert (change.verdict, change.notes) == (Verdict.CHANGED, ("title",))
    assert change.values == {**ITEM, "title": {"en": "Guidelines", "fr": "Principes"}}


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_is_the_same_whatever_a_spreadsheet_puts_between_its_cells(between):
    written = csv_file.write([ITEM]).removeprefix("\ufeff")
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=between).writerows(csv.reader(io.StringIO(written, newline="")))
    [change] = changes("csv", table.getvalue(), {"unpg-2012": ITEM})
    assert change.verdict is Verdict.SAME


NEW = {
    "kind": "report",
    "year": 2020,
    "organisation": "Défense & Cie",
    "symbol": None,
    "languages": ["fr"],
    "url": "https://example.org/a_b",
    "regions": ["global"],
    "subjects": ["prisons"],
    "verified": False,
    "source": "a file",
    "title": {"fr": "Accès à l'avocat"},
    "summary": {},
    "aliases": [],
}


def test_dublin_core_of_other_programs_is_understood():
    text = (
        '[{"dc:title": "Accès à l\'avocat", "dc:publisher": ["Défense & Cie"], "dc:type": "report",'
        '"dc:date": "2020-03", "dc:language": "fr-CA", "dc:subject": "prisons",'
        '"dc:identifier": "https://example.org/a_b", "dc:rights": "ours"}]'
    )
    [change] = changes("json", text, {})
    assert change.values == {"id": "acces-a-l-avocat-2020", **NEW}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "bibtex",
            r"""@techreport{cie-2020,
  title = {Accès à l'avocat},
  organization = {Défense \& Cie},
  year = {2020},
  number = {50\% \textbraceleft{}1\textbraceright{}},
  type = {report},
  language = {fr},
  keywords = {prisons},
  url = {https://example.org/a_b},
}
""",
        ),
        (
            "ris",
            (
                "TY  - RPRT\nID  - cie-2020\nTI  - Accès à l'avocat\nPB  - Défense & Cie\n"
                "PY  - 2020\nM1  - 50% {1}\nM3  - report\nLA  - fr\nKW  - prisons\n"
                "UR  - https://example.org/a_b\nER  - \n"
            ),
        ),
    ],
)
def test_reference_managers_get_what_their_format_can_hold(name, expected):
    assert WRITABLE[name].write([{"id": "cie-2020", **NEW, "symbol": "50% {1}"}]) == expected


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("yaml", "version: 1\nresources: x: y", "line 2: this is not YAML"),
        ("yaml", "version: 1\nresources:\n- &a {id: a}\n- *a", "line 4: aliases"),
        ("yaml", "[" * 100_000, "line 1: nested too deeply"),
        ("yaml", "version: 1\nresources: [1]", "line 1: each of the 'resources'"),
        ("json", "[" * 100_000, "line 1: this is not JSON"),
        ("json", "[{},\n{}\n{}]", "line 3: expected ','"),
        ("json", "{}", "line 1: expected '['"),
        ("json", "[{}]\nx", "line 1: nothing may follow the list"),
        ("yaml", "version: 1\nresources:\n- !!python/object/apply:os.system [id]", "line 3: "),
        ("yaml", f"version: 1\nresources:\n- {{id: x, year: {'1' * 5_000}}}", "line 1: "),
        ("json", f'[{{"date": {"9" * 5_000}}}]', "line 1: "),
        ("csv", "id,kind\n" + "a" * 200_000 + ",b", "line 2: "),
        ("csv", 'id,kind\n"' + "a" * 200_000, "line 2: "),
        ("csv", "id,shoe size\nx,44", "line 1: no such column: 'shoe size'"),
        ("csv", 'id,title_en\nx,"a" b', "line 2: this is not CSV"),
        ("csv", "id\nx,y", "line 2: more cells than columns"),
    ],
)
def test_what_is_not_of_the_format_is_named_with_its_line(name, text, message):
    with pytest.raises(BadFile, match=rf"^{message.replace('[', '.')}"):
        changes(name, text, {})


@pytest.mark.parametrize(
    ("fields", "notes"),
    [
        ({"year": "long ago"}, "year: Input should be a valid integer, unable to parse string"),
        ({"url": "javascript:alert(1)"}, "url: String should match pattern"),
        ({"kind": "pancake"}, "kind: no such kind, use one of: "),
        ({"title": {}, "id": "new"}, "title: Dictionary should have at least 1 item"),
        ({"stars": 5}, "stars: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_in_an_entry_is_named_with_its_field(fields, notes):
    text = READABLE["yaml"].write([{**ITEM, **fields}])
    [change] = changes("yaml", text, {"unpg-2012": ITEM})
    assert (change.verdict, change.notes[0][: len(notes)]) == (Verdict.REFUSED, notes)


async def test_what_names_no_source_waits_for_a_curator(storage: Storage, tmp_path):
    (tmp_path / "a.csv").write_text("id,title_en\nours,Ours\n")
    await import_file(storage, tmp_path / "a.csv", now=NOON)
    async with storage.read() as session:
        rows = {row.id: row for row in await Items(session).everything()}
    assert (rows["ours"].waiting, rows["ours"].source) == (True, "a.csv")
    assert "id: ours\n" not in await export_library(storage, "yaml")


async def test_what_curators_took_out_stays_out(storage: Storage, tmp_path):
    async with storage.write() as session:
        row = await Items(session).get("unpg-2012")
        row.retired = True
    (tmp_path / "a.csv").write_text("id,year\nunpg-2012,1999\n")
    [change] = await import_file(storage, tmp_path / "a.csv", now=NOON)
    assert str(change) == "line 2: unpg-2012: changed (year)"
    async with storage.read() as session:
        rows = {row.id: row for row in await Items(session).everything()}
    assert (rows["unpg-2012"].retired, rows["unpg-2012"].year) == (True, 1999)
