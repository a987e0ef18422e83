"""Radio buttons that the kernel hears, by ipywidgets where the notebook has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.checks.message import inline
from grader.checks.prediction import BEFORE, Question

# Long choices take as many lines as they need, beside their button; ipywidgets gives each of them one line. Where the
# kernel has ended, as in a notebook that is opened again, one sentence says what to do; no sign on each part.
_STYLE = (
    "<style>.grader-guess label{display:flex;flex-direction:row-reverse;justify-content:flex-end;height:auto;"
    "line-height:1.5;white-space:normal}.grader-guess input{flex:none;height:1.5em}"
    ".jupyter-widgets-disconnected.grader-guess::before,.grader-guess .jupyter-widgets-disconnected::before,"
    ".grader-guess-again{display:none}.jupyter-widgets-disconnected .grader-guess-again{display:inline}</style>"
)
_AGAIN = '<span class="grader-guess-again"> (run this cell again to answer)</span>'
_VIEW = "application/vnd.jupyter.widget-view+json"


def radio_buttons(question: Question, chosen: str | None, on_choice: Callable[[str], None]) -> dict[str, Any]:
    """The question as an output whose choices can be clicked, by MIME type; empty without ipywidgets.

    Args:
        question: what is asked.
        chosen: the choice that is already made, or None.
        on_choice: called with each choice that the reader makes.
    """
    try:
        import ipywidgets
    except ImportError:
        return {}
    plain = [choice.replace("`", "") for choice in question.choices]
    buttons = ipywidgets.RadioButtons(
        options=list(zip(plain, question.choices, strict=True)),
        index=question.choices.index(chosen) if chosen else None,
        layout={"width": "auto"},
    )
    buttons.observe(lambda change: on_choice(change["new"]), names="value")
    head = ipywidgets.HTML(
        f'{_STYLE}<div style="line-height:1.5">{BEFORE}{_AGAIN}<br><strong>{inline(question.text)}</strong></div>'
    )
    box = ipywidgets.VBox([head, buttons], layout={"border_left": "4px solid #4a86c5", "padding": "0 0 0 .8em"})
    box.add_class("grader-guess")
    return {_VIEW: {"version_major": 2, "version_minor": 0, "model_id": box.model_id}}
