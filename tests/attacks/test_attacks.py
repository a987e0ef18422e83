"""No attack earns a point it should not, harms another student or stops the run; no honest answer loses one."""

from __future__ import annotations

import asyncio
import hashlib
import html
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from grader.grading.outputs import Limits
from grader.grading.reference import reference
from grader.grading.submission import Graded, grade_files
from grader.kernels import sandbox
from grader.kernels.policy import Policy
from grader.report import feedback

from . import forging, killing, leaking, lying, malformed, noisy, suppress
from .assignment import ALL, CANARY, POINTS, RIGHT, hand_in, release, source
from .kinds import Submission, honest

ATTACKS = [
    *suppress.SUBMISSIONS,
    *lying.SUBMISSIONS,
    *forging.SUBMISSIONS,
    *killing.SUBMISSIONS,
    *malformed.SUBMISSIONS,
    *leaking.SUBMISSIONS,
    *leaking.FLOODS,
]
PAGE_SECONDS = 3.0
"""Processor time that a page may take on a busy machine; an ordinary one takes a tenth of a second."""
LIMITS = Limits(cell_seconds=30, notebook_seconds=120)
SHORT = Limits(cell_seconds=5, notebook_seconds=60)
POLICY = Policy(memory=1536 * 2**20, disk=128 * 2**20, processes=128)
AT_ONCE = 2
SEED = 20261121
NEVER_FAILS = ("one_hot-2",)
"""Graded cells that check nothing in the kernel: without a judge everybody is paid for them."""


@dataclass(frozen=True)
class Outcome:
    """What became of one submission."""

    submission: Submission
    graded: Graded
    seconds: float

    @property
    def overpaid(self) -> list[str]:
        return [name for name in self.submission.never if self.graded.verdicts[name].points > 0]

    @property
    def lost(self) -> list[str]:
        return [name for name in self.submission.keeps if self.graded.verdicts[name].points < POINTS[name]]

    @property
    def nbgrader_would_pay(self) -> list[str]:
        """What nbgrader's own rule makes of the same outputs."""
        if self.graded.executed is None:
            return []
        paid = []
        for cell in self.graded.executed.notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in self.submission.never and name not in NEVER_FAILS:
                try:
                    paid += [name] if determine_grade(cell)[0] > 0 else []
                except (ValueError, KeyError):  # nbgrader stops here
                    paid.append(name)
        return paid

    @property
    def leaked(self) -> bool:
        shown = [output for cell in self.graded.notebook.cells for output in cell.get("outputs", [])]
        return CANARY in repr(shown)


def _everybody() -> list[Submission]:
    """The attacks with an honest student before, between and after them, then the honest but noisy ones."""
    plain = [honest(f"honest student {n}", hand_in(RIGHT)) for n in range(4)]
    third = len(ATTACKS) // 3 + 1
    mixed = [plain[0]]
    for n in range(3):
        mixed += [*ATTACKS[n * third : (n + 1) * third], plain[n + 1]]
    return [*mixed, *noisy.SUBMISSIONS]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    if problem := sandbox.available():
        pytest.skip(problem)
    os.environ["SECRET_OF_THE_GRADER"] = "SECRET_OF_THE_GRADER"
    return asyncio.run(_grade_all(tmp_path_factory.mktemp("class")))


async def _grade_all(directory: Path) -> list[Outcome]:
    (directory / "source").mkdir()
    nbformat.write(source(), directory / "source" / "attack.ipynb")
    before = _digest(directory / "source")
    master = await reference(source(), {}, seed=SEED, policy=POLICY, limits=LIMITS)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, submission: Submission) -> Outcome:
        folder = directory / "submitted" / f"student-{number}"
        for path, data in {"attack.ipynb": submission.data, **submission.files}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        if submission.prepare:
            submission.prepare(folder)
        async with turn:
            started = time.monotonic()
            graded = await grade_files(
                source(), folder / "attack.ipynb", reference=master, policy=POLICY, limits=_limits(submission)
            )
            return Outcome(submission, graded, time.monotonic() - started)

    found = await asyncio.gather(*(one(n, submission) for n, submission in enumerate(_everybody())))
    assert _digest(directory / "source") == before
    return found


def _limits(submission: Submission) -> Limits:
    return SHORT if submission.family == killing.FAMILY else LIMITS


def _digest(folder: Path) -> str:
    return hashlib.sha256(b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())).hexdigest()


def test_no_attack_earns_a_point_that_it_should_not(outcomes: list[Outcome]) -> None:
    assert [(o.submission.name, o.overpaid, o.graded.notes) for o in outcomes if o.overpaid] == []


def test_nobody_loses_a_point_that_was_earned(outcomes: list[Outcome]) -> None:
    assert [(o.submission.name, o.lost, o.graded.notes) for o in outcomes if o.lost] == []


def test_no_secret_reaches_a_students_notebook(outcomes: list[Outcome]) -> None:
    assert [o.submission.name for o in outcomes if o.leaked] == []


@pytest.fixture(scope="module")
def pages(outcomes: list[Outcome], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float]]:
    """The page that each student reads, and the seconds that it took to make."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "release").mkdir()
    nbformat.write(nbformat.from_dict(release()), folder / "release" / "attack.ipynb")
    made = {}
    for number, outcome in enumerate(outcomes):
        path = folder / f"{number}.ipynb"
        path.write_text(nbformat.writes(outcome.graded.notebook))
        where = folder / f"{number}.html", folder / "release" / "attack.ipynb", feedback.Marks(0, sum(POINTS.values()))
        started = time.process_time()
        feedback._make(feedback.Page("student", "attack", "attack", path, *where))
        made[outcome.submission.name] = where[0].read_text(), time.process_time() - started
    return made


def test_no_hidden_check_reaches_a_students_page(pages: dict[str, tuple[str, float]]) -> None:
    shown = {name: html.unescape(re.sub(r"<[^>]*>", "", page)) for name, (page, _) in pages.items()}
    assert [name for name, text in shown.items() if any(word in text for word in leaking.SECRETS)] == []
    assert all("Verdict" in page for page, _ in pages.values())


def test_no_page_takes_longer_than_others_can_wait(pages: dict[str, tuple[str, float]]) -> None:
    assert [(name, seconds) for name, (_, seconds) in pages.items() if seconds > PAGE_SECONDS] == []


def test_no_honest_answer_is_flagged_right_or_wrong(outcomes: list[Outcome]) -> None:
    honest = [o for o in outcomes if o.submission.family.startswith("honest")]
    assert [(o.submission.name, v.flags) for o in honest for v in o.graded.verdicts.values() if v.flags] == []


def test_every_submission_ends_in_a_state_and_in_a_notebook_that_can_be_written(
    outcomes: list[Outcome], tmp_path: Path
) -> None:
    for number, outcome in enumerate(outcomes):
        assert set(outcome.graded.verdicts) == set(ALL)
        assert outcome.graded.state in ("graded", "graded in part", "not gradable")
        nbformat.validate(outcome.graded.notebook)
        nbformat.write(outcome.graded.notebook, tmp_path / f"{number}.ipynb")
        if outcome.graded.state == "not gradable":
            assert outcome.graded.notes and outcome.graded.notes[0].endswith(".")


def test_nbgrader_finds_the_points_of_the_verdict_in_every_graded_cell(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for cell in outcome.graded.notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in ALL:
                assert determine_grade(cell)[0] == outcome.graded.verdicts[name].points


def test_no_process_and_no_file_is_left_behind(outcomes: list[Outcome]) -> None:
    commands = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            commands.append(Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    assert not [command for command in commands if killing.LEFT_BEHIND in command]
    assert not Path("/tmp/pickled-by-the-grader").exists()


def test_there_are_enough_of_them(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    assert len(ATTACKS) >= 60
    assert len(noisy.SUBMISSIONS) >= 15
    assert len({(s.family, s.name) for s in ATTACKS}) == len(ATTACKS)
    with capsys.disabled():
        print("\n" + "\n".join(_table(outcomes)))


def _table(outcomes: list[Outcome]) -> list[str]:
    """What was tried and what came of it, family by family."""
    families = dict.fromkeys(o.submission.family for o in outcomes)
    columns = ("tried", "nbgrader's rule pays or stops", "overpaid", "leaked", "marks lost", "seconds")
    lines = [f"{'family':28}" + "".join(f"{name:>{len(name) + 2}}" for name in columns)]
    for family in families:
        ours = [o for o in outcomes if o.submission.family == family]
        facts = [(True, o.nbgrader_would_pay, o.overpaid, o.leaked, o.lost) for o in ours]
        numbers = [sum(map(bool, column)) for column in zip(*facts, strict=True)]
        numbers.append(round(sum(o.seconds for o in ours)))
        cells = [f"{number:{len(name) + 2}}" for name, number in zip(columns, numbers, strict=True)]
        lines.append(f"{family:28}" + "".join(cells))
    return lines
