"""What the baselines, simple and good models of each project reach, over ten seeds.

    .venv/bin/python benchmarks/projects.py            all projects
    .venv/bin/python benchmarks/projects.py 20 22 --seeds 3

Each seed starts another training and draws other held-out rows. A level is fair where all seeds of a kind of model lie
on the same side of it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import cells, check_of, exercise_of, exercises, without_stub
from grader.checks import score
from grader.checks.values import describe
from grader.data import projects


def answers(course: Course, name: str) -> dict[str, str]:
    """The reference solution and the bank's right answers, baselines and simple models, as their names begin."""
    found = bank.read(course.project_answers(name), exercises(course.project(name)))
    chosen = {
        each.name: each.source
        for each in found
        if each.expect == "right" or each.name.startswith(("baseline", "simple"))
    }
    reference = next(cell.source for cell in cells(course.project(name)) if exercise_of(cell.source))
    return {**chosen, "the reference solution": without_stub(reference)}


def set_up(course: Course, name: str) -> dict[str, Any]:
    """What the cells above the solution define."""
    names: dict[str, Any] = {}
    for cell in cells(course.project(name)):
        if exercise_of(cell.source):
            break
        if cell.cell_type == "code":
            exec(cell.source, names)
    return names


def reached(source: str, names: dict[str, Any], data: str, seed: int) -> float:
    """The score on held-out rows of one model, trained anew."""
    keras.utils.set_random_seed(seed)
    own = dict(names)
    exec(source, own)
    own["train"]().save(own["MODEL"])
    features, truth = projects.held_out(data, 1000 + seed)
    project = projects.PROJECTS[data]
    found = score.score(project.metric, describe(own["predict"](project.read(features))), projects.read_array(truth))
    if isinstance(found, str):
        raise SystemExit(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*")
    parser.add_argument("--seeds", type=int, default=10)
    asked = parser.parse_args()
    course = Course.find()
    chosen = [course.resolve_project(name) for name in asked.projects] or course.projects
    os.chdir(tempfile.mkdtemp())
    for name in chosen:
        data = name[3:]
        bounds = [cell.source.split("at_")[1] for cell in cells(course.project(name)) if check_of(cell.source)]
        print(f"\n{name}: {projects.PROJECTS[data].metric}; levels at_{', at_'.join(bound[:-1] for bound in bounds)}")
        names = set_up(course, name)
        for title, source in answers(course, name).items():
            began = time.monotonic()
            scores = [reached(source, names, data, seed) for seed in range(asked.seeds)]
            spread = f"{min(scores):.3f} to {max(scores):.3f}, mean {statistics.mean(scores):.3f}"
            print(f"  {title:60} {spread}   {(time.monotonic() - began) / asked.seeds:.0f} s each", flush=True)


if __name__ == "__main__":
    main()
