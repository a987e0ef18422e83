"""What is executed is the instructor's notebook with the student's answers in it, whatever was handed in."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest
from attacks.assignment import CHECKS, RIGHT, WRONG, as_bytes, cell_of, code, hand_in, position, release, source

from grader.submissions import submitted
from grader.submissions.copies import settled
from grader.submissions.sanitise import Assembled, assemble, with_answers
from grader.submissions.submitted import NotGradable, own_files, parse_submission, read_submission, support_files


def _assemble(nb: dict[str, Any]) -> Assembled:
    read, _ = parse_submission(as_bytes(nb))
    return assemble(source(), read)


def _texts(made: Assembled) -> dict[str, str]:
    return {
        c.metadata.nbgrader.grade_id: c.source for c in made.notebook.cells if c.metadata.get("nbgrader") is not None
    }


def _order(made: Assembled) -> list[str]:
    return [c.metadata.get("nbgrader", {}).get("grade_id") or c.source for c in made.notebook.cells]


def _own(nb: dict[str, Any], before: str, text: str) -> None:
    nb["cells"].insert(position(nb, before), code(text))


def test_the_students_answers_and_the_instructors_checks_are_executed() -> None:
    made = _assemble(hand_in(RIGHT))
    assert {name: _texts(made)[name] for name in RIGHT} == RIGHT
    assert {name: _texts(made)[name] for name in CHECKS} == CHECKS
    assert (made.notes, made.missing) == ([], [])
    nbformat.validate(made.notebook)


def test_nothing_of_the_submission_but_texts_is_kept() -> None:
    nb = hand_in(RIGHT, before="1 + 1")
    nb["metadata"] = {"kernelspec": {"name": "bash"}, "widgets": {}, "grader": {}}
    for cell in nb["cells"]:
        cell["metadata"].update(tags=["skip-execution"], trusted=True)
        cell["attachments"] = {"a.png": {"image/png": "x"}}
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "forged"}]
    made = _assemble(nb).notebook
    assert made.metadata.kernelspec.name == "python3"
    assert set(made.metadata) == {"kernelspec"}
    for cell in made.cells:
        assert set(cell.metadata) <= {"nbgrader"}
        assert cell.get("outputs", []) == []
        assert "attachments" not in cell


def test_own_cells_stay_beside_their_neighbours() -> None:
    nb = hand_in(RIGHT, after="at the end")
    _own(nb, "slope", "before slope")
    _own(nb, "slope-1", "between slope and its check")
    order = _order(_assemble(nb))
    assert order[order.index("text-slope") + 1] == "before slope"
    assert order[order.index("slope") + 1] == "between slope and its check"
    assert order[-1] == "at the end"


def test_moved_cells_are_put_back_and_their_own_cells_go_with_them() -> None:
    nb = hand_in(RIGHT)
    at = position(nb, "one_hot")
    moved = [nb["cells"].pop(at), code("after one_hot")]
    nb["cells"][2:2] = moved
    order = _order(_assemble(nb))
    plain = [name for name in order if name != "after one_hot"]
    assert plain == [c.metadata.nbgrader.grade_id for c in source().cells]
    assert order[order.index("one_hot") + 1] == "after one_hot"


@pytest.mark.parametrize("first", ["# exercise: slope", "#exercise:  Slope ", "# my name\n\n# exercise: slope"])
def test_an_answer_is_found_by_its_marker_when_metadata_is_lost(first: str) -> None:
    nb = hand_in(RIGHT)
    answer = first + RIGHT["slope"].removeprefix("# exercise: slope")
    cell_of(nb, "slope")["source"] = answer
    for cell in nb["cells"]:
        cell["metadata"] = {}
    made = _assemble(nb)
    assert _texts(made)["slope"] == answer
    assert len(made.notebook.cells) == len(source().cells)


def test_an_answer_without_its_marker_is_found_by_its_metadata_in_any_schema() -> None:
    nb = hand_in(RIGHT)
    cell = cell_of(nb, "slope")
    cell["source"] = "def slope(f, x): return 1"
    cell["metadata"]["nbgrader"] = {"grade_id": "slope", "schema_version": 0}
    assert _texts(_assemble(nb))["slope"] == "def slope(f, x): return 1"


def test_the_last_of_several_answers_counts_and_that_is_noted() -> None:
    nb = hand_in(RIGHT)
    _own(nb, "slope", "# exercise: slope\nearlier = 1")
    made = _assemble(nb)
    assert _texts(made)["slope"] == RIGHT["slope"]
    order = _order(made)  # the other copy runs where it stands, as in the student's own Run All
    assert order.index("# exercise: slope\nearlier = 1") == order.index("slope") - 1
    assert made.notes == ["The answer 'slope' is there more than once (cells 7, 8); cell 8 counts."]


@pytest.mark.parametrize(
    ("where", "copy", "counts"),
    [
        (1, "# exercise: slope\nslope(1)", "own"),  # tried out below the answer, above its check
        (2, "# exercise: slope\ndef slope(x): return 9", "own"),  # below the check
        (1, "# exercise: slope\ndef slope(x): return 9", "copy"),  # another definition, which the check meets
        (0, "# exercise: slope\ndef slope(x): return 9", "own"),
        (1, "# exercise: slope\ndef slope(x) return", "own"),  # no Python: it defines nothing
        (1, "# exercise: slope\nraise NotImplementedError('slope')", "own"),
        (1, "# exercise: slope\nif True:\n    slope = lambda x: 9", "copy"),
        (1, "# exercise: slope\n%timeit slope(1)\nslope = max", "copy"),
    ],
)
def test_of_copies_of_an_answer_that_one_counts_which_its_check_meets(where: int, copy: str, counts: str) -> None:
    nb = hand_in(RIGHT)
    nb["cells"].insert(position(nb, "slope") + where, code(copy))
    made = _assemble(nb)
    assert _texts(made)["slope"] == (RIGHT["slope"] if counts == "own" else copy)
    students = nbformat.from_dict(nb)
    said = settled(students)["slope"]
    assert made.notes == [said]  # `grader check` and `grader grade` say the same
    order = [cell.source for cell in made.notebook.cells if "slope" in cell.source]
    assert copy in order or "NotImplemented" in copy
    assert "NotImplemented" not in "".join(cell.source for cell in students.cells if "slope" in cell.source)


def test_what_stands_above_the_first_line_of_an_exercise_is_no_second_answer() -> None:
    for above in ("%%time\n", "import math\n", "# mine\n%%time\n\n"):
        nb = hand_in({**RIGHT, "slope": above + RIGHT["slope"]})
        made = _assemble(nb)
        assert made.notes == []
        assert "".join(_order(made)).count("slope-1") == 1


def test_a_comment_of_many_megabytes_costs_nothing() -> None:
    made = _assemble(hand_in({**RIGHT, "slope": RIGHT["slope"] + "\n# " + "x" * 2_000_000}))
    assert _texts(made)["slope"].strip() == RIGHT["slope"]
    assert made.missing == []


_DOT = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 50).decode()


@pytest.mark.parametrize(
    ("name", "bundle", "kept"),
    [
        ("image.png", {"image/png": _DOT}, True),
        ("my pic (1).png", {"image/png": [_DOT[:20], "\n", _DOT[20:]]}, True),
        ("é.png", {"image/jpeg": base64.b64encode(b"\xff\xd8\xff0").decode()}, True),
        ("image.png", {"image/svg+xml": "<svg/>"}, False),
        ("image.png", {"image/png": "no base64!"}, False),
        ("image.png", {"image/png": base64.b64encode(b"<script>").decode()}, False),
        ("image.png", {"image/png": _DOT * 100_000}, False),
        ("image.png", None, False),
        ("image.png", [1], False),
    ],
)
def test_a_pasted_picture_is_kept_or_named_in_words(name: str, bundle: Any, kept: bool) -> None:
    from nbconvert import HTMLExporter

    nb = hand_in(RIGHT)
    nb["cells"].append(
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"Mine: ![{name}](attachment:{quote(name)}) and ![x](attachment:gone.png) [a]: attachment:b",
            "attachments": {name: bundle},
        }
    )
    notebook = _assemble(nb).notebook
    nbformat.validate(notebook)
    html, _ = HTMLExporter().from_notebook_node(notebook)  # as formgrader's page for marking by hand does
    assert ("data:image/" in notebook.cells[-1].source + html.split("Mine:")[1][:200]) == kept
    assert (f"The picture {name} is not" in html) != kept
    assert "The picture x is not in the file" in html


def test_a_copied_stub_never_takes_the_place_of_an_answer() -> None:
    nb = hand_in(RIGHT)
    nb["cells"].append(json.loads(json.dumps(cell_of(release(), "slope"))))
    assert _texts(_assemble(nb))["slope"] == RIGHT["slope"]


def test_a_copy_put_to_another_use_runs_as_a_cell_of_their_own() -> None:
    nb = hand_in(RIGHT)
    copy = json.loads(json.dumps(cell_of(nb, "slope")))
    copy["source"] = "print(slope(tf.sin, 1.0))"
    nb["cells"].insert(position(nb, "slope-1"), copy)
    made = _assemble(nb)
    assert _texts(made)["slope"] == RIGHT["slope"]
    assert "print(slope(tf.sin, 1.0))" in _order(made)


def test_a_cell_in_which_two_were_joined_is_cut_at_the_marker() -> None:
    nb = hand_in(RIGHT)
    cell_of(nb, "slope")["source"] = RIGHT["slope"] + "\n" + RIGHT["one_hot"]
    nb["cells"].pop(position(nb, "one_hot"))
    made = _assemble(nb)
    assert (_texts(made)["slope"], _texts(made)["one_hot"]) == (RIGHT["slope"], RIGHT["one_hot"])
    assert made.missing == []


def test_a_missing_answer_becomes_the_stub_and_never_the_solution() -> None:
    nb = hand_in(RIGHT)
    nb["cells"].pop(position(nb, "slope"))
    made = _assemble(nb)
    assert made.missing == ["slope"]
    assert made.notes == ["The answer cell 'slope' is missing."]
    assert 'raise NotImplementedError("slope")' in _texts(made)["slope"]
    assert "canary" not in _texts(made)["slope"]


def test_a_retyped_answer_counts_as_code() -> None:
    nb = hand_in(RIGHT)
    cell = cell_of(nb, "slope")
    cell["cell_type"] = "raw"
    made = _assemble(nb)
    assert _texts(made)["slope"] == RIGHT["slope"]
    assert made.notes == ["The answer 'slope' was a raw cell; it counts as code."]


def test_a_changed_locked_cell_is_noted_and_replaced() -> None:
    nb = hand_in(WRONG)
    cell_of(nb, "slope-1")["source"] = "# check: slope-1\npass"
    made = _assemble(nb)
    assert _texts(made)["slope-1"] == CHECKS["slope-1"]
    assert made.notes == ["The locked cell 'slope-1' was changed; the instructor's text is used."]


def test_answers_can_be_given_by_name() -> None:
    made = with_answers(source(), {"slope": WRONG["slope"]})
    texts = {c.metadata.nbgrader.grade_id: c.source for c in made.cells}
    assert texts["slope"] == WRONG["slope"]
    assert "canary" in texts["row_norms"]


def _other_course() -> nbformat.NotebookNode:
    """A notebook of another nbgrader course: no markers, free cells, written answers, a task."""
    new = nbformat.v4
    plain = {"locked": False, "task": False, "grade": False, "solution": False, "schema_version": 3}

    def meta(name: str, **flags: Any) -> dict[str, Any]:
        return {"nbgrader": {**plain, "grade_id": name, **flags}}

    solution = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    cells = [
        new.new_code_cell("import math"),
        new.new_code_cell(solution, metadata=meta("x", solution=True)),
        new.new_code_cell("assert x == 1", metadata=meta("t", grade=True, locked=True, points=1)),
        new.new_markdown_cell("solution", metadata=meta("why", grade=True, solution=True, points=2)),
        new.new_code_cell("plot()", metadata=meta("both", grade=True, solution=True, points=2)),
        new.new_markdown_cell("Do it.", metadata=meta("do", locked=True, task=True, points=3)),
    ]
    return new.new_notebook(cells=cells)


def test_a_notebook_of_another_course_is_put_together_by_grade_id() -> None:
    nb = json.loads(nbformat.writes(_other_course()))
    for cell, text in zip(
        nb["cells"], ["import cmath", "x = 2", "assert True", "because", "plot(2)", "Done."], strict=True
    ):
        cell["source"] = text
    nb["cells"].append(code("the work of the task"))
    made = _assemble_with(_other_course(), nb)
    assert [c.source for c in made.notebook.cells] == [
        "import cmath", "x = 2", "assert x == 1", "because", "plot(2)", "Do it.", "the work of the task",
    ]  # fmt: skip


def _assemble_with(master: nbformat.NotebookNode, nb: dict[str, Any]) -> Assembled:
    return assemble(master, parse_submission(as_bytes(nb))[0])


def test_missing_answers_of_another_course_are_blank() -> None:
    nb = {"cells": [code("1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    made = _assemble_with(_other_course(), nb)
    assert made.missing == ["x", "why", "both"]
    texts = _texts(made)
    assert texts["why"] == ""
    assert texts["x"].startswith("raise NotImplementedError") and texts["both"].startswith("raise NotImplementedError")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty: save the notebook and hand it in again."),
        (b"\0" * 100, "The file is empty: save the notebook and hand it in again."),
        (b'{"cells": [{"cell_type"', "The file is cut off at line 1: hand in the whole file."),
        (b"<html></html>", "The file is a web page (line 1): hand in the .ipynb file itself."),
        (b"import numpy", "The file is no notebook, or a damaged one (line 1): hand in the .ipynb file itself."),
        (b"[" * 10**6, "The file is nested too deeply to be a notebook."),
        (b"7", "The file is not a notebook: hand in the .ipynb file itself."),
        (b'{"a": 1}', "The file is JSON but has no cells: hand in the .ipynb file itself."),
        (b'{"cells": 5}', "The file is JSON but has no cells: hand in the .ipynb file itself."),
        (b'{"cells": [null, 3]}', "The notebook has no cells."),
        (b'{"cells": [%s{}]}' % (b"{}," * 2000), "The notebook has 2,001 cells, the limit is 2,000."),
    ],
)
def test_what_is_no_notebook_is_refused_with_one_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(NotGradable) as caught:
        parse_submission(data)
    assert str(caught.value) == reason


@pytest.mark.parametrize("value", [None, 5, 1.5, True, "x", [], {}, [1], {"a": {}}, "\ud800", 10**400])
@pytest.mark.parametrize("field", ["cell_type", "source", "metadata", "id", "outputs", "grade_id", "nbgrader"])
def test_a_wrong_type_in_any_field_never_raises(field: str, value: Any) -> None:
    nb = hand_in(RIGHT)
    cell = cell_of(nb, "slope")
    if field == "grade_id":
        cell["metadata"]["nbgrader"]["grade_id"] = value
    elif field == "nbgrader":
        cell["metadata"]["nbgrader"] = value
    else:
        cell[field] = value
    made = _assemble(nb)
    nbformat.validate(made.notebook)
    nbformat.writes(made.notebook).encode()
    assert _texts(made)["row_norms"] == RIGHT["row_norms"]


def test_links_fifos_and_folders_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "real.ipynb").write_bytes(as_bytes(release()))
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert read_submission(tmp_path / "real.ipynb")[1] == []
    for name in ("link", "fifo", "folder", "absent"):
        with pytest.raises(NotGradable):
            read_submission(tmp_path / f"{name}.ipynb")


def test_a_notebook_over_the_size_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted, "NOTEBOOK_BYTES", 1000)
    (tmp_path / "large.ipynb").write_bytes(b" " * 1001)
    with pytest.raises(NotGradable, match="clear its outputs"):
        read_submission(tmp_path / "large.ipynb")


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def test_support_files_are_the_regular_ones_and_the_instructors_win(tmp_path: Path) -> None:
    _write(tmp_path, "data.csv", "deep/er/x.npy", "mine.py", ".hidden", ".git/config", "other.ipynb", "table.csv")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    (tmp_path / "tree").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    files, notes = support_files(tmp_path, {"table.csv": b"the instructor's"})
    assert sorted(files) == ["data.csv", "deep/er/x.npy", "mine.py", "table.csv"]
    assert files["table.csv"] == b"the instructor's"
    assert notes == [
        "The file 'link.csv' is a link or cannot be read and was left out.",
        "The file 'pipe' is not a regular file and was left out.",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "numpy.py", "grader/__init__.py", "ipykernel_launcher.py", "sitecustomize.py", "random.so", "table.py",
        "os.pyc", "tensorflow.cpython-311-x86_64-linux-gnu.so", "table/__init__.py", "antigravity.py",
    ],
)  # fmt: skip
def test_files_that_would_take_the_place_of_a_module_are_left_out(tmp_path: Path, name: str) -> None:
    _write(tmp_path, name, "fine.py", "numpy/data.csv")
    files, notes = support_files(tmp_path, {"table.py": b"the instructor's"})
    assert sorted(files) == ["fine.py", "numpy/data.csv", "table.py"]
    assert files["table.py"] == b"the instructor's"
    assert len(notes) == (0 if name == "table.py" else 1)


def test_files_that_lie_in_the_way_of_the_instructors_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "data", "table.csv/mine", "other")
    own = {"data/x.csv": b"1", "table.csv": b"2"}
    assert support_files(tmp_path, own)[0] == {"other": b"other", **own}


def test_support_files_have_a_limit_each_and_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted, "FILE_BYTES", 10)
    monkeypatch.setattr(submitted, "FILES_BYTES", 25)
    for name, size in {"a": 10, "b": 11, "c": 10, "d": 10}.items():
        (tmp_path / name).write_bytes(bytes(size))
    files, notes = support_files(tmp_path)
    assert sorted(files) == ["a", "c"]
    assert len(notes) == 2


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(NotGradable, match="is a link"):
        support_files(tmp_path / "link")


def test_the_instructors_files_are_all_but_notebooks(tmp_path: Path) -> None:
    _write(tmp_path, "nb.ipynb", "data/x.csv", ".ipynb_checkpoints/y.csv")
    assert own_files(tmp_path) == {"data/x.csv": b"data/x.csv"}
