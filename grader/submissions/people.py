"""Who is in a class, and which of them a name means: never two people for one, and never one for two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from grader.submissions.names import Handle, Index, id_of_a_roster, key, squash, strict, student_id, visible, word
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


def user_name(person: Person, known: Known) -> str:
    """A student's user name on the platform: what a roster said, or the id, unless that was made of something else."""
    made = {squash(person.full_name), squash(f"{person.last_name} {person.first_name}"), squash(person.email)}
    if known.numbers or person.lms_user_id:
        made |= {squash(person.email.partition("@")[0]), squash(f"participant {''.join(known.numbers[:1])}")}
        made |= {squash(f"{name}{number}") for name in made for number in (*known.numbers, person.lms_user_id)}
    return known.user or ("" if squash(person.id) in made else person.id)


@dataclass(frozen=True)
class _Table:
    """What the lines of a roster or a table of marks say together.

    Attributes:
        names: how often each name stands in it.
        has_ids: whether it calls somebody of the class by the class's own id, so that its user names are these ids.
    """

    names: Counter[str]
    has_ids: bool


class People:
    """The students of a class; finds out whom a name means."""

    def __init__(self, people: Iterable[Person], known: Mapping[str, Known] | None = None) -> None:
        """Args: people: those in the gradebook. known: what else the class remembers of them, by id."""
        self._people: dict[str, Person] = {}
        self._known = dict(known or {})
        self._index = Index()
        self._by_number = {number: name for name, each in self._known.items() for number in each.numbers}
        for person in people:
            self.put(person)

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody, by id."""
        return self._people

    @property
    def known(self) -> Mapping[str, Known]:
        """What else the class remembers, by id."""
        return self._known

    def put(self, person: Person) -> None:
        """Take in somebody, or what is new of somebody."""
        self._people[person.id] = person
        self._index.put(person.id, _handles(person, self._of(person)))

    def _remember(self, name: str, known: Known) -> None:
        """Take in what a platform says of somebody, who need not be in the class yet."""
        new = set(known.numbers) - set(self._known.get(name, Known()).numbers)
        self._known[name] = known
        self._by_number |= dict.fromkeys(new, name)
        if name in self._people:
            self.put(self._people[name])

    def _of(self, person: Person) -> Known:
        return self._known.get(person.id, Known())

    def _with(self, what: str, value: str) -> list[Person]:
        """Those who have this handle."""
        return [self._people[name] for name in self._index.find(what, value)]

    def users(self) -> frozenset[str]:
        """All user names and ids."""
        return frozenset(self._people) | {known.user for known in self._known.values() if known.user}

    # Rosters

    def add(self, entries: list[Entry]) -> None:
        """Take over what a roster says; people who are known already are found, and are not doubled."""
        table = self._table(entries)
        locals_ = Counter(entry.email.partition("@")[0].casefold() for entry in entries if entry.email)
        for entry in entries:
            person = self._entry(entry, table) or self._new(entry, table.names, locals_)
            first, last = entry.first_name, entry.last_name
            if not first and not last:
                first, _, last = entry.name.rpartition(" ")
                first, last = (first, last) if first else (last, "")
            person = replace(
                person,
                first_name=person.first_name or (first if not person.last_name else ""),
                last_name=person.last_name or (last if not person.first_name else ""),
                email=person.email or entry.email,
                lms_user_id=entry.number if entry.platform in ("Canvas", "") and entry.number else person.lms_user_id,
            )
            before = self._of(person)
            mine = (entry.number,) if entry.platform == moodle.NAME and entry.number else ()
            numbers = tuple(dict.fromkeys((*before.numbers, *mine)))
            self.put(person)
            self._remember(person.id, Known(numbers, entry.user or before.user, entry.group or before.group))

    def those_of(self, entries: list[Entry]) -> list[Person | None]:
        """Who of the class each entry of a table is: None for a stranger, and where two of them would be one person."""
        table = self._table(entries)
        found = [self._entry(entry, table) for entry in entries]
        found = [
            self._people.get(f"participant-{entry.number}")
            if person is None and entry.platform == moodle.NAME
            else person
            for entry, person in zip(entries, found, strict=True)
        ]
        often = Counter(person.id for person in found if person)
        return [person if person and often[person.id] == 1 else None for person in found]

    def _table(self, entries: list[Entry]) -> _Table:
        names = Counter(strict(_full(entry)) for entry in entries)
        return _Table(names, any(name in self._people for entry in entries for name in _ids(entry)))

    def _entry(self, entry: Entry, table: _Table) -> Person | None:
        """The person who is an entry of a table, if they are known: by what is surest of all that somebody has."""
        if entry.platform == moodle.NAME and entry.number in self._by_number:
            return self._people.get(self._by_number[entry.number])
        own = {entry.id, id_of_a_roster(entry.id)} if entry.id else set[str]()
        full = strict(_full(entry))
        same = (
            (self._with("Canvas's number", entry.number) if entry.platform == canvas.NAME else [])
            or [self._people[name] for name in own if name in self._people]
            or self._with("user", entry.user)
            or [self._people[name] for name in {entry.registry} if name in self._people]
            or self._with("email", entry.email.casefold())
            or [p for p in self._with("name", full) if table.names[full] == 1 and self._may_be(p, entry, table)]
        )
        return same[0] if len(same) == 1 else None

    def _may_be(self, person: Person, entry: Entry, table: _Table) -> bool:
        """Whether nothing speaks against that somebody of the same name is the same person."""
        known, ids = self._of(person), {name.casefold() for name in _ids(entry)}
        other_mail = person.email and entry.email and person.email.casefold() != entry.email.casefold()
        other_user = entry.user and known.user
        other_number = entry.platform == canvas.NAME and person.lms_user_id and person.lms_user_id != entry.number
        its_own = entry.id and not entry.platform
        other_id = table.has_ids and ids and person.id.casefold() not in ids and user_name(person, known) == person.id
        return not (other_mail or other_user or other_number or its_own or other_id)

    def _new(self, entry: Entry, names: Counter[str], locals_: Counter[str]) -> Person:
        local, full = entry.email.partition("@")[0], _full(entry)
        if entry.id:
            wanted = id_of_a_roster(entry.id)
        elif entry.email:
            wanted = id_of_a_roster(local if locals_[local.casefold()] == 1 else entry.email)
            if wanted in self._people:
                wanted = id_of_a_roster(entry.email)
        elif full:
            again = names[strict(full)] > 1 and entry.number
            wanted = student_id(f"{full} {entry.number}" if again else full)
        else:
            wanted = f"participant-{entry.number}"
        return Person(self._free(wanted or "student", entry.number))

    def _free(self, wanted: str, number: str) -> str:
        """An id like this one that nobody has."""
        if wanted in self._people and number:
            wanted = f"{wanted}-{number}"
        name, again = wanted, 1
        while name in self._people:
            again += 1
            name = f"{wanted}-{again}"
        return name

    # Owners

    def meet(self, person: Person, owner: Owner) -> None:
        """Remember by which number or user name a platform knows a person, once it is sure who that is."""
        if (owner.platform == moodle.NAME and owner.number) or owner.users:
            before = self._of(person)
            mine = (owner.number,) if owner.platform == moodle.NAME else ()
            user = owner.users[0] if owner.users and owner.platform else ""
            numbers = tuple(dict.fromkeys((*before.numbers, *mine)))
            self._remember(person.id, replace(before, numbers=numbers, user=before.user or user))

    def find_all(self, owners: Collection[Owner]) -> dict[Owner, tuple[Person | None, str]]:
        """Whom the names of one source mean: a person known or new, or None and why that cannot be said."""
        settled = brightspace.settle([owner for owner in owners if owner.platform == brightspace.NAME])
        distinct = {settled.get(owner, owner) for owner in owners}
        alike: dict[str, set[Owner]] = defaultdict(set)
        for owner in distinct:
            alike[squash(owner.shown)].add(owner)
        compared = bool({o.number for o in distinct if o.platform == moodle.NAME} & set(self._by_number))
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
            sure = all(not owner.platform for owner in owners) and name in self._people
            if len(owners) > 1 and not sure:
                shown = " and ".join(repr(owner.shown) for owner in owners)
                for owner in owners:
                    found[owner] = None, f"{shown} would both be {name}; {ASK.get(owner.platform, ASK_ANYBODY)}"

    def _find(self, owner: Owner, alike: set[Owner], compared: bool) -> tuple[Person | None, str]:
        if owner.nobody:
            return None, owner.nobody
        number = self._by_number.get(owner.number, "") if owner.platform == moodle.NAME else ""
        if number in self._people:
            return self._people[number], ""
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
        if person is not None and compared and self._of(person).numbers:
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
        if by_id and name in self._people:
            return self._people[name]
        same = self._with("called" if by_id else "name", strict(name))
        return same[0] if len(same) == 1 else None

    def _similar(self, name: str) -> list[str]:
        """Who in the class has a name that differs by no letter."""
        return [f"{p.full_name} ({p.id})" if p.full_name else p.id for p in self._with("like", squash(name))]

    def _made(self, name: str) -> tuple[Person | None, str]:
        made = student_id(name)
        if not made or made in self._people:
            return None, f"{name!r} is no name for a student; {ASK_ANYBODY}"
        first, _, last = name.strip().rpartition(" ")
        if "," in name:
            last, _, first = (part.strip() for part in name.partition(","))
        return Person(made, first or last, last if first else ""), ""

    def _blind(self, owner: Owner) -> tuple[Person | None, str]:
        name = f"participant-{owner.number}"
        return self._people.get(name, Person(name)), ""

    def _by_user(self, owner: Owner) -> tuple[Person | None, str]:
        """By a user name, which is unique on its platform."""
        (user,) = owner.users
        if user in self._people:
            return self._people[user], ""
        folded = user.casefold()
        same = self._with("user", user) or self._with("email", folded) or self._with("id, folded", folded)
        if len(same) == 1:
            return same[0], ""
        made = id_of_a_roster(user)
        near = sorted(person.id for person in self._with("id's letters", key(made)))
        if not made or made in self._people or near:
            ask = ASK.get(owner.platform, ASK_ANYBODY)
            return None, f"{user!r} may be the same as {', '.join(near) or 'nobody'}, or may not; {ask}"
        first, _, last = owner.name.rpartition(" ")
        return Person(made, first or last, last if first else ""), ""

    def _by_short_name(self, owner: Owner, alike: set[Owner]) -> tuple[Person | None, str]:
        """Canvas: the sortable name in one word, and a number that stays the same for a person."""
        known = self._with("Canvas's number", owner.number)
        if len(known) == 1:
            return known[0], ""
        wanted = squash(owner.short)
        near = [p for p in self._with("sortable or id", wanted) if not p.lms_user_id]
        exact = [p for p in near if visible(owner.short).lower() in (word(p.last_name + p.first_name), p.id)]
        if len(exact) == 1 or (len(near) == 1 and not alike):
            return replace((exact if len(exact) == 1 else near)[0], lms_user_id=owner.number), ""
        turned = [p for p in self._with("first name first", wanted) if not p.lms_user_id]
        if near or turned:
            ids = ", ".join(sorted(p.id for p in near or turned))
            return None, f"{owner.short!r} may be any of {ids}, or somebody else; {canvas.ASK}"
        made = student_id(owner.short)
        taken = not made or alike or self._with("id's word", squash(made))
        return Person(f"{made}-{owner.number}".strip("-") if taken else made, lms_user_id=owner.number), ""


def _full(entry: Entry) -> str:
    return entry.name or f"{entry.first_name} {entry.last_name}".strip()


def _ids(entry: Entry) -> set[str]:
    """What the class may call somebody of a table."""
    return {entry.user, entry.id, entry.registry} - {""}


def _handles(person: Person, known: Known) -> set[Handle]:
    """All by which somebody is found."""
    full, of_id = strict(person.full_name), squash(person.id)
    sortable, turned = squash(person.last_name + person.first_name), squash(person.first_name + person.last_name)
    called = {full, strict(person.email), known.user}
    if person.last_name and person.first_name:
        called.add(strict(f"{person.last_name}, {person.first_name}"))
    if not person.full_name:
        called.add(strict(person.id))  # an id that was made from a name says less than the name
    return {
        ("Canvas's number", person.lms_user_id),
        ("user", known.user),
        ("email", person.email.casefold()),
        ("name", full),
        ("id, folded", person.id.casefold()),
        ("id's letters", key(person.id)),
        ("id's word", of_id),
        ("sortable or id", sortable),
        ("sortable or id", of_id),
        ("first name first", turned),
        *(("called", name) for name in called),
        *(("like", name) for name in (turned, sortable, of_id, squash(person.email))),
    }
