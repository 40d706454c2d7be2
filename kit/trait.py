"""What a command is to the talk around it: declared with it, so that talk knows none by its words.

The table of commands refuses a purpose that two of them have; a test of the project asks that
each purpose, trait and slot is declared.
"""

from __future__ import annotations

from enum import Enum, auto


class Purpose(Enum):
    """What the talk itself needs one command, or one answer, for."""

    START = auto()  # become a member, or go on where the questions stopped
    HELP = auto()
    LANGUAGE = auto()  # that the hub speaks with somebody
    LAWYER = auto()  # the answer to who needs a lawyer
    EVERYWHERE = auto()  # a look-up in free words
    MORE = auto()  # what is left of the list that was shown last
    BACK = auto()
    SKIP = auto()
    PAUSE = auto()
    CANCEL = auto()
    HARMLESS = auto()  # what follows it gives nobody away
    FORGET = auto()
    WITHDRAW = auto()  # the consent that makes a member
    MUTE = auto()
    UNMUTE = auto()
    NOTIFY = auto()  # which messages somebody gets
    NOT_NOTIFY = auto()  # of one kind of them
    GATHER = auto()  # one message a week
    NOT_GATHER = auto()
    COUNTRY = auto()  # of a member, as are the next two
    CATEGORY = auto()
    TOPICS = auto()
    ASK = auto()  # an expert
    MEMBERS = auto()  # the directory of those who let others find them
    REPORT = auto()
    APPEAL = auto()
    UNDO = auto()  # takes a measure back
    ROLE = auto()  # of several people, named before or behind it
    EVENTS = auto()
    EVENT = auto()
    EDIT_EVENT = auto()
    ADD_EVENT = auto()
    ORGANISERS = auto()  # who asks how an event is announced is told by whom
    NEWS = auto()  # announced to the whole network
    GOING = auto()
    REMIND = auto()
    PROGRAMME = auto()
    MINE = auto()  # what somebody goes to, and what of it clashes
    NOW = auto()  # what is on, and what comes after it
    KEPT = auto()  # the answer to a no
    HELLO = auto()
    SORRY = auto()
    BYE = auto()
    AUTHORITIES = auto()  # whether the police learn of it
    REPRISALS = auto()  # what a complaint may bring
    COLLEAGUE = auto()  # is held or threatened
    DESPAIR = auto()  # these four come before all else
    DANGER = auto()
    GRIEF = auto()
    EXHAUSTION = auto()


class Trait(Enum):
    """What several commands or answers have in common for the talk around them."""

    STEERS = auto()  # goes on, back or out of the question that is open
    STOPS = auto()  # sooner meant than an answer: to be left alone
    BESIDE = auto()  # done in the middle of a question, though it is more than shown
    ERASES = auto()
    OF_ONESELF = auto()  # not wished for where somebody else is named
    NO_REASON = auto()  # said where a reason is waited for, it is none
    GREETED = auto()  # the welcome answers it
    TAKES_ON = auto()  # "I'll take it" is said of entries of different lists
    TURNS_DOWN = auto()  # so is "that is declined"
    ACTS_ON_REPORTED = auto()  # what who may do it is offered beside a report
    TITLED = auto()  # its words may be those of a title
    ANSWERS_EVENT = auto()  # done at once about an event, so that it has to be named
    OF_OWN_EVENT = auto()  # about something that somebody is going to
    CHANGES_EVENT = auto()  # what is told of an event that everybody knows already
    OF_SESSION = auto()  # about a session of a conference as well, though no list of events has it
    OF_PROGRAMME = auto()  # sessions may be named for it
    SAID_OF_EVENT = auto()  # said in a few words after an event was shown
    SAID_OF_HUB = auto()  # asked of the hub in the same words as of an event


class Slot(Enum):
    """What a word of a command is filled with out of a sentence in words of one's own."""

    TEXT = auto()  # the whole sentence
    SUBJECT = auto()  # what it is on
    KIND_AND_DAYS = auto()  # of events
    MOMENT = auto()
    OCCASION = auto()  # the title of an event, when it is, and what else is said beside it
    STRETCH = auto()  # from when until when, or until when
    LENGTH = auto()  # of time
    HOURS = auto()  # from one to the other
    COUNTRY = auto()
    ZONE = auto()
    LANGUAGE = auto()
    TOPICS = auto()
    WHEREABOUTS = auto()  # by which members are found
    ROOM = auto()
    ROOM_OR_TEXT = auto()
    ADDRESS = auto()  # of a page
    REPORTED = auto()  # whom or what somebody reports, and why
    REASON = auto()  # the sentence that names the entry
    # Of the event that the first word names:
    LEAD = auto()  # how long before, or when
    DAY = auto()
    NEW_MOMENT = auto()
    CHANGE = auto()
    RECURRENCE = auto()
