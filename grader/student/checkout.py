"""The git checkout that a course lies in: fetching, comparing and merging a newer version."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError, UsageError


@dataclass(frozen=True)
class Checkout:
    """A checkout made by git; paths are relative to its `root`."""

    root: Path

    @classmethod
    def of(cls, root: Path) -> Checkout:
        """The checkout whose top is `root`.

        Raises:
            UsageError: git is not installed, `root` is no checkout's top, or a merge is under way in it.
        """
        made = cls(root)
        try:
            top = made.line("rev-parse", "--show-toplevel")
        except CourseError:
            top = ""
        if not top or Path(top).resolve() != root.resolve():
            raise UsageError(
                "This course was not fetched by git: get a newer copy, and name it with 'grader update --from COPY'."
            )
        if (root / made.line("rev-parse", "--git-path", "MERGE_HEAD")).exists():
            raise UsageError("A git merge is under way here: finish it, or undo it with 'git merge --abort'.")
        return made

    def fetch(self, repository: str, branch: str) -> str:
        """Fetch the course; returns the commit that is the newest there.

        Args:
            repository: the course's own, as `owner/name`: a remote of that address goes before any other.
            branch: its branch.

        Raises:
            UsageError: there is nothing to fetch from.
            CourseError: it cannot be fetched.
        """
        remotes = self.line("remote").split()
        course = [name for name in remotes if f"{repository}".lower() in self._url(name).lower()]
        upstream = ""
        with contextlib.suppress(CourseError):
            upstream = self.line("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
        if course:
            upstream = f"{course[0]}/{branch}"
        elif not upstream:
            raise UsageError("git knows no newer version of this course: name a copy with 'grader update --from COPY'.")
        self.line("fetch", "--quiet", upstream.split("/", 1)[0])
        return self.line("rev-parse", upstream)

    def _url(self, remote: str) -> str:
        return self.line("remote", "get-url", remote)

    def base(self, target: str) -> str:
        """The commit at which HEAD and `target` parted."""
        return self.line("merge-base", "HEAD", target)

    def changed(self, before: str, after: str | None = None) -> set[str]:
        """The files that differ between two commits, or between a commit and what lies here now, new ones included."""
        found = self._names("diff", "--name-only", "-z", before, *([after] if after else []))
        return found if after else found | self._names("ls-files", "--others", "--exclude-standard", "-z")

    def content(self, commit: str, name: str) -> bytes | None:
        """A file in a commit; None where it is not in it."""
        try:
            return self._run("cat-file", "blob", f"{commit}:{name}")
        except CourseError:
            return None

    def clear(self, names: list[str]) -> None:
        """Put files back to what HEAD has, and remove those that it does not have."""
        for name in names:
            if self.content("HEAD", name) is not None:
                self._run("checkout", "--quiet", "HEAD", "--", name)
                continue
            self._run("rm", "--quiet", "--cached", "--ignore-unmatch", "--", name)
            (self.root / name).unlink(missing_ok=True)

    def merge(self, target: str) -> None:
        """Merge a commit; where both sides have changed the same lines, its own count.

        Raises:
            CourseError: git refuses; it has changed nothing then.
        """
        forward = self.base(target) == self.line("rev-parse", "HEAD")
        how = ["--ff-only"] if forward else ["--no-edit", "-X", "theirs"]
        try:
            self._run("merge", "--quiet", *how, target)
        except CourseError:
            with contextlib.suppress(CourseError):
                self._run("merge", "--abort")
            raise

    def line(self, *arguments: str) -> str:
        """What a git command prints.

        Raises:
            CourseError: it fails; the message says what git said.
        """
        return self._run(*arguments).decode().strip()

    def _names(self, *arguments: str) -> set[str]:
        return {name for name in self._run(*arguments).decode().split("\0") if name}

    def _run(self, *arguments: str) -> bytes:
        environment = {**os.environ, "LC_ALL": "C"}
        try:
            run = subprocess.run(["git", *arguments], cwd=self.root, env=environment, capture_output=True, check=False)
        except FileNotFoundError:
            raise UsageError("git is not installed: get a newer copy, and name it with --from.") from None
        if run.returncode:
            raise CourseError(_said(arguments[0], (run.stderr or run.stdout).decode(errors="replace")))
        return run.stdout


def _said(command: str, text: str) -> str:
    """What git said, as one sentence that says what to do."""
    files = re.findall(r"^\t(.+)$", text, re.MULTILINE)
    if files:
        return f"git cannot {command}, for you have changed {', '.join(files)}: commit or undo that, and try again."
    lines = [re.sub(r"^(?:fatal|error): ", "", line).rstrip(".") for line in text.strip().splitlines()]
    advice = "is there a network?" if command == "fetch" else "nothing was changed."
    return f"git {command} failed ({lines[0] if lines else 'without a word'}): {advice}"
