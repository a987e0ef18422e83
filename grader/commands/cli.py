"""The `grader` command."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from grader.errors import CourseError, NotebookError, UsageError, passes

app = typer.Typer(
    help="TensorFlow by Exercise: open the course, check your answers, build and grade it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
out = Console()

ClassDirectory = Annotated[
    Path | None, typer.Option("--class", help="The class directory; the one around the working directory if not given.")
]


def main() -> None:
    """Run the command; an error is one sentence, exit code 2 for wrong use and 1 for a failed job."""
    _save_seconds()
    own = str(Path(sys.executable).parent)
    if own not in os.environ.get("PATH", "").split(os.pathsep):
        # nbgrader calls alembic by its name, so it must be found where the environment is not activated, too.
        os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", "")])
    try:
        app()
    except UsageError as error:
        _fail(error, 2)
    except (CourseError, NotebookError) as error:
        _fail(error, 1)
    except OSError as error:
        if not passes(error):
            raise
        _fail(f"The disk is full ({error}): make room, and run this again.", 1)
    except SystemExit:
        _tell_of_tensorflow()
        raise
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("grader"):
            raise
        from grader.lab.installed import addition

        _fail(f"This command needs {error.name}, which is not installed: {addition('cpu,lab,instructor')}", 2)
    except Exception:
        if not _tell_of_tensorflow():
            raise
        sys.exit(1)


def _tell_of_tensorflow() -> bool:
    """Say what helps where the kernels of this command could not import TensorFlow; whether that was so."""
    launch = sys.modules.get("grader.kernels.launch")
    reason = launch.unimportable() if launch else None
    if reason:
        _say_error(f"TensorFlow cannot be imported here ({reason}): run 'grader doctor', which says what to do.")
    return bool(reason)


def _save_seconds() -> None:
    """Leave out two things that take time in every command and give nothing."""
    # With this, importing jsonschema, as nbformat does, would take 0.8 s longer: a grammar of IRIs, not in notebooks.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    # The interpreter's last look for garbage would take 0.2 s.
    atexit.register(gc.freeze)


def _say_error(message: object) -> None:
    from grader.files import shown

    text = "\n".join(map(shown, f"grader: {message}".split("\n")))
    Console(stderr=True).print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)


def _fail(message: object, code: int) -> None:
    _say_error(message)
    if code == 1:
        _tell_of_tensorflow()
    sys.exit(code)


@app.command()
def build(
    topics: Annotated[list[str] | None, typer.Argument(help="Topics, such as 01 or tensors; all when none.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 and name what is stale.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Only write files that are not there.")] = False,
) -> None:
    """Make the notebooks and START_HERE.md from course/*.md and solutions/*.py."""
    from grader.authoring import build as builder
    from grader.authoring.course import Course

    course = Course.find()
    chosen = [course.resolve(name) for name in topics] if topics else None
    with out.status("building …") as status:
        files = builder.build(course, chosen, lambda topic: status.update(f"building {topic} …"))
    if missing:
        files = {path: text for path, text in files.items() if not path.exists()}
    if check:
        stale = builder.stale(course, files)
        for path in stale:
            out.print(f"stale: {path.relative_to(course.root)}", highlight=False)
        if stale:
            out.print(f"{len(stale)} stale; run 'grader build' and commit what it writes.", highlight=False)
            raise typer.Exit(1)
        out.print(f"{len(files)} files, all as their text says.", highlight=False)
        return
    changed, kept = builder.write(files)
    for path in changed:
        out.print(f"built {path.relative_to(course.root)}", highlight=False)
    for path in kept:
        out.print(f"kept your answers in {path.relative_to(course.root)}", style="yellow", highlight=False)
    if chosen is None and not missing:
        for path in builder.orphans(course):
            path.unlink()
            out.print(f"removed {path.relative_to(course.root)}: its topic is gone", highlight=False)
    if not changed:
        out.print("Nothing to do: every notebook is as its text says.", highlight=False)


@app.command()
def check(
    notebooks: Annotated[
        list[str] | None, typer.Argument(help="Exercise notebooks (.ipynb) or topics.", show_default=False)
    ] = None,
    all_checks: Annotated[
        bool, typer.Option("--all", help="Run the hidden checks, too, as it would be graded; needs a checkout.")
    ] = False,
) -> None:
    """Run exercise notebooks as a student would and print a scoreboard; exit 1 if anything is not right."""
    from grader.student import all_checks as as_graded
    from grader.student import scoreboard

    if not notebooks:
        raise UsageError(f"Name an exercise notebook or a topic: grader check {'--all ' if all_checks else ''}01")
    paths = [scoreboard.find(name) for name in notebooks]
    run = as_graded.run if all_checks else scoreboard.run
    perfect = True
    for path in paths:
        with out.status(f"running {path.name} …") as status:
            rows = run(path, lambda exercise: status.update(f"running {exercise} …"))
        out.print(scoreboard.table(path, rows))
        for message in scoreboard.messages(rows, out.width):
            out.print(message)
        out.print()
        if not all_checks:
            _say(scoreboard.hidden_checks(path, [row.exercise for row in rows]))
        perfect &= all(row.outcome == "right" for row in rows)
    raise typer.Exit(0 if perfect else 1)


@app.command()
def watch(
    notebook: Annotated[str, typer.Argument(help="An exercise notebook or a topic.", show_default=False)],
) -> None:
    """Check an exercise notebook each time it is saved, and show the first thing to put right; h: hint, q: quit."""
    from grader.student.watch import watch_command

    watch_command(notebook, out)


@app.command()
def progress(
    code: Annotated[bool, typer.Option("--code", help="Print it as a code for progress.restore().")] = False,
) -> None:
    """Show which exercises are right, tried and untouched, and what comes next."""
    from grader import progress as kept

    if code:
        print(kept.code())
    else:
        kept.show()


@app.command()
def solution(
    exercise: Annotated[str, typer.Argument(help="Its name, as in '# exercise: name'.", show_default=False)],
    now: Annotated[bool, typer.Option("--now", help="Before any attempt, too.")] = False,
) -> None:
    """Show the worked solution of an exercise that you have tried: the code, why it works, another way."""
    from grader.student.solution import solution_command

    solution_command(exercise, out, now=now)


@app.command()
def update(
    notebooks: Annotated[list[str] | None, typer.Argument(help="Only these notebooks, to this version.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="A newer copy of the course: a folder, a ZIP.")] = None,
) -> None:
    """Bring the course, or notebooks, to a newer version; your answers are put back by exercise name."""
    from grader.student.update import update_command

    update_command(notebooks or [], source, _say)


@app.command()
def doctor() -> None:
    """Print versions and devices, what is missing, and how to get it."""
    from grader.lab import doctor as examination

    findings = examination.examine()
    out.print(examination.table(findings))
    for line in examination.advice(findings):
        out.print(f"To mend it: {line}", style="bold", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if all(finding.fine for finding in findings) else 1)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="The port to ask for; the next free one is taken if it is in use.")] = 8888,
    ip: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    instructor: Annotated[bool, typer.Option("--instructor", help="Show nbgrader's instructor panels.")] = False,
    exchange: Annotated[bool, typer.Option("--exchange", help="Show a student nbgrader's Assignment List.")] = False,
) -> None:
    """Open the course in JupyterLab; with --instructor, in a class directory, that class and its formgrader."""
    from grader.lab import start as jupyterlab

    jupyterlab.start(port=port, ip=ip, browser=browser, instructor=instructor, exchange=exchange)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="The class directory to make.", show_default=False)],
    topics: Annotated[list[str] | None, typer.Option("--topic", help="Only this topic (repeatable).")] = None,
    projects: Annotated[
        list[str] | None, typer.Option("--project", help="Only this project, such as 20 (repeatable).")
    ] = None,
    group: Annotated[str | None, typer.Option(help="A system group of instructors who share the class.")] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Only add to its nbgrader_config.py what an older version left out.")
    ] = False,
) -> None:
    """Make a class directory: an nbgrader course with this course's exercises, ready to release and grade."""
    from grader.authoring.course import Course
    from grader.classroom import class_directory, plug_ins

    if repair:
        for line in plug_ins.repair(directory):
            out.print(line, highlight=False, soft_wrap=True)
        return
    course = Course.find()
    tasks = [course.resolve_project(name) for name in projects or ()]
    chosen = [course.resolve(name) for name in topics or ()] if topics or tasks else course.exercise_topics()
    with out.status("making the class directory …") as status:
        made = class_directory.create(course, directory, chosen, lambda step: status.update(f"{step} …"), group, tasks)
    for line in made:
        out.print(line, highlight=False)


@app.command()
def plan(
    example: Annotated[
        bool, typer.Option("--example", help="Print a class.yml to begin with, for this class.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be changed.")] = False,
    directory: ClassDirectory = None,
) -> None:
    """Show the term's dates, late rule, extensions and weights in class.yml, and enter them in the gradebook."""
    from grader.commands import plan as plan_command

    if example:
        print(plan_command.example(directory), end="")
    else:
        plan_command.plan_command(directory, out, dry_run=dry_run)


@app.command()
def verify(
    topics: Annotated[list[str] | None, typer.Argument(help="Topics, such as 01 or tensors; all when none.")] = None,
    unproved: Annotated[bool, typer.Option("--unproved", help="Run only what changed since it last held.")] = False,
    also: Annotated[int, typer.Option(min=0, help="With --unproved: run so many others, drawn by the commit.")] = 0,
    html: Annotated[Path | None, typer.Option(help="Write a report page to this file.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Kernels at once; as many as there are cores if not given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again what has not changed.")] = False,
    mutants: Annotated[bool, typer.Option("--mutants", help="Try right answers changed in one place; slow.")] = False,
    seeds: Annotated[bool, typer.Option("--seeds", help="Try every answer with 20 seeds; slow.")] = False,
) -> None:
    """The authors' gate: every chapter runs, every exercise is proved; exit 1 if anything is wrong."""
    from grader.commands import long_proofs
    from grader.commands import verify as verify_command

    if mutants or seeds:
        if unproved or html or (mutants and seeds):
            raise UsageError("--mutants and --seeds go alone, with topics, --jobs and --force.")
        run = long_proofs.run_mutants if mutants else long_proofs.run_seeds
        raise typer.Exit(run(out, topics or [], jobs=jobs, force=force))
    code = verify_command.run(out, topics or [], unproved=unproved, also=also, html=html, jobs=jobs, force=force)
    raise typer.Exit(code)


@app.command()
def site(
    topics: Annotated[list[str] | None, typer.Argument(help="Topics, such as 01 or tensors; all when none.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="The folder to fill; _site if not given.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Chapters at once; as many as there are cores if not given.")] = None,
    links: Annotated[bool, typer.Option("--links", help="List the addresses that lead out of the site.")] = False,
) -> None:
    """Make the course's web site: executed chapters, exercises without solutions, glossary, search."""
    from grader.commands import site as site_command

    site_command.run(out, topics or [], folder=folder, jobs=jobs, links=links)


@app.command()
def new(topic: Annotated[str, typer.Argument(help="The topic, such as 30-audio.", show_default=False)]) -> None:
    """Start a topic: chapter, exercises and answer bank from a template that passes the gate."""
    from grader.authoring import new as template

    template.run(out, topic)


@app.command()
def grade(
    assignments: Annotated[list[str] | None, typer.Argument(help="All that were handed in when none.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="Only this student (repeatable).")] = None,
    jobs: Annotated[int, typer.Option(help="Kernels at once; 0: one more than there are cores.")] = 0,
    seed: Annotated[int | None, typer.Option(help="The seed of hidden inputs, from now on.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Execute again what has not changed.")] = False,
    sandbox: Annotated[
        bool, typer.Option("--sandbox/--no-sandbox", help="--no-sandbox gives students' code all your rights.")
    ] = True,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://HOST:PORT.")] = None,
    db: Annotated[str | None, typer.Option(help="The gradebook's URL, such as postgresql://…")] = None,
    feedback: Annotated[bool, typer.Option("--feedback", help="Also write the feedback pages.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C: take in what arrives, grade it, give feedback back.")
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option("--from", help="With --watch: a folder where hand-ins arrive, or 'exchange' (repeatable)."),
    ] = None,
    attempts_per_day: Annotated[
        int | None, typer.Option(min=0, help="With --watch: so many hand-ins a day are graded for a student; 0: all.")
    ] = None,
    counts: Annotated[
        Literal["last", "best", "last-before-due"] | None, typer.Option(help="With --watch: which attempt counts.")
    ] = None,
    directory: ClassDirectory = None,
) -> None:
    """Grade a class: run every submission in a sandbox, judge it, record it; exit 1 if one could not be graded."""
    if watch:
        if student or force or as_json:
            raise UsageError("--watch grades all that arrives: leave --student, --force and --json out.")
        from grader.commands import grade_watch

        grade_watch.run(
            directory,
            out,
            sources=source or ["exchange"],
            per_day=attempts_per_day,
            counts=counts,
            assignments=tuple(assignments or ()),
            jobs=jobs,
            seed=seed,
            sandbox=sandbox,
            scheduler=scheduler,
            db_url=db,
        )
        return
    if source or attempts_per_day is not None or counts:
        raise UsageError("--from, --attempts-per-day and --counts go with --watch.")
    from grader.commands import grade as grade_command

    code = grade_command.run(
        directory,
        out,
        as_json=as_json,
        feedback=feedback,
        assignments=tuple(assignments or ()),
        students=tuple(student or ()),
        jobs=jobs,
        seed=seed,
        force=force,
        sandbox=sandbox,
        scheduler=scheduler,
        db_url=db,
    )
    raise typer.Exit(code)


def _say(line: object) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=isinstance(line, str))


@app.command()
def collect(
    source: Annotated[
        str,
        typer.Argument(
            help="A folder, a ZIP from Moodle, Canvas, Blackboard or Brightspace, a notebook, or 'exchange'.",
            show_default=False,
        ),
    ],
    assignment: Annotated[list[str] | None, typer.Option(help="Only this assignment (repeatable).")] = None,
    student: Annotated[str | None, typer.Option(help="Whose it is, where SOURCE is one student's.")] = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="Who is in the class: what Canvas, Moodle, Blackboard or Brightspace exports, or a CSV."),
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="A regular expression for file names, as nbgrader's named_regexp.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of the times in file names, such as Europe/London.")] = "UTC",
    keep: Annotated[
        Literal["last", "first", "last-in-time"],
        typer.Option(help="Which of a student's notebooks of one name counts."),
    ] = "last",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    directory: ClassDirectory = None,
) -> None:
    """Bring what students handed in to submitted/, and list what could not be placed; exit 1 if there is any."""
    from grader.commands.collect import collect_command

    with Console(stderr=True).status("collecting …") as status:
        told: list[object] = []
        code = collect_command(
            source,
            assignment,
            directory=directory,
            student=student,
            roster=roster,
            pattern=pattern,
            zone=timezone,
            keep=keep,
            dry_run=dry_run,
            show=told.append,
            progress=lambda step: status.update(f"{step} …"),
        )
    for line in told:
        _say(line)
    raise typer.Exit(code)


@app.command()
def feedback(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all when none.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="Only this student (repeatable).")] = None,
    all_outputs: Annotated[
        bool, typer.Option("--all-outputs", help="Also show what cells gave out after hidden checks had run.")
    ] = False,
    jobs: Annotated[int, typer.Option(help="Processes; 0 for all cores.")] = 0,
    directory: ClassDirectory = None,
) -> None:
    """Write a feedback page for each graded notebook."""
    from grader.report.feedback import feedback_command

    code = feedback_command(
        assignments, directory=directory, students=student or (), all_outputs=all_outputs, jobs=jobs, show=_say
    )
    raise typer.Exit(code)


@app.command("release-solutions")
def release_solutions(
    assignments: Annotated[list[str] | None, typer.Argument(help="All that have a date when none.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Whatever the date.")] = False,
    directory: ClassDirectory = None,
) -> None:
    """Write the worked solutions whose date has come, for the class."""
    from grader.classroom.release_solutions import release_solutions_command

    release_solutions_command(assignments or [], directory=directory, now=now, show=_say)


@app.command()
def report(
    html: Annotated[Path | None, typer.Option(help="Where the page goes; the tables go beside it.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    directory: ClassDirectory = None,
) -> None:
    """Write the class report: one page, and tables for spreadsheets, Canvas and Moodle."""
    from grader.report.class_report import report_command

    raise typer.Exit(report_command(html=html, open_page=open_page, directory=directory, show=_say))


@app.command()
def export(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all that FILE has when none.")] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="What you downloaded: a gradebook of Canvas, Blackboard, Brightspace; Moodle's worksheet."),
    ] = None,
    target: Annotated[Path | None, typer.Option("--out", help="Where to; FILE-filled beside it if not given.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="ASSIGNMENT=TITLE, where the platform calls it otherwise (repeatable).")
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Write what a missing hand-in counts, too.")] = False,
    directory: ClassDirectory = None,
) -> None:
    """Put the marks into the table that you downloaded from your learning platform; nothing else in it changes.

    Where it has a column for comments, an empty one gets a sentence for the student.
    """
    from grader.report.marks_home import export_command

    if into is None:
        raise UsageError(
            "Give the table that you downloaded: grader export --into FILE. 'grader report' writes others."
        )
    code = export_command(
        assignments or [],
        into=into,
        target=target,
        columns=column or [],
        missing=missing,
        directory=directory,
        show=_say,
    )
    raise typer.Exit(code)


@app.command()
def demo(
    directory: Annotated[Path | None, typer.Argument(help="A new directory; classes/demo if not given.")] = None,
    students: Annotated[int, typer.Option(help="How many.")] = 12,
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic (repeatable).")] = None,
    jobs: Annotated[int, typer.Option(help="Kernels at once; 0 for all cores.")] = 0,
    sandbox: Annotated[bool, typer.Option("--sandbox/--no-sandbox", help="Run students' code in a sandbox.")] = True,
) -> None:
    """Make a class with answers from the answer banks, grade it, and write feedback and report."""
    from grader.commands.demo import demo_command

    raise typer.Exit(demo_command(directory, count=students, topics=topic, jobs=jobs, sandbox=sandbox, console=out))


@app.command()
def serve(
    directory: Annotated[
        Path, typer.Argument(help="A model's folder, with a folder for each version.", show_default=False)
    ],
    name: Annotated[
        str | None, typer.Option(help="What clients call the model; the folder's name if not given.")
    ] = None,
    port: Annotated[int, typer.Option(help="The port of the REST API; 0 for any that is free.")] = 8501,
    grpc_port: Annotated[
        int | None, typer.Option(help="The port of gRPC, such as 8500; 0 for any that is free; no gRPC if not given.")
    ] = None,
    ip: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    versions: Annotated[str, typer.Option(help="latest, latest:2, all, or numbers such as 1,3.")] = "latest",
    label: Annotated[
        list[str] | None, typer.Option(help="A name for a version, such as stable=1 (repeatable).")
    ] = None,
    batch: Annotated[int, typer.Option(min=0, help="Put up to this many rows together; 0 for no batching.")] = 0,
    batch_timeout: Annotated[float, typer.Option(min=0, help="Milliseconds that a batch waits to fill.")] = 2.0,
    poll: Annotated[float, typer.Option(min=0.01, help="Seconds between two looks for new versions.")] = 1.0,
    max_body: Annotated[int, typer.Option(min=1, help="MiB that a request may have.")] = 32,
    reload_from: Annotated[
        list[Path] | None,
        typer.Option(help="A folder from which a gRPC request may load models, besides DIRECTORY (repeatable)."),
    ] = None,
    with_parent: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Serve a model as TensorFlow Serving does, by REST and, if asked for, gRPC, until Ctrl-C."""
    from grader.commands.serve import serve_command

    serve_command(
        directory,
        name=name,
        port=port,
        grpc_port=grpc_port,
        ip=ip,
        versions=versions,
        labels=label or (),
        batch=batch,
        batch_timeout=batch_timeout,
        poll=poll,
        max_body=max_body,
        reload_from=reload_from or (),
        with_parent=with_parent,
        show=lambda line: print(line, flush=True),
    )


@app.command("show-model")
def show_model(
    model: Annotated[
        Path, typer.Argument(help="A folder that layers_model.save wrote, or a .keras file.", show_default=False)
    ],
    port: Annotated[int, typer.Option(help="The page's port on 127.0.0.1; 0 for any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Show a model in a page of your browser, where you draw and it answers, until Ctrl-C (chapter 28)."""
    from grader.commands.show_model import show_model_command

    show_model_command(model, port=port, browser=browser, show=lambda line: print(line, flush=True))


kernels = typer.Typer(help="The course's Jupyter kernels.", no_args_is_help=True)
app.add_typer(kernels, name="kernels")


@kernels.command("install")
def install_kernels(
    prefix: Annotated[Path | None, typer.Option(help="Where to; this Python's environment if not given.")] = None,
) -> None:
    """Install the kernels "TensorFlow course (Python 3)" and "TensorFlow (graded)" where Jupyter finds them."""
    from grader.kernels import specs

    for path in specs.install(prefix or sys.prefix):
        out.print(f"installed {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
