"""What must not be passed on: the kinds of detail that give a person of a case away."""

from __future__ import annotations

from enum import Enum

from kit.text import Message, _


class Detail(Enum):
    """A kind of detail, and how it is called in a warning."""

    NAME = "name-with-case"
    CASE_NUMBER = "case-number"
    IDENTITY = "id-number"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "birth-date"
    CUSTODY = "detention-place"
    ADDRESS = "address"
    VEHICLE = "vehicle"
    ACCOUNT = "account"

    @property
    def words(self) -> Message:
        """Say what it is."""
        return _WORDS[self]


_WORDS = {
    Detail.NAME: _("the name of a person in a case"),
    Detail.CASE_NUMBER: _("the number of a case"),
    Detail.IDENTITY: _("the number of an identity document"),
    Detail.PHONE: _("a phone number"),
    Detail.EMAIL: _("an e-mail address"),
    Detail.BIRTH_DATE: _("a date of birth"),
    Detail.CUSTODY: _("the place where somebody is held"),
    Detail.ADDRESS: _("where somebody lives"),
    Detail.VEHICLE: _("the number plate of a vehicle"),
    Detail.ACCOUNT: _("an account of somebody in a network"),
}
