import pytest

from storage.addresses import comparable, read_address

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/a/", "http://EXAMPLE.org/a#x", True),
        ("https://example.org/a?b=1&utm_source=z&a=2", "https://example.org/a?a=2&b=1", True),
        ("https://example.org/a", "https://example.org/A", False),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", False),
        ("https://example.org:8443/a", "https://example.org/a", False),
        ("https://[broken", "https://[broken", True),
    ],
)
def test_addresses_are_compared_by_what_they_lead_to(one, other, same):
    assert (comparable(one) == comparable(other)) is same


@pytest.mark.parametrize(
    "said",
    [
        "ftp://example.org",
        "https://",
        "https://localhost/x",
        "https://me:secret@example.org",
        "https://[broken",
        "https://example.org:port/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        read_address(said)
