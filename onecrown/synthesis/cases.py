"""A case: where it is, who is on it, what they are charged with. Nothing here depends on the system that records it."""

from __future__ import annotations

import random
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, timedelta

from onecrown.synthesis.charges import Charge, charges_on, drawn_place
from onecrown.synthesis.courts import Centre, Centres
from onecrown.synthesis.identifiers import asn, urn
from onecrown.synthesis.lives import Life
from onecrown.synthesis.people import Person, invented_company, invented_person

DEFENDANTS = (0.87, 0.09, 0.03, 0.01)  # of 1, 2, 3, 4: mean 1.18
COMPANY_SHARE = 0.006
KNOWN_SHARE = 0.22  # of defendants who were on an earlier case at the same centre
KNOWN_KEPT = 1500  # people whom a centre remembers


@dataclass(slots=True)
class Defendant:
    """A person on the case. `remand` is bail, custody or unknown; of some it was another until `remanded_on`.

    `joined_on` is the day on which another case, and its defendants with it, was joined to this one.
    """

    number: int
    person: Person
    asn: str
    charges: list[Charge]
    remand: str = "bail"
    remanded_on: date | None = None
    joined_on: date | None = None

    def is_on(self, day: date) -> bool:
        """Whether the person is on the case at the end of a day."""
        return self.joined_on is None or self.joined_on <= day

    def remand_on(self, day: date) -> str:
        """The status at the end of a day."""
        if self.remanded_on is None or day >= self.remanded_on:
            return self.remand
        return "bail" if self.remand == "custody" else "custody"


@dataclass(slots=True)
class Hearing:
    """A day on which the case is listed. `outcome` of a trial: E1, or a code of the cracked and ineffective reasons."""

    number: int
    listed_for: date
    listed_on: date
    code: str
    outcome: str = ""
    vacated: str = ""


@dataclass(slots=True)
class Case:
    """One case as it truly is. Its number is unique, and says nothing.

    `received_on` is its receipt by the counting rule: the day on which the magistrates' court sent or committed it, or on which the
    appeal was lodged. `sent_on` is the day of the court below, which for an appeal is earlier; `arrived_on` is the day on which the
    Crown Court notes that it has the case, no earlier.
    """

    life: Life
    letter: str
    receipt_type: str
    centre: Centre
    urn: str
    defendants: list[Defendant]
    received_on: date
    sent_on: date
    first_heard_on: date
    arrived_on: date
    group: str = ""  # a number that joined cases share
    remand: str = "bail"
    receipt_recorded: bool = True
    hearings: list[Hearing] = field(default_factory=list)

    @property
    def case_id(self) -> str:
        """The truth's own id."""
        return f"C{self.life.number:07d}"

    @property
    def first_defendants(self) -> list[Defendant]:
        """Those with whom it was sent: without those of a case that was joined to it."""
        return [one for one in self.defendants if one.joined_on is None]


class Registry:
    """Makes each case once, and knows the people whom each centre has seen. Linked cases share what the link says."""

    def __init__(self, centres: Centres, seed: int) -> None:
        self._centres = centres
        self._seed = seed
        self._urns: Counter[int] = Counter()
        self._people = 0
        self._defendants = 0
        self._known: dict[str, deque[Person]] = {}

    def chance(self, life: Life, purpose: int = 0) -> random.Random:
        """The case's own random numbers: they do not depend on other cases."""
        return random.Random((self._seed << 48) | (purpose << 40) | life.number)

    def case_of(self, life: Life, *, is_final: bool = False) -> Case:
        """The case of a life; `is_final` where the life is told to its end, so that the court is settled."""
        rng = self.chance(life)
        if life.case is None:
            life.case = self._made(life, is_final, rng)
        elif is_final and life.is_open:
            self._centres.for_open(life.received, life.case.centre, rng)
        case: Case = life.case
        return case

    def _made(self, life: Life, is_final: bool, rng: random.Random) -> Case:
        kin = next((other for kind, other in life.links if kind in ("severed", "retrial", "breach")), None)
        whole = self.case_of(kin) if kin else None
        into = next((other for kind, other in life.links if kind == "joined"), None)
        joined = self.case_of(into) if into else None
        near = whole or joined
        centre = near.centre if near else self._centre(life, is_final, rng)
        letter = "T" if life.is_trial else ("S" if rng.random() < 0.83 or whole or not centre.is_known else "A")
        if near and is_final and life.is_open:
            self._centres.for_open(life.received, centre, rng)
        received_on = date.fromordinal(life.received)
        sent_on = received_on - timedelta(days=rng.randrange(1, 22) if letter == "A" else 0)
        first_heard_on = sent_on - timedelta(days=rng.randrange(0, 29))
        case = Case(
            *(life, letter, self._receipt_type(life, letter, rng), centre, self._urn(life, whole, sent_on), []),
            *(received_on, sent_on, first_heard_on, received_on),
        )
        case.defendants = self._defendants_of(case, whole, rng)
        self._group(case, joined)
        return case

    def _centre(self, life: Life, is_final: bool, rng: random.Random) -> Centre:
        return (
            self._centres.for_open(life.received, None, rng) if is_final and life.is_open else self._centres.drawn(rng)
        )

    def _urn(self, life: Life, whole: Case | None, sent_on: date) -> str:
        if whole and life.links[0][0] in ("severed", "retrial"):
            return whole.urn
        self._urns[sent_on.year] += 1
        return urn(self._urns[sent_on.year], sent_on.year)

    @staticmethod
    def _receipt_type(life: Life, letter: str, rng: random.Random) -> str:
        drawn = rng.random()
        if letter == "T":
            return "EW" if drawn < 0.62 else "IO" if drawn < 0.995 else "VB"
        if letter == "S":
            return ("BB" if drawn < 0.4 else "CB") if life.links else "CS"
        return ""

    @staticmethod
    def _group(case: Case, joined: Case | None) -> None:
        """A case that is joined to another brings its defendants and charges."""
        if joined is None:
            return
        joined.group = case.group = joined.group or str(joined.life.number)
        count = sum(len(one.charges) for one in joined.defendants)
        for one in case.defendants:
            moved = [Charge(c.offence, count + c.count, c.offence_on, c.charged_on) for c in one.charges]
            joined_on = date.fromordinal(case.life.joined)
            joined.defendants.append(Defendant(one.number, one.person, one.asn, moved, joined_on=joined_on))

    def _defendants_of(self, case: Case, whole: Case | None, rng: random.Random) -> list[Defendant]:
        kind = case.life.links[0][0] if whole else ""
        if whole and kind == "retrial":
            return [
                Defendant(
                    self._next_defendant(), one.person, one.asn, charges_on(case.receipt_type, case.first_heard_on, rng)
                )
                for one in whole.defendants[:1]
            ]
        count = 1 if case.letter == "A" else 1 + drawn_place(DEFENDANTS, rng)
        people = [whole.defendants[0].person] if whole and kind == "breach" else []
        while len(people) < count:
            found = self._person(case, rng)
            if found not in people:
                people.append(found)
        return [self._defendant(case, person, rng) for person in people]

    def _defendant(self, case: Case, person: Person, rng: random.Random) -> Defendant:
        number = self._next_defendant()
        return Defendant(
            number, person, asn(number, case.sent_on.year), charges_on(case.receipt_type, case.first_heard_on, rng)
        )

    def _next_defendant(self) -> int:
        self._defendants += 1
        return self._defendants

    def _person(self, case: Case, rng: random.Random) -> Person:
        known = self._known.setdefault(case.centre.name, deque(maxlen=KNOWN_KEPT))
        if known and rng.random() < KNOWN_SHARE:
            person = known[rng.randrange(len(known))]
            if person.born_on and (case.received_on - person.born_on).days > 6700:
                return person
        self._people += 1
        if rng.random() < COMPANY_SHARE:
            return invented_company(self._people, rng)
        person = invented_person(self._people, case.received_on, rng)
        known.append(person)
        return person
