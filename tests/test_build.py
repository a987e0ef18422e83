"""`grader build`: text in, notebooks out, the same bytes each time, and nothing in them that a student must not see."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from conftest import CHAPTER

from grader.authoring import build, chapter, exercise
from grader.authoring.course import Course
from grader.errors import CourseError, UsageError
from grader.gate import rules_links
from grader.gate.findings import Findings

ROOT = Path(__file__).resolve().parents[1]
THE_COURSE = Course(ROOT)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _exercises(course: Course) -> nbformat.NotebookNode:
    text = build.build(course)[course.exercise_notebook("01-first")]
    return nbformat.reads(text, as_version=4)


def _cell(nb: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    return next(cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_two_builds_are_equal_byte_for_byte(small_course: Course) -> None:
    assert build.build(small_course) == build.build(small_course)


def test_every_generated_file_of_the_course_is_as_its_text_says() -> None:
    assert build.stale(THE_COURSE, build.build(THE_COURSE)) == []


def test_cell_ids_are_legal_and_different(small_course: Course) -> None:
    for path, text in build.build(small_course).items():
        if path.suffix == ".ipynb":
            nb = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
            nbformat.validate(nb)
            assert len({cell.id for cell in nb.cells}) == len(nb.cells)


def test_the_stub_names_its_exercise_and_parses(small_course: Course) -> None:
    stub = _cell(_exercises(small_course), "row_norms").source
    assert stub.startswith("# exercise: row_norms\n")
    assert '    raise NotImplementedError("row_norms")' in stub
    compile(stub, "stub", "exec")


def test_a_fix_it_exercise_gives_its_broken_code(small_course: Course) -> None:
    nb = _exercises(small_course)
    assert _cell(nb, "double_it").source.endswith('"""Twice `x`."""\n    return x ** 2')


def test_hidden_checks_go_and_visible_ones_stay_even_where_indented(small_course: Course) -> None:
    source = _cell(_exercises(small_course), "double_it-1").source
    assert "hidden_label" not in source
    assert source.startswith("# check: double_it-1\n")
    assert 'check.equal("double_it(2)"' in source


def test_locked_cells_are_locked_and_have_checksums(small_course: Course) -> None:
    for cell in _exercises(small_course).cells:
        meta = cell.metadata.nbgrader
        assert re.fullmatch(r"[0-9a-f]{32}", meta.checksum)
        assert cell.metadata.get("editable", True) is bool(meta.solution)


def test_points_come_from_the_cell_header(small_course: Course) -> None:
    nb = _exercises(small_course)
    assert [_cell(nb, name).metadata.nbgrader.points for name in ("row_norms-1", "double_it-1")] == [2, 1]


def _regions(source: str, begin: str, end: str) -> list[str]:
    found, inside = [], False
    for line in source.split("\n"):
        inside = (inside or line.strip() == begin) and line.strip() != end
        if inside and line.strip() != begin:
            found.append(line.strip())
    return [line for line in found if len(line) > 8 and not line.startswith("#")]


def _outside(source: str) -> list[str]:
    """The lines of a cell that stand in no region, and those of its stub."""
    lines, inside = [], False
    for line in source.split("\n"):
        if line.strip() in (exercise.BEGIN_SOLUTION, exercise.BEGIN_HIDDEN):
            inside = True
        elif line.strip() in (exercise.END_SOLUTION, exercise.END_HIDDEN):
            inside = False
        elif not inside or line.strip().startswith(exercise.STUB):
            lines.append(line.strip().removeprefix(exercise.STUB))
    return lines


@pytest.mark.parametrize("topic", THE_COURSE.exercise_topics())
def test_no_solution_line_and_no_hidden_check_reaches_a_student(topic: str) -> None:
    nb = nbformat.reads(THE_COURSE.exercise_notebook(topic).read_text(), as_version=4)
    student = {line.strip() for cell in nb.cells if cell.cell_type == "code" for line in cell.source.split("\n")}
    cells = [cell for cell in exercise.cells(THE_COURSE.solution(topic)) if cell.cell_type == "code"]
    # A line that the author also gives outside every region, such as a set-up line, is no secret.
    given = {line.strip() for cell in cells for line in _outside(cell.source)}
    for cell in cells:
        secret = _regions(cell.source, exercise.BEGIN_SOLUTION, exercise.END_SOLUTION)
        secret += _regions(cell.source, exercise.BEGIN_HIDDEN, exercise.END_HIDDEN)
        leaked = [line for line in secret if line in student and line not in given]
        assert leaked == []
    assert "BEGIN SOLUTION" not in THE_COURSE.exercise_notebook(topic).read_text()


def test_links_work_from_where_the_notebook_lies(small_course: Course) -> None:
    text = build.build(small_course)[small_course.chapter_notebook("01-first")]
    first = json.loads(text)["cells"][0]["source"]
    joined = "".join(first)
    assert "(00-welcome-chapter.ipynb)" in joined
    assert "(../exercises/01-first.ipynb#row_norms)" in joined
    assert "(https://example.org/a)" in joined


@pytest.mark.parametrize("topic", THE_COURSE.topics)
def test_every_relative_link_of_what_is_built_resolves(topic: str) -> None:
    found = Findings(topic)
    rules_links.check_built_links(THE_COURSE, topic, found)
    assert found == []


def test_a_notebook_loads_no_picture_from_the_network() -> None:
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        texts = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
        assert not [text for text in texts if re.search(r"!\[[^\]]*\]\(https?:|<img[^>]+https?:", text)], path


def test_an_exercise_leads_to_its_chapter_and_their_tabs_can_be_told_apart(small_course: Course) -> None:
    chapter, exercises = small_course.chapter_notebook("01-first"), small_course.exercise_notebook("01-first")
    assert "after [the chapter](../chapters/01-first-chapter.ipynb)" in _exercises(small_course).cells[0].source
    assert chapter.name != exercises.name


def test_what_looks_like_a_link_in_code_is_left_alone(small_course: Course) -> None:
    _edit(small_course.chapter("01-first"), "One sentence.", "`layers[0](x)`\n\n```text\nlayers[1](x)\n```\n\nOne.")
    text = build.build(small_course)[small_course.chapter_notebook("01-first")]
    source = "".join(json.loads(text)["cells"][0]["source"])
    assert "`layers[0](x)`" in source
    assert "layers[1](x)\n" in source


def test_graded_cells_let_run_all_go_on(small_course: Course) -> None:
    for cell in _exercises(small_course).cells:
        assert cell.metadata.get("tags", []) == (["raises-exception"] if cell.metadata.nbgrader.grade else [])


def test_the_badge_is_computed_from_one_setting(small_course: Course) -> None:
    _edit(small_course.root / "pyproject.toml", 'branch = "main"', 'branch = "v7"')
    files = build.build(small_course)
    for path, text in files.items():
        if path.suffix == ".ipynb":
            assert f"/blob/v7/notebooks/{path.parent.name}/{path.name})" in text
            assert "@v7" in text


def test_start_here_says_how_hard_and_long_all_is_and_what_is_not_there_yet(small_course: Course) -> None:
    (small_course.root / "course" / "04-later.md").write_text(
        CHAPTER.format(title="Later").replace("read: 10", "read: 95")
    )
    page = build.build(small_course)[small_course.root / "START_HERE.md"]
    # 10 + 10 + 5 + 95 minutes.
    assert "About 2 hours in all." in page and "Chapters 02 to 03 are being written." in page
    assert page.count("| 1 | You can do the first thing. |") == 3


def test_start_here_links_to_every_notebook(small_course: Course) -> None:
    page = build.build(small_course)[small_course.root / "START_HERE.md"]
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert links == [
        "notebooks/chapters/00-welcome-chapter.ipynb",
        "notebooks/chapters/01-first-chapter.ipynb",
        "notebooks/exercises/01-first.ipynb",
    ]


def test_an_edited_missing_or_orphaned_notebook_is_stale(small_course: Course) -> None:
    files = build.build(small_course)
    build.write(files)
    assert build.stale(small_course, files) == []
    edited = small_course.chapter_notebook("00-welcome")
    _edit(edited, "One sentence", "Two sentences")
    gone = small_course.chapter_notebook("01-first")
    gone.unlink()
    orphan = small_course.chapter_notebook("09-nothing")
    orphan.write_text("{}")
    assert build.stale(small_course, files) == [edited, gone, orphan]


def test_a_build_keeps_the_answers_of_a_student(small_course: Course) -> None:
    build.write(build.build(small_course))
    path = small_course.exercise_notebook("01-first")
    _edit(path, 'raise NotImplementedError(\\"row_norms\\")', "return my_own_work(x)")
    _edit(small_course.solution("01-first"), "Return the norm", "Give the norm")
    changed, kept = build.write(build.build(small_course))
    assert path in changed
    assert kept == [path.with_name("01-first.orig.ipynb")]
    assert "my_own_work" in kept[0].read_text()
    assert "my_own_work" not in path.read_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "course/01-first.md",
            "level: 1",
            "level: 9",
            "01-first.md:7: front matter 'level' must be a number from 1 to 5",
        ),
        ("course/01-first.md", "teaches: [first things]\n", "", "'teaches' must be a list"),
        (
            "course/01-first.md",
            "data: []",
            "date: []",
            "01-first.md:8: front matter 'date' must be one of the known",
        ),
        ("course/01-first.md", "title: First", "title: [First", "01-first.md:"),
        ("course/01-first.md", "# First\n", "# Last\n", "must begin with '# First'"),
        ("solutions/01-first.py", "points=2", "", "01-first.py:22: a graded cell needs its points"),
        ("solutions/01-first.py", "# check: row_norms-1", "# check row_norms", "write '# exercise: name'"),
        (
            "solutions/01-first.py",
            "# check: row_norms-1",
            "# check: other-1",
            "stands before its solution cell",
        ),
        ("solutions/01-first.py", "# exercise: double_it", "# exercise: row_norms", "is there twice"),
        (
            "solutions/01-first.py",
            "    ### END SOLUTION\n\n# %% points=2",
            "\n# %% points=2",
            "### END SOLUTION",
        ),
        ("solutions/01-first.py", "### END HIDDEN TESTS\n\n", "### END HIDDEN\n\n", "### END HIDDEN TESTS"),
    ],
)
def test_an_authors_mistake_is_one_sentence_with_its_file(
    small_course: Course, file: str, old: str, new: str, says: str
) -> None:
    _edit(small_course.root / file, old, new)
    with pytest.raises(CourseError) as caught:
        build.build(small_course)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_exercise_name_is_used_once_in_the_course(small_course: Course) -> None:
    (small_course.root / "course" / "02-second.md").write_text(
        small_course.chapter("01-first").read_text().replace("First", "Second")
    )
    (small_course.root / "solutions" / "02-second.py").write_text(small_course.solution("01-first").read_text())
    with pytest.raises(CourseError, match=r"02-second.py:\d+: exercise 'row_norms' is also in 01-first.py"):
        build.build(small_course)


@pytest.mark.parametrize(("name", "topic"), [("1", "01-first"), ("01", "01-first"), ("first", "01-first")])
def test_a_topic_has_short_names(small_course: Course, name: str, topic: str) -> None:
    assert small_course.resolve(name) == topic


def test_an_unknown_topic_is_told_with_the_nearest(small_course: Course) -> None:
    with pytest.raises(UsageError, match=r"no topic 'frist'\. Did you mean first\?"):
        small_course.resolve("frist")


def test_the_front_matter_is_read(small_course: Course) -> None:
    front, text = chapter.front_matter(small_course.chapter("01-first"))
    assert (front.title, front.read_minutes, front.practise_minutes, front.level) == ("First", 10, 5, 1)
    assert text.startswith("# First")
