"""What libraries say of themselves stays off a page, and what has failed is told."""

from __future__ import annotations

import os
import sys

import pytest

from grader.quiet import quiet


def test_nothing_of_c_or_python_is_seen_meanwhile(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet():
        os.write(2, b"from C++\n")
        print("from Python")
        print("to standard error", file=sys.stderr)
    os.write(2, b"afterwards\n")
    print("and after", file=sys.stderr)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "afterwards\nand after\n")


def test_an_exception_passes_and_says_what_was_swallowed_where_asked(capfd: pytest.CaptureFixture[str]) -> None:
    for told in (False, True):
        with pytest.raises(ValueError, match="no"), quiet(tell_failure=told):
            os.write(2, b"the reason\n")
            print("more of it", file=sys.stderr)
            raise ValueError("no")
        assert sorted(capfd.readouterr().err.splitlines()) == (["more of it", "the reason"] if told else [])
