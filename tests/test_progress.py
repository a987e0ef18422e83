"""Progress: what a student has got right is kept in their own file, shown in a panel, and carried in a short code."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.authoring import build, notebook
from grader.authoring.course import Course
from grader.authoring.exercise import source_notebook
from grader.grading.execute import execute
from grader.kernels import sandbox
from grader.progress import codes as progress_code
from grader.progress import kept as progress
from grader.progress.contents import Contents, Exercise, Topic, fingerprint, load
from grader.progress.panel import Panel
from grader.student import scoreboard
from grader.submissions.sanitise import assemble, parse_submission

ROOT = Path(__file__).resolve().parents[1]
NORMS = "    return np.sqrt((x * x).sum(axis=-1))"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course, built once."""
    from conftest import CHAPTER, SOLUTION

    root = tmp_path_factory.mktemp("progress")
    (root / "course").mkdir()
    (root / "solutions").mkdir()
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (root / "course" / "00-welcome.md").write_text(CHAPTER.format(title="Welcome"))
    (root / "course" / "01-first.md").write_text(CHAPTER.format(title="First"))
    (root / "solutions" / "01-first.py").write_text(SOLUTION)
    made = Course(root)
    build.write(build.build(made))
    return made


@pytest.fixture(autouse=True)
def fresh(course: Course) -> Iterator[None]:
    """No progress before a test, none after it."""
    progress.file(course.root).unlink(missing_ok=True)
    yield
    progress.file(course.root).unlink(missing_ok=True)


def _run(course: Course, answers: dict[str, str], **environment: str) -> nbformat.NotebookNode:
    """The exercise notebook run as in JupyterLab, with these bodies in its answers."""
    path = course.exercise_notebook("01-first")
    nb = notebook.read(path)
    for cell in nb.cells:
        for name, body in answers.items():
            if cell.source.startswith(f"# exercise: {name}"):
                cell.source = f"# exercise: {name}\ndef {name}(x):\n{body}"
    # A cell that looks like one of the course's, and is not.
    nb.cells.insert(-1, nbformat.v4.new_code_cell("# check: stranger-1\nprint(1)"))
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        scoreboard.execute(nb, path.parent)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return nb


def _states(course: Course) -> dict[str, str]:
    return {**progress.read(progress.file(course.root)).states(load(course.root))}


def test_running_checks_adds_lines_and_the_last_cell_shows_the_panel(course: Course) -> None:
    nb = _run(course, {"row_norms": NORMS})
    lines = progress.file(course.root).read_text().splitlines()
    assert [line.split()[2:] for line in lines if not line.startswith("#")] == [["row_norms-1", "right"]]
    # The fix-it exercise was run as it was given, and fails: nobody has tried it yet.
    assert _states(course) == {"row_norms": "right", "double_it": "untouched"}
    data = nb.cells[-1].outputs[0]["data"]
    assert "1 of 2 right in this notebook, 1 of 2 in all" in data["text/plain"]
    assert "Next: double_it (double_it, chapter 01)" in data["text/plain"]
    assert "1 of 2 right in this notebook" in data["text/html"]
    # Another session: one answer gets worse, one is tried. What was right stays right.
    _run(course, {"row_norms": "    return x", "double_it": "    return x - x"})
    assert _states(course) == {"row_norms": "right", "double_it": "tried"}


@pytest.mark.parametrize("variable", [{"GRADER_SEED": "7"}, {"NBGRADER_EXECUTION": "autograde"}])
def test_a_grading_run_notes_nothing_and_shows_nothing(course: Course, variable: dict[str, str]) -> None:
    nb = _run(course, {"row_norms": NORMS}, **variable)
    assert not progress.file(course.root).exists()
    assert nb.cells[-1].source.startswith("from grader import progress")
    assert nb.cells[-1].outputs == []
    assert nb.cells[-1].execution_count


def test_in_the_sandbox_the_last_cell_gives_out_nothing(course: Course) -> None:
    if sandbox.available():
        pytest.skip("no sandbox on this machine")
    done = asyncio.run(execute(source_notebook(course, "01-first"), {}, seed=3))
    assert done.notebook.cells[-1].metadata.nbgrader.grade_id == "progress-panel"
    assert done.notebook.cells[-1].outputs == []
    assert not progress.file(course.root).exists()


def test_a_file_that_cannot_be_written_costs_a_check_nothing(course: Course) -> None:
    progress.file(course.root).mkdir()
    try:
        nb = _run(course, {"row_norms": NORMS})
    finally:
        progress.file(course.root).rmdir()
    check = next(cell for cell in nb.cells if cell.source.startswith("# check: row_norms-1"))
    assert [output.output_type for output in check.outputs] == ["stream"]
    assert "0 of 2" in nb.cells[-1].outputs[0]["data"]["text/plain"]


def test_the_last_cell_is_locked_and_the_same_in_every_build(course: Course) -> None:
    cell = notebook.read(course.exercise_notebook("01-first")).cells[-1]
    assert cell.source == 'from grader import progress\n\nprogress.show("01-first")'
    assert (cell.metadata.nbgrader.locked, cell.metadata.editable) == (True, False)
    again = build.build(course, ["01-first"])[course.exercise_notebook("01-first")]
    assert again == course.exercise_notebook("01-first").read_text()


@pytest.mark.parametrize("lacks", ["submission", "source"])
def test_a_class_that_began_before_there_was_a_last_cell_grades_as_ever(course: Course, lacks: str) -> None:
    source = source_notebook(course, "01-first")
    submitted, _ = parse_submission(course.exercise_notebook("01-first").read_bytes())
    (submitted if lacks == "submission" else source).cells.pop()
    made = assemble(source, submitted)
    assert (made.notes, made.missing) == ([], [])
    assert [cell.metadata.nbgrader.grade_id for cell in made.notebook.cells if "nbgrader" in cell.metadata] == [
        cell.metadata.nbgrader.grade_id for cell in source.cells
    ]


# The file


def test_torn_lines_and_hand_written_ones_lose_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / progress.FILE
    path.write_bytes(
        b"# mine\n2026-11-21 12:30  a-1  right\nb-1 right\n\n  c-1   wrong  \r\n"
        b"nonsense\n\xff\xfe\nd-1 perhaps\n2026-11-21 12"
    )
    progress.append(path, [("e-1", "error")])
    found = progress.read(path)
    assert found.checks == {"a-1": True, "b-1": True, "c-1": False, "e-1": False}
    assert found.strange == 4
    assert path.read_bytes().startswith(b"# mine\n")


def test_an_exercise_is_right_when_all_of_its_checks_have_been(tmp_path: Path) -> None:
    path = tmp_path / progress.FILE
    states = []
    for line in (("a-1", "wrong"), ("a-1", "right"), ("a-2", "right"), ("a-1", "error")):
        progress.append(path, [line])
        states.append(progress.read(path).state(["a-1", "a-2"]))
    assert states == ["tried", "tried", "right", "right"]
    assert progress.read(path).state(["b-1"]) == progress.read(path).state([]) == "untouched"


WRITER = """
import sys
from pathlib import Path
from grader.progress import kept as progress
print(flush=True)
sys.stdin.read()
for number in range(2000):
    progress.append(Path(sys.argv[1]), [(f"{sys.argv[2]}{number}-1", "right")])
"""


def test_notebooks_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / progress.FILE
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in "abcd"
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()  # it is ready
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    assert [writer.wait(60) for writer in writers] == [0] * 4
    found = progress.read(path)
    assert found.strange == 0
    assert set(found.checks) == {f"{name}{number}-1" for name in "abcd" for number in range(2000)}


def test_a_line_costs_under_a_millisecond(tmp_path: Path) -> None:
    path = tmp_path / progress.FILE
    spent = []
    for _ in range(200):
        began = time.perf_counter()
        progress.append(progress.file(path.parent), [("row_norms-1", "right")])
        spent.append(time.perf_counter() - began)
    assert sorted(spent)[100] < 0.001


def test_the_file_lies_beside_the_start_page_or_in_the_working_directory(course: Course, tmp_path: Path) -> None:
    assert progress.file(course.exercise_notebook("01-first").parent) == course.root / "course-progress.txt"
    assert progress.file(tmp_path) == tmp_path / "course-progress.txt"


def test_git_ignores_the_file() -> None:
    assert progress.FILE in (ROOT / ".gitignore").read_text().splitlines()


# The code


def _contents(topics: int = 5, each: int = 6) -> Contents:
    def exercise(topic: int, number: int) -> Exercise:
        name = f"exercise_{topic}_{number}"
        return Exercise(name, f"{number}. Title", (f"{name}-1", f"{name}-2"), fingerprint(name))

    made = [
        Topic(f"{topic:02d}-topic", f"Topic {topic}", tuple(exercise(topic, number) for number in range(each)))
        for topic in range(1, topics + 1)
    ]
    return Contents(tuple(made), "owner/name", "main")


def _some(contents: Contents) -> dict[str, str]:
    names = [each.name for topic in contents.topics for each in topic.exercises]
    return {name: ("right", "tried", "untouched", "right")[i % 4] for i, name in enumerate(names)}


@pytest.mark.parametrize(("topics", "length"), [(0, 8), (1, 16), (5, 50), (30, 240)])
def test_a_code_holds_every_state_and_is_short(topics: int, length: int) -> None:
    contents = _contents(topics)
    states = _some(contents)
    code = progress_code.encode(contents, states)
    assert len(code) <= length
    told, unknown = progress_code.decode(contents, code)
    assert told == {name: state for name, state in states.items() if state != "untouched"}
    assert unknown == []


def test_every_single_slip_in_a_code_is_noticed() -> None:
    contents = _contents()
    code = progress_code.encode(contents, _some(contents))
    slips = [code[:i] + code[i + 1 :] for i, c in enumerate(code) if c != "-"]
    slips += [code[:i] + other + code[i + 1 :] for i, c in enumerate(code) if c != "-" for other in "2X" if other != c]
    slips += [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1) if code[i] != code[i + 1]]
    plain = code.replace("-", "")
    for slip in slips:
        if slip.replace("-", "") != plain:
            with pytest.raises(ValueError, match="mistyped or incomplete"):
                progress_code.decode(contents, slip)


def test_small_letters_spaces_and_lookalikes_are_understood() -> None:
    contents = _contents()
    code = progress_code.encode(contents, _some(contents))
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert progress_code.decode(contents, f"  {typed}\n") == progress_code.decode(contents, code)


@pytest.mark.parametrize(
    ("code", "says"), [("", "incomplete"), ("hello, world", "'U' does not|incomplete"), ("U", "'U'")]
)
def test_what_is_no_code_is_said(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        progress_code.decode(_contents(), code)


def test_a_topic_whose_exercises_changed_is_named_and_the_others_are_restored() -> None:
    before, after = _contents(3), _contents(3)
    code = progress_code.encode(before, _some(before))
    changed = Topic("02-topic", "Topic 2", after.topics[1].exercises[:5])
    told, unknown = progress_code.decode(Contents((after.topics[0], changed, after.topics[2])), code)
    assert unknown == [2]
    assert {name.split("_")[1] for name in told} == {"1", "3"}


CARRY = """
import sys
from grader import progress
print(progress.code()) if len(sys.argv) == 1 else progress.restore(sys.argv[1])
"""


def test_a_code_carries_progress_into_an_empty_session(course: Course, tmp_path: Path) -> None:
    progress.append(progress.file(course.root), [("row_norms-1", "right"), ("double_it-1", "wrong")])
    code = subprocess.check_output([sys.executable, "-c", CARRY], cwd=course.root, text=True).strip()
    progress.file(course.root).unlink()
    for _ in range(2):
        said = subprocess.check_output([sys.executable, "-c", CARRY, code], cwd=course.root, text=True)
        assert said == "From the code: 1 right, 1 tried. progress.show() shows all.\n"
        assert _states(course) == {"row_norms": "right", "double_it": "tried"}
    assert len(progress.read(progress.file(course.root)).checks) == 2


def test_a_terminal_user_sees_the_same_and_gets_the_code(course: Course) -> None:
    progress.append(progress.file(course.root), [("row_norms-1", "right")])
    command = [sys.executable, "-m", "grader", "progress"]
    shown = subprocess.check_output(command, cwd=course.root, text=True)
    assert shown.startswith("Your progress: 1 of 2 exercises right\nNext: double_it")
    code = subprocess.check_output([*command, "--code"], cwd=course.root, text=True).strip()
    assert progress_code.decode(load(course.root), code) == ({"row_norms": "right"}, [])


# The panel


class _Outline(HTMLParser):
    """What a screen reader comes across, in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.hidden = 0
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        named = dict(attrs)
        self.hidden += named.get("aria-hidden") == "true"
        if tag in ("a", "summary", "table"):
            self.seen.append(f"<{tag}>")
        if tag == "th":
            assert named["scope"] in ("row", "col")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.hidden -= tag == "span" and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.seen.append(data.strip())


def _panel(**fields: Any) -> Panel:
    contents = _contents(2, 3)
    told: dict[str, Any] = {
        "contents": contents,
        "states": {"exercise_1_0": "right", "exercise_1_1": "tried"},
        "topic": "01-topic",
        "folder": Path("/nowhere"),
        "file": Path("/nowhere/course-progress.txt"),
    }
    return Panel(**{**told, **fields})


def test_the_panel_reads_in_order_and_says_in_words_what_signs_show() -> None:
    seen = _Outline(_panel().html()).seen
    assert seen[0] == "Your progress: 1 of 3 right in this notebook, 1 of 6 in all"
    words = " ".join(seen)
    order = ["0. Title right", "1. Title tried", "2. Title untouched", "Next:", "<summary> All chapters"]
    order += ["Topic 1 <a> 1 right, 1 tried, 1 untouched", "Topic 2 <a> 3 untouched", "progress.code()"]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "●" not in words


def test_the_panel_takes_its_colours_from_the_page() -> None:
    html = _panel().html()
    assert "color:inherit;background:none" in html
    assert "background:#" not in html


def test_titles_are_escaped_and_code_in_them_stays_code() -> None:
    topic = Topic("01-topic", "A & B", (Exercise("one", "The `<b>` tag", ("one-1",), ""),))
    html = _panel(contents=Contents((topic,)), states={}).html()
    assert "The <code>&lt;b&gt;</code> tag" in html
    assert "A &amp; B" in html


def test_links_lead_to_files_in_a_checkout_and_to_colab_elsewhere(course: Course, tmp_path: Path) -> None:
    folder = course.exercise_notebook("01-first").parent
    inside = _panel(contents=load(folder), folder=folder, topic="01-first", states={}).html()
    assert 'href="../chapters/01-first-chapter.ipynb"' in inside
    assert "colab" not in inside
    outside = _panel().html()
    assert (
        'href="https://colab.research.google.com/github/owner/name/blob/main/notebooks/chapters/01-topic-chapter.ipynb"'
        in outside
    )


def test_where_files_do_not_last_the_panel_ends_with_the_line_for_the_next_session() -> None:
    assert 'progress.restore("1ABCD")' in _panel(code="1ABCD").plain().splitlines()[-1]


COLAB = """
import sys, types
sys.modules["google.colab"] = types.ModuleType("google.colab")
from grader.progress import kept as progress
progress.append(progress.file(progress._here()), [("to_batch-1", "right"), ("to_batch-2", "right")])
progress.show("01-tensors")
print(progress.code())
"""


def test_in_colab_the_panel_knows_the_course_and_ends_with_the_code(tmp_path: Path) -> None:
    lines = subprocess.check_output([sys.executable, "-c", COLAB], cwd=tmp_path, text=True).splitlines()
    assert "  right      2. One picture, ready for a model" in lines
    assert f'progress.restore("{lines[-1]}")' in lines[-2]


def test_the_course_is_listed_as_its_text_says() -> None:
    contents = load(ROOT)
    assert contents.root == ROOT
    found = contents.exercise("to_batch")
    assert found == Exercise("to_batch", "2. One picture, ready for a model", ("to_batch-1", "to_batch-2"), found.given)
    nb = json.loads((ROOT / "notebooks" / "exercises" / "01-tensors.ipynb").read_text())
    stubs = ["".join(cell["source"]) for cell in nb["cells"] if "# exercise: to_batch" in "".join(cell["source"])]
    assert [fingerprint(stub) for stub in stubs] == [found.given]


def test_every_exercise_of_the_course_is_listed_by_its_heading() -> None:
    """Also where the code of a figure stands between the heading and the answer."""
    titles = [exercise.title for topic in load(ROOT).topics for exercise in topic.exercises]
    assert len(titles) > 100 and [title for title in titles if not re.match(r"\d\. \w", title)] == []


def test_it_imports_neither_tensorflow_nor_jupyter() -> None:
    heavy = "('tensorflow', 'IPython', 'nbformat', 'typer')"
    script = f"import sys; from grader import progress; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "[]\n"
