"""Attacks that let failing checks run and hide that they fail, or keep them from running."""

from __future__ import annotations

from .kinds import wrong

SUBMISSIONS = wrong(
    "suppress failures",
    {
        "ast_transformer_drops_checks": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node):
        return None if "check" in ast.dump(node) else node
get_ipython().ast_transformers.append(Drop())""",
        "input_transformer_empties_cells": """
def empty(lines):
    return ["pass\\n"] if lines and lines[0].startswith("# check") else lines
get_ipython().input_transformers_cleanup.append(empty)""",
        "run_cell_patched": """
shell = get_ipython()
real = type(shell).run_cell
type(shell).run_cell = lambda self, code, *a, **k: real(self, "pass" if "# check" in code else code, *a, **k)""",
        "run_cell_async_patched": """
shell = get_ipython()
real = type(shell).run_cell_async
async def lazy(self, code, *a, **k):
    return await real(self, "pass" if "# check" in code else code, store_history=False)
type(shell).run_cell_async = lazy""",
        "run_code_patched": """
shell = get_ipython()
async def nothing(self, *a, **k):
    return False
type(shell).run_code = nothing""",
        "do_execute_patched": """
kernel = get_ipython().kernel
async def fine(self, *a, **k):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
type(kernel).do_execute = fine""",
        "custom_exception_handler": """
get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)""",
        "showtraceback_silenced": """
shell = get_ipython()
shell.showtraceback = lambda *a, **k: None
shell._showtraceback = lambda *a, **k: None""",
        "check_shadowed": """
class Nothing:
    def __getattr__(self, name):
        return lambda *a, **k: tf.zeros(a) if name == "inputs" else None
check = Nothing()""",
        "check_functions_replaced": """
for name in ("close", "equal", "reference"):
    setattr(check, name, lambda *a, **k: None)""",
        "check_internals_replaced": """
import grader.check, grader.checks.conclude, types
for module in (grader.check, grader.checks.conclude):
    for name in ("conclude", "fail"):
        setattr(module, name, lambda *a, **k: None)""",
        "sys_modules_replaced": """
import sys, types
fake = types.ModuleType("check")
for name in ("close", "equal", "reference"):
    setattr(fake, name, lambda *a, **k: None)
fake.inputs = check.inputs
sys.modules["grader.check"] = fake
check = fake""",
        "error_in_exec_cleared": """
def forget(result):
    result.error_in_exec = None
    result.error_before_exec = None
get_ipython().events.register("post_run_cell", forget)""",
        "settrace_rewrites_locals": """
import ctypes, sys
def trace(frame, event, arg):
    if frame.f_code.co_name in ("close", "equal") and "want" in frame.f_locals:
        frame.f_locals["got"] = frame.f_locals["want"]
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return trace
sys.settrace(trace)""",
        "failed_made_harmless": """
import grader.checks.conclude, grader.checks.message
class Quiet(BaseException):
    def __new__(cls, *a, **k): return None
for module in (grader.checks.message, grader.checks.conclude, check):
    module.Failed = Quiet
try: grader.checks.conclude.fail
except AttributeError: pass""",
        "every_difference_is_none": """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("grader.") and hasattr(module, "difference"):
        module.difference = lambda *a, **k: None""",
        "evidence_not_published": """
get_ipython().display_pub.publish = lambda *a, **k: None""",
        "system_exit_instead": """
real = check.close
def leave(*a, **k):
    raise SystemExit(0)
check.close = check.equal = check.reference = leave""",
        "namespace_that_heals": """
class Healing(dict):
    def __missing__(self, name):
        return None
get_ipython().user_ns["check"] = type("Check", (), {
    "__getattr__": lambda self, name: (lambda *a, **k: np.zeros(a) if name == "inputs" else None)})()""",
    },
)
