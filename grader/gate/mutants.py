"""Mutants of an answer: its text, changed in one place as people's mistakes are.

The operators of the general tools (mutmut, cosmic-ray) change names, strings, numbers, which nearly always ends in an
error; most of these are of this field: an axis, `keepdims`, a reduction, a cast, `training`, a state not reset.
"""

from __future__ import annotations

import ast
import copy
import difflib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

VERSION = 1

_SWAPS = (
    ("reduce_sum", "reduce_mean"),
    ("reduce_max", "reduce_min"),
    ("reduce_all", "reduce_any"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("max", "min"),
    ("any", "all"),
    ("sum", "mean"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("floor", "ceil"),
    ("logical_and", "logical_or"),
    ("sum_over_batch_size", "sum"),
    ("assign_add", "assign"),
    ("append", "extend"),
)
_OTHER_NAME = {**dict(_SWAPS), **{other: name for name, other in _SWAPS}}
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_NO_EFFECT = {"name", "verbose", "hint"}
Node = ast.stmt | ast.expr
Change = Callable[[], ast.AST | str]


@dataclass(frozen=True)
class Mutant:
    """A changed answer.

    Attributes:
        exercise: the exercise that it answers.
        of: the answer that was changed.
        line: where the change stands in the answer, from 1.
        old, new: the lines that changed, as one line each.
        source: the whole text.
    """

    exercise: str
    of: str
    line: int
    old: str
    new: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a declaration names it by."""
        return self.exercise, self.old, self.new


def mutants(exercise: str, of: str, source: str, data: Sequence[str] = (), bound: int | None = None) -> list[Mutant]:
    """The mutants of an answer's text, in the order of their lines.

    Args:
        exercise: the exercise that it answers.
        of: what the answer is called.
        source: its text.
        data: names of the notebook's own data, which an answer may take instead of its argument.
        bound: how many at most: a choice that is the same each time; all when None.
    """
    made: dict[str, Mutant] = {}
    for start, end, text in _changes(source, data):
        changed = source[:start] + text + source[end:]
        if changed in made or not _differs(source, changed):
            continue
        line, old, new = _lines(source, changed)
        made[changed] = Mutant(exercise, of, line, old, new, changed)
    found = [*made.values()]
    if bound is not None and len(found) > bound:
        found = sorted(found, key=lambda each: hashlib.sha256(each.source.encode()).digest())[:bound]
    return sorted(found, key=lambda each: (each.line, each.new))


def _differs(source: str, changed: str) -> bool:
    """Whether a text is Python and another program."""
    try:
        return ast.dump(ast.parse(source)) != ast.dump(ast.parse(changed))
    except (SyntaxError, ValueError):
        return False


def _lines(source: str, changed: str) -> tuple[int, str, str]:
    """The line of the change, and what stood there and stands there now."""
    old, new = source.splitlines(), changed.splitlines()
    steps = [
        step for step in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"
    ]
    first, last = steps[0], steps[-1]
    parts = (old[first[1] : last[2]], new[first[3] : last[4]])
    said = [" ".join(" ".join(part).split()) for part in parts]
    return first[1] + 1, said[0], said[1]


def _changes(source: str, data: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Every change as a place in the text, from and to, and what to put there."""
    rows = source.splitlines(keepends=True)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))

    def at(line: int, column: int) -> int:
        return starts[line - 1] + len(rows[line - 1].encode()[:column].decode())

    for node, change in _nodes(ast.parse(source), data):
        start = at(node.lineno, node.col_offset)
        end = at(node.end_lineno or node.lineno, node.end_col_offset or 0)
        made = change()
        text = made if isinstance(made, str) else ast.unparse(made)
        if isinstance(node, ast.expr) and not isinstance(made, str):
            text = f"({text})" if isinstance(made, (ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp)) else text
            whole = source[:start] + text + source[end:]
            bare = source[:start] + ast.unparse(made) + source[end:]
            text = ast.unparse(made) if not _differs(whole, bare) and _parses(bare) else text
        elif isinstance(node, ast.stmt):
            text = text.replace("\n", "\n" + " " * node.col_offset)
        yield start, end, text


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _nodes(tree: ast.Module, data: Sequence[str]) -> Iterator[tuple[Node, Change]]:
    """The places of a tree, each with a way to change it."""
    for node in _own(tree):
        changes = _statement(node, data) if isinstance(node, ast.stmt) else _expression(node)
        yield from ((node, change) for change in changes)


def _own(node: ast.AST) -> Iterator[Node]:
    """The nodes that count: not docstrings, not the words of an error, not annotations and decorators."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns") or isinstance(node, (ast.Raise, ast.JoinedStr)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_text(child):
                continue
            if isinstance(child, (ast.stmt, ast.expr)):
                yield child
            yield from _own(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _with(node: ast.AST, **fields: object) -> Change:
    """A copy of the node with these fields changed."""

    def make() -> ast.AST:
        made = copy.deepcopy(node)
        for name, value in fields.items():
            setattr(made, name, value)
        return ast.fix_missing_locations(made)

    return make


def _statement(node: ast.stmt, data: Sequence[str]) -> Iterator[Change]:
    """Statements dropped, loops that end early, conditions turned, arguments that a global takes the place of."""
    kept = isinstance(node, ast.Assign) and not _changes_something(node)
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr, ast.Raise, ast.Delete)) and not kept:
        yield lambda: "pass"
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
        other = "RuntimeError" if node.exc.func.id != "RuntimeError" else "ValueError"
        yield _with(node, exc=_with(node.exc, func=ast.Name(other, ast.Load()))())
    if isinstance(node, ast.If):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        if not node.orelse:
            yield lambda: "pass"
    if isinstance(node, (ast.For, ast.While)):
        yield _with(node, body=[*node.body, ast.Break()])
    if isinstance(node, ast.FunctionDef):
        names = [each.arg for each in node.args.args if each.arg != "self"]
        first = ast.get_docstring(node) is not None
        for name in names:
            for other in data:
                take = ast.parse(f"{name} = {other}").body
                yield _with(node, body=[*node.body[:first], *take, *node.body[first:]])


def _changes_something(node: ast.Assign) -> bool:
    """Whether an assignment gives a new value to what there was: an attribute, an item, a name that it uses itself."""
    used = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
    targets = [each for target in node.targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return all(not isinstance(target, ast.Name) or target.id in used for target in targets)


def _expression(node: ast.expr) -> Iterator[Change]:
    if isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from (_with(node, ops=[other()]) for other in _COMPARED[type(node.ops[0])])
    elif isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED:
        yield _with(node, op=_COMPUTED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from (lambda value=value: value for value in node.values)
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        # Not of a number: axis=-1 is axis=1 in a table. It is changed by its own digits, to -2 and to 0.
        yield lambda: node.operand
    elif isinstance(node, ast.IfExp):
        yield lambda: node.body
        yield lambda: node.orelse
    elif isinstance(node, ast.Attribute) and node.attr in _OTHER_NAME:
        yield _with(node, attr=_OTHER_NAME[node.attr])
    elif isinstance(node, ast.Name) and node.id in _OTHER_NAME and isinstance(node.ctx, ast.Load):
        yield _with(node, id=_OTHER_NAME[node.id])
    elif isinstance(node, ast.Constant):
        yield from (lambda value=value: ast.Constant(value) for value in _other_values(node.value))
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node.slice, part) is not None:
                yield _with(node, slice=_with(node.slice, **{part: None})())


def _other_values(value: object) -> list[object]:
    """Off by one, turned round, or twice as much."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1] if value > 0 else [value + 1]
    if isinstance(value, float):
        return [2 * value if value else 1.0]
    return []


def _call(node: ast.Call) -> Iterator[Change]:
    """A keyword argument dropped; a cast, or a function of one argument, dropped; two arguments in the other order."""
    for position, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in _NO_EFFECT:
            yield _with(node, keywords=[each for i, each in enumerate(node.keywords) if i != position])
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    plain = [each for each in node.args if not isinstance(each, ast.Starred)]
    method = isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, (ast.Name, ast.Attribute))
    if called == "astype" and isinstance(node.func, ast.Attribute):
        inner = node.func.value
        yield lambda: inner
    elif (called == "cast" or len(plain) == len(node.args) == 1) and plain and not method and called[:1].islower():
        yield lambda: plain[0]
    if len(plain) == len(node.args) == 2 and called not in ("cast", "range"):
        yield _with(node, args=[node.args[1], node.args[0]])
