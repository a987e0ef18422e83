"""Who of a class a name means: nobody gets what is somebody else's, and a large class takes as long as it is large."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from grader.submissions.people import Known, People, Person
from grader.submissions.platforms.form import Entry, Owner


def people(count: int) -> list[Person]:
    return [Person(f"user{n}", f"First{n}", f"Last{n}", f"mail{n}@x.edu") for n in range(count)]


def entries(platform: str, count: int) -> list[Entry]:
    return [Entry(platform, name=f"First{n} Last{n}", number=str(n)) for n in range(count)]


def marks(count: int) -> object:
    return People(people(count)).those_of(entries("Blackboard", count))


def roster(count: int) -> object:
    made = People(people(count))
    made.add(entries("Moodle", count))
    return made


def owners_on_canvas(count: int) -> object:
    return People(people(count)).find_all({Owner("Canvas", str(n), short=f"last{n}first{n}") for n in range(count)})


def owners_with_user_names(count: int) -> object:
    owners = {Owner("Blackboard", name=f"New{n} Name{n}", users=(f"new{n}",)) for n in range(count)}
    return People(people(count)).find_all(owners)


def names_of_files(count: int) -> object:
    made = People(people(count))
    return [made.is_known(f"Last{n}, First{n}") for n in range(count)]


def calls(work: Callable[[int], object], count: int) -> int:
    """How many functions are called meanwhile: that is the same on every machine."""
    made = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work(count)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("work", [marks, roster, owners_on_canvas, owners_with_user_names, names_of_files])
def test_four_times_as_many_people_are_four_times_the_work(work: Callable[[int], object]) -> None:
    assert calls(work, 400) < 5 * calls(work, 100)


LEE = Person("alee", "Ana", "Lee")
WEI = Person("bwei", "Bea", "Wei")


@pytest.mark.parametrize("field", ["id", "user", "registry"])
def test_where_a_table_has_the_classs_ids_a_name_alone_is_somebody_elses(field: str) -> None:
    """The same for marks and for rosters: a namesake gets no mark, and a line of their own."""
    wei = Entry("Blackboard", id="bwei", name="Bea Wei")
    namesake = Entry("Blackboard", name="Ana Lee", **{field: "alee2"})  # type: ignore[arg-type]
    assert People([LEE, WEI]).those_of([wei, namesake]) == [WEI, None]
    made = People([LEE, WEI])
    made.add([wei, namesake])
    assert len(made.people) == 3
    assert made.people["alee"] == LEE


def test_an_id_that_was_made_of_the_name_does_not_speak_against_it() -> None:
    made_of_it = Person("ana-lee", "Ana", "Lee")
    table = [Entry("Blackboard", id="bwei", name="Bea Wei"), Entry("Blackboard", id="alee2", name="Ana Lee")]
    assert People([made_of_it, WEI]).those_of(table) == [WEI, made_of_it]


def test_a_table_that_has_none_of_the_classs_ids_goes_by_names() -> None:
    table = [Entry("Blackboard", id="bwei7", name="Bea Wei"), Entry("Blackboard", id="alee2", name="Ana Lee")]
    assert People([LEE, WEI]).those_of(table) == [WEI, LEE]


def test_what_is_learned_of_somebody_is_found_at_once() -> None:
    made = People([LEE])
    made.put(Person("alee", "Ana", "Lee-Wei", "ana@x.edu"))
    assert [made.is_known(name) for name in ("Ana Lee", "ana lee-wei", "ANA@x.edu")] == [False, True, True]
    made.meet(made.people["alee"], Owner("Moodle", "4101", name="Ana Lee-Wei"))
    assert made.those_of([Entry("Moodle", number="4101", name="Somebody Else")]) == [made.people["alee"]]


def test_a_number_of_somebody_who_has_left_is_nobody_elses() -> None:
    made = People([LEE], {"gone": Known(("4101",))})
    assert made.those_of([Entry("Moodle", number="4101", name="Ana Lee")]) == [None]
    made.meet(Person("never-there"), Owner("Moodle", "4102", name="Never There"))
    assert set(made.people) == {"alee"}


def test_nobody_is_found_by_what_is_empty() -> None:
    made = People([Person("participant-1"), LEE])
    assert made.those_of([Entry("Canvas"), Entry("Brightspace", email="")]) == [None, None]
