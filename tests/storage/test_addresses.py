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
        "data:text/html,x",
        "//example.org/x",
        "https://example.org:99999/",
        "http://127.0.0.1/",
        "http://10.1.2.3/a",
        "http://192.168.0.1:8080/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://example.0x7f000001/",
        "http://printer.local/",
        "http://db.internal./",
        "http://a.localhost/",
        "https://unodс.org/",  # one letter is Cyrillic
        "https://xn--undc-55d.org/",
        "https://аеросе.org/",  # all of its first part is
        "https://www.xn--80ak6aa92e.com/",
        "https://xn--999999999.org/",
        "https://\uff35\uff2e.org/",  # wide letters
        "https://un\u200b.org/doc",  # a space that nobody sees
        "https://evil.test/\u202egpj.exe",  # shown the other way round
        "https://un.org@evil.test/a",
        "https://un.org\\@evil.test/x",
        "http://224.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
def test_what_is_no_address_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        read_address(said)


@pytest.mark.parametrize(
    "said",
    [
        "https://www.unodc.org/a",
        "https://адвокат.рф/",
        "https://xn--80aaf0bqr.xn--p1ai/",
        "https://محام.org/",
        "https://例子.cn/",
        "https://93.184.215.14/x",
    ],
)
def test_an_address_in_any_script_is_read(said):
    assert read_address(said) == said
