import pytest

from kit.subject import OfAnnouncement, OfEvent, OfRequest, read_subject

# As the tables of every release have them.
NONE = ["", "trust:", "events:", "events:x", "library:7", "events:7,8"]
WRITTEN = [
    ("events:7", OfEvent(7)),
    ("experts:12", OfRequest(12)),
    ("news:3", OfAnnouncement(3)),
]


@pytest.mark.parametrize(("written", "subject"), WRITTEN)
def test_a_subject_is_written_and_read_as_the_tables_have_it(written, subject):
    assert (str(subject), read_subject(written)) == (written, subject)


@pytest.mark.parametrize("written", NONE)
def test_what_names_no_subject_stands_for_itself(written):
    assert read_subject(written) is None
