import pytest

from benchmarks.lookup import starter_index
from bot.library import library_index
from storage.search.index import LibraryIndex
from tests.harness import network


@pytest.fixture(scope="session")
def index() -> LibraryIndex:
    """The starter library; a test that changes it would spoil it for the others."""
    return starter_index()


@pytest.fixture
def small() -> LibraryIndex:
    """An index with nothing in it."""
    return library_index(network())
