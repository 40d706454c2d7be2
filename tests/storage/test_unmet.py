import pytest

from storage.unmet import impersonal

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Bail in  Kenya", "bail in kenya"),
        ("A/RES/99/187 year:2016..2019", "a/res/99/187 year:2016..2019"),
        ("mail me at someone@example.org please", "mail me at please"),
        ("@someone:example.org", ""),
        ("see !room:example.org and #alias:example.org", "see and"),
        ("https://example.org/x?y www.example.org z", "z"),
        ("call +44 (0)20 7946-0958 now", "call now"),
        ("case 12345678", "case"),
        ("الرقم ٠٧٩٤٦٠٩٥٨١ هنا", "الرقم هنا"),
        ("x" * 500, "x" * 80),
    ],
)
def test_only_words_are_kept(said: str, kept: str):
    assert impersonal(said) == kept
