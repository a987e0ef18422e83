"""Who is in a class, and which of them a name means: never two people for one, and never one for two."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from grader.submissions.platforms import ASK, brightspace, canvas, moodle
from grader.submissions.platforms.form import Entry, Owner

ASK_ANYBODY = "say who is who with --roster, or name the folder by the student's id"


@dataclass(frozen=True)
class Person:
    """A student, as far as known."""

    id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Known:
    """What a class remembers of a student beside the gradebook: Moodle's numbers, the user name of a platform."""

    numbers: tuple[str, ...] = ()
    user: str = ""
    group: str = ""


def strict(name: str) -> str:
    """A name without case, and with one blank for each space: what is equal here is the same name."""
    return " ".join(_visible(name).casefold().split())


def key(name: str) -> str:
    """A name without case, accents, vowel signs, and differences between space, hyphen and underscore.

    Names that differ here differ in letters; names that are equal here may well be those of two people.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.category(c).startswith("M"))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")


def squash(name: str) -> str:
    """A name as Canvas writes it into one word, without accents."""
    return key(name).replace("-", "")


def student_id(name: str) -> str:
    """A directory name for a student who is new: the name's letters, their signs, and digits, with hyphens."""
    kept = (c if unicodedata.category(c)[0] in "LMN" or c in ".@_" else "-" for c in _visible(name).casefold())
    return re.sub("-+", "-", "".join(kept))[:100].strip("-._")


def _visible(name: str) -> str:
    """A name in Unicode's composed form, without marks that only direct how it is shown."""
    return "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) != "Cf")


def _id_of_a_roster(given: str) -> str:
    """An id that a roster gives, if it can name a directory; else one like it."""
    fine = given and not given.startswith((".", "-")) and not re.search(r"[/\\+\s\x00-\x1f*?\[\]]", given)
    return given[:100] if fine else student_id(given)


class People:
    """The students of a class; finds out whom a name means."""

    def __init__(self, people: Iterable[Person], known: Mapping[str, Known] | None = None) -> None:
        """Args: people: those in the gradebook. known: what else the class remembers of them, by id."""
        self.people = {person.id: person for person in people}
        self.known = dict(known or {})

    def numbers(self) -> dict[str, str]:
        """Ids by Moodle's numbers."""
        return {number: name for name, known in self.known.items() for number in known.numbers}

    def users(self) -> frozenset[str]:
        """All user names and ids."""
        return frozenset(self.people) | {known.user for known in self.known.values() if known.user}

    # Rosters

    def add(self, entries: list[Entry]) -> None:
        """Take over what a roster says; people who are known already are found, and are not doubled."""
        names = Counter(strict(_full(entry)) for entry in entries)
        locals_ = Counter(entry.email.partition("@")[0].casefold() for entry in entries if entry.email)
        for entry in entries:
            person = self._entry(entry, names) or self._new(entry, names, locals_)
            first, last = entry.first_name, entry.last_name
            if not first and not last:
                first, _, last = entry.name.rpartition(" ")
                first, last = (first, last) if first else (last, "")
            self.people[person.id] = replace(
                person,
                first_name=person.first_name or (first if not person.last_name else ""),
                last_name=person.last_name or (last if not person.first_name else ""),
                email=person.email or entry.email,
                lms_user_id=entry.number if entry.platform in ("Canvas", "") and entry.number else person.lms_user_id,
            )
            before = self.known.get(person.id, Known())
            mine = (entry.number,) if entry.platform == "Moodle" and entry.number else ()
            self.known[person.id] = Known(
                tuple(dict.fromkeys((*before.numbers, *mine))), entry.user or before.user, entry.group or before.group
            )

    def those_of(self, entries: list[Entry]) -> list[Person | None]:
        """Who of the class each entry of a table is: None for a stranger, and where two of them would be one person."""
        names = Counter(strict(_full(entry)) for entry in entries)
        found = [self._entry(entry, names) for entry in entries]
        found = [
            self.people.get(f"participant-{entry.number}")
            if person is None and entry.platform == moodle.NAME
            else person
            for entry, person in zip(entries, found, strict=True)
        ]
        often = Counter(person.id for person in found if person)
        return [person if person and often[person.id] == 1 else None for person in found]

    def _entry(self, entry: Entry, names: Counter[str]) -> Person | None:
        """The person who is a roster's entry, if they are known."""
        if entry.platform == "Moodle" and entry.number in self.numbers():
            return self.people.get(self.numbers()[entry.number])
        same = [p for p in self.people.values() if entry.platform == "Canvas" and p.lms_user_id == entry.number]
        if not same and entry.id:
            same = [p for p in self.people.values() if entry.id == p.id or _id_of_a_roster(entry.id) == p.id]
        if not same and entry.user:
            same = [self.people[name] for name, k in self.known.items() if k.user == entry.user and name in self.people]
        if not same and entry.registry:
            same = [p for p in self.people.values() if entry.registry == p.id]
        if not same and entry.email:
            same = [p for p in self.people.values() if p.email.casefold() == entry.email.casefold()]
        full = strict(_full(entry))
        if not same and full and names[full] == 1:
            same = [p for p in self.people.values() if strict(p.full_name) == full and self._may_be(p, entry)]
        return same[0] if len(same) == 1 else None

    def _may_be(self, person: Person, entry: Entry) -> bool:
        """Whether nothing speaks against that somebody of the same name is the same person."""
        other_mail = person.email and entry.email and person.email.casefold() != entry.email.casefold()
        other_user = entry.user and self.known.get(person.id, Known()).user
        other_number = entry.platform == "Canvas" and person.lms_user_id and person.lms_user_id != entry.number
        return not (other_mail or other_user or other_number or (entry.id and not entry.platform))

    def _new(self, entry: Entry, names: Counter[str], locals_: Counter[str]) -> Person:
        local, full = entry.email.partition("@")[0], _full(entry)
        if entry.id:
            wanted = _id_of_a_roster(entry.id)
        elif entry.email:
            wanted = _id_of_a_roster(local if locals_[local.casefold()] == 1 else entry.email)
            if wanted in self.people:
                wanted = _id_of_a_roster(entry.email)
        elif full:
            again = names[strict(full)] > 1 and entry.number
            wanted = student_id(f"{full} {entry.number}" if again else full)
        else:
            wanted = f"participant-{entry.number}"
        return Person(self._free(wanted or "student", entry.number))

    def _free(self, wanted: str, number: str) -> str:
        """An id like this one that nobody has."""
        if wanted in self.people and number:
            wanted = f"{wanted}-{number}"
        name, again = wanted, 1
        while name in self.people:
            again += 1
            name = f"{wanted}-{again}"
        return name

    # Owners

    def meet(self, person: Person, owner: Owner) -> None:
        """Remember by which number or user name a platform knows a person, once it is sure who that is."""
        if (owner.platform == moodle.NAME and owner.number) or owner.users:
            before = self.known.get(person.id, Known())
            mine = (owner.number,) if owner.platform == moodle.NAME else ()
            user = owner.users[0] if owner.users and owner.platform else ""
            self.known[person.id] = replace(
                before, numbers=tuple(dict.fromkeys((*before.numbers, *mine))), user=before.user or user
            )

    def find_all(self, owners: Collection[Owner]) -> dict[Owner, tuple[Person | None, str]]:
        """Whom the names of one source mean: a person known or new, or None and why that cannot be said."""
        settled = brightspace.settle([owner for owner in owners if owner.platform == brightspace.NAME])
        distinct = {settled.get(owner, owner) for owner in owners}
        alike: dict[str, set[Owner]] = defaultdict(set)
        for owner in distinct:
            alike[squash(owner.shown)].add(owner)
        compared = bool({o.number for o in distinct if o.platform == moodle.NAME} & set(self.numbers()))
        found = {
            owner: self._find(owner, alike[squash(owner.shown)] - {owner}, compared)
            for owner in sorted(distinct, key=lambda o: (o.platform, o.shown, o.number))
        }
        self._tell_apart(found)
        return {owner: found[settled.get(owner, owner)] for owner in owners}

    def _tell_apart(self, found: dict[Owner, tuple[Person | None, str]]) -> None:
        """Whatever went before: two of a platform's people are never one person."""
        taken: dict[str, list[Owner]] = defaultdict(list)
        for owner, (person, _) in found.items():
            if person is not None:
                taken[person.id].append(owner)
        for name, owners in taken.items():
            sure = all(not owner.platform for owner in owners) and name in self.people
            if len(owners) > 1 and not sure:
                shown = " and ".join(repr(owner.shown) for owner in owners)
                for owner in owners:
                    found[owner] = None, f"{shown} would both be {name}; {ASK.get(owner.platform, ASK_ANYBODY)}"

    def _find(self, owner: Owner, alike: set[Owner], compared: bool) -> tuple[Person | None, str]:
        if owner.nobody:
            return None, owner.nobody
        number = self.numbers().get(owner.number, "") if owner.platform == moodle.NAME else ""
        if number in self.people:
            return self.people[number], ""
        if owner.platform == canvas.NAME:
            return self._by_short_name(owner, alike)
        if owner.users:
            return self._by_user(owner)
        if owner.platform == moodle.NAME and moodle.is_blind(owner.name):
            return self._blind(owner)
        return self._by_full_name(owner, alike, compared)

    def _by_full_name(self, owner: Owner, alike: set[Owner], compared: bool) -> tuple[Person | None, str]:
        """By a name that several people may have."""
        ask = ASK.get(owner.platform, ASK_ANYBODY)
        same = [other for other in alike if strict(other.name) == strict(owner.name)]
        if owner.platform and same:
            return None, f"two people are called {owner.name!r}; {ask}"
        person = self._by_name(owner.name, by_id=not owner.platform)
        if person is not None and compared and self.known.get(person.id, Known()).numbers:
            return None, f"{owner.name!r} is not in the grading worksheet, where somebody else has this name; {ask}"
        similar = sorted(repr(other.name) for other in alike)
        if person is None and not similar:
            similar = self._similar(owner.name)
        if similar and (owner.platform or person is None):
            return None, f"{owner.name!r} may be the same as {' or '.join(similar)}, or may not; {ask}"
        return (person, "") if person else self._made(owner.name)

    def by_name(self, name: str) -> tuple[Person | None, str]:
        """The person with this id, email or full name; a new one where there is none."""
        return self.find_all([Owner("", name=name)])[Owner("", name=name)]

    def is_known(self, name: str) -> bool:
        """Whether somebody of the class is called so."""
        return self._by_name(name, by_id=True) is not None

    def _by_name(self, name: str, by_id: bool) -> Person | None:
        """The one person who has exactly this name, or this id or email address."""
        if by_id and name in self.people:
            return self.people[name]
        wanted = strict(name)
        same = [p for p in self.people.values() if wanted and wanted in self._exact(p, by_id)]
        return same[0] if len(same) == 1 else None

    def _exact(self, person: Person, by_id: bool) -> set[str]:
        names = {strict(person.full_name)}
        if by_id:
            names |= {strict(person.email), self.known.get(person.id, Known()).user}
            if person.last_name and person.first_name:
                names.add(strict(f"{person.last_name}, {person.first_name}"))
            if not person.full_name:
                names.add(strict(person.id))  # an id that was made from a name says less than the name
        return names - {""}

    def _similar(self, name: str) -> list[str]:
        """Who in the class has a name that differs by no letter."""
        wanted = squash(name)
        return [
            f"{p.full_name} ({p.id})" if p.full_name else p.id
            for p in self.people.values()
            if wanted
            and wanted in {squash(p.full_name), squash(p.id), squash(p.email), squash(f"{p.last_name} {p.first_name}")}
        ]

    def _made(self, name: str) -> tuple[Person | None, str]:
        made = student_id(name)
        if not made or made in self.people:
            return None, f"{name!r} is no name for a student; {ASK_ANYBODY}"
        first, _, last = name.strip().rpartition(" ")
        if "," in name:
            last, _, first = (part.strip() for part in name.partition(","))
        return Person(made, first or last, last if first else ""), ""

    def _blind(self, owner: Owner) -> tuple[Person | None, str]:
        name = f"participant-{owner.number}"
        return self.people.get(name, Person(name)), ""

    def _by_user(self, owner: Owner) -> tuple[Person | None, str]:
        """By a user name, which is unique on its platform."""
        (user,) = owner.users
        if user in self.people:
            return self.people[user], ""
        same = [name for name, known in self.known.items() if known.user == user and name in self.people]
        same = same or [p.id for p in self.people.values() if p.email and p.email.casefold() == user.casefold()]
        same = same or [name for name in self.people if name.casefold() == user.casefold()]
        if len(same) == 1:
            return self.people[same[0]], ""
        made = _id_of_a_roster(user)
        if not made or made in self.people or any(key(made) == key(name) for name in self.people):
            near = ", ".join(sorted(name for name in self.people if key(made) == key(name))) or "nobody"
            return None, f"{user!r} may be the same as {near}, or may not; {ASK.get(owner.platform, ASK_ANYBODY)}"
        first, _, last = owner.name.rpartition(" ")
        return Person(made, first or last, last if first else ""), ""

    def _by_short_name(self, owner: Owner, alike: set[Owner]) -> tuple[Person | None, str]:
        """Canvas: the sortable name in one word, and a number that stays the same for a person."""
        known = [p for p in self.people.values() if p.lms_user_id == owner.number]
        if len(known) == 1:
            return known[0], ""
        free = [p for p in self.people.values() if not p.lms_user_id]
        wanted = squash(owner.short)
        near = [p for p in free if wanted in (squash(p.last_name + p.first_name), squash(p.id))]
        exact = [p for p in near if _visible(owner.short).lower() in (_word(p.last_name + p.first_name), p.id)]
        if len(exact) == 1 or (len(near) == 1 and not alike):
            return replace((exact if len(exact) == 1 else near)[0], lms_user_id=owner.number), ""
        turned = [p for p in free if wanted == squash(p.first_name + p.last_name)]
        if near or turned:
            ids = ", ".join(sorted(p.id for p in near or turned))
            return None, f"{owner.short!r} may be any of {ids}, or somebody else; {canvas.ASK}"
        made = student_id(owner.short)
        taken = not made or alike or any(squash(made) == squash(name) for name in self.people)
        return Person(f"{made}-{owner.number}".strip("-") if taken else made, lms_user_id=owner.number), ""


def _full(entry: Entry) -> str:
    return entry.name or f"{entry.first_name} {entry.last_name}".strip()


def _word(name: str) -> str:
    """A name as Canvas writes it into one word: word characters, lower-cased."""
    return "".join(c for c in _visible(name).lower() if unicodedata.category(c)[0] in "LMN" or c == "_")
