"""What the homeserver keeps for the hub and cannot read. That others open it, a js-sdk shows."""

from __future__ import annotations

from random import Random

import pytest

from bot.encryption.secret_storage import SecretStorage, read_recovery_key, write_recovery_key

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
NAME = "m.cross_signing.master"


def test_what_was_closed_opens_with_its_key_and_name_only():
    closed = SecretStorage(KEY).close(NAME, "seed", Random(1).randbytes)
    assert SecretStorage(KEY).open(NAME, closed) == "seed"
    for key, name, changed in [
        (OTHER, NAME, {}),
        (KEY, "m.cross_signing.self_signing", {}),
        (KEY, NAME, {"ciphertext": "AAAAAA"}),
        (KEY, NAME, {"mac": "AAAA"}),
        (KEY, NAME, {"iv": "AAAA"}),
        (KEY, NAME, {"iv": 7}),
    ]:
        with pytest.raises(ValueError, match="closed"):
            SecretStorage(key).open(name, {**closed, **changed})
    with pytest.raises(ValueError, match="closed"):
        SecretStorage(KEY).open(NAME, {})


def test_a_key_fits_its_own_description_only():
    described = SecretStorage(KEY).describe(Random(1).randbytes)
    assert SecretStorage(KEY).fits(described)
    for key, description in [
        (OTHER, described),
        (KEY, {}),
        (KEY, {**described, "algorithm": "m.secret_storage.v0"}),
        # Without proof any key would seem to fit.
        (KEY, {"algorithm": described["algorithm"]}),
    ]:
        assert not SecretStorage(key).fits(description)


def test_a_recovery_key_is_read_however_it_is_spaced():
    written = write_recovery_key(KEY)
    assert [len(group) for group in written.split()] == [4] * 12
    for spelling in (written, written.replace(" ", ""), f"  {written.replace(' ', '  ')}\n"):
        assert read_recovery_key(spelling) == KEY


def test_no_slip_of_the_pen_makes_another_key():
    written = write_recovery_key(KEY).replace(" ", "")
    wrong = [
        written[:-1],
        f"{written}1",
        written.swapcase(),
        f"0{written[1:]}",
        "",
        *(
            written[:at] + ("2" if written[at] != "2" else "3") + written[at + 1 :]
            for at in range(48)
        ),
        *(written[:at] + written[at + 1] + written[at] + written[at + 2 :] for at in range(47)),
    ]
    read = []
    for each in wrong:
        if each != written:
            with pytest.raises(ValueError):  # noqa: PT011 -- whatever was wrong with it
                read.append(read_recovery_key(each))
    assert read == []
