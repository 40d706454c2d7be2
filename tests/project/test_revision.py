"""What writes a revision finds what changed in the tables, and notes its hash."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from alembic import command
from sqlalchemy import create_engine

from storage.base import Base
from tests.project.frozen import differences
from tests.project.revision import HASHES, VERSIONS, NothingChanged, configured, generate, note

# The revisions of a copy end before this one, so there is always something to find.
THERE = "0007"


@pytest.mark.slow
def test_a_revision_makes_the_tables_that_are_declared_of_those_before(tmp_path: Path):
    versions, hashes = tmp_path / "versions", tmp_path / "hashes"
    later = [path.name for path in VERSIONS.glob("0*.py") if path.name >= THERE]
    copytree(VERSIONS, versions, ignore=ignore_patterns("__pycache__", *later))
    before = HASHES.read_text().splitlines()[: -len(later)]
    hashes.write_text("\n".join(before) + "\n")
    path = generate("Who is in a chat", versions)
    assert path == versions / "0007_who_is_in_a_chat.py"
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(configured(connection, versions), "0006")
        assert differences(connection, Base.metadata) != []
    with engine.begin() as connection:
        command.upgrade(configured(connection, versions), "head")
        assert differences(connection, Base.metadata) == []
    engine.dispose()
    for text in (path.read_text(), path.read_text() + "# edited\n"):
        path.write_text(text)
        assert note(versions, hashes) == path
        digest = sha256(text.encode()).hexdigest()
        assert hashes.read_text().splitlines() == [*before, f"{digest}  {path.name}"]


@pytest.mark.slow
def test_where_no_table_changed_a_revision_is_written_for_rows_alone(tmp_path: Path):
    versions = tmp_path / "versions"
    copytree(VERSIONS, versions, ignore=ignore_patterns("__pycache__"))
    landed = sorted(path.name for path in versions.glob("0*.py"))
    with pytest.raises(NothingChanged, match="No table changed"):
        generate("Nothing at all", versions)
    assert sorted(path.name for path in versions.glob("0*.py")) == landed
    path = generate("Rows alone", versions, rows=True)
    assert sorted(path.name for path in versions.glob("0*.py")) == [*landed, path.name]
