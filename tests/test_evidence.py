"""Evidence survives the way through JSON, stays small, and is refused as soon as it is not what a check writes."""

from __future__ import annotations

import base64
import copy
import json
import math
import random
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from grader.checks.compare import Tolerance, difference
from grader.checks.evidence import (
    MAX_ELEMENTS,
    SAMPLE,
    EvidenceError,
    decode,
    decode_record,
    encode,
    make_record,
    moments_of,
)
from grader.checks.values import describe

RNG = np.random.default_rng(3)

VALUES = [
    None,
    True,
    3,
    2**80,
    -2.5,
    math.nan,
    1 + 2j,
    "größe",
    b"\x00\xff",
    "",
    [],
    [1, 2, 3],
    [[1], [2, 3]],
    ["a", "b"],
    {"a": [1.5], 2: None, "c": {"d": "e"}},
    {1, 2, 3},
    (1, "a"),
    np.float32,
    np.zeros((0, 3)),
    np.arange(6, dtype="int16").reshape(2, 3),
    np.array([True, False]),
    np.array([1.5, np.nan, np.inf], "float16"),
    np.array([[b"x"], [b"yz"]], object),
    RNG.standard_normal((3, 4)).astype("complex64"),
    pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
    [np.ones((2, 2), "float32"), np.zeros(3)],
]


def through_json(value: object) -> object:
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:40])
def test_a_value_comes_back_as_it_was(value: object) -> None:
    taken = describe(value)
    back = decode(through_json(encode(value, "7")))
    assert difference(back, taken) is None and difference(taken, back) is None
    assert (back.kind, back.name, back.dtype, back.typed, back.shape) == (
        taken.kind,
        taken.name,
        taken.dtype,
        taken.typed,
        taken.shape,
    )


def test_a_record_comes_back_with_all_its_parts() -> None:
    record = make_record(
        "close",
        "norms",
        [5.0],
        "norms-1",
        "7",
        want=[5.0],
        but={"Wrong axis.": [6.0]},
        tolerance=Tolerance(1e-3, 0.0, whole=True),
        bound=2.5,
        match="a+",
        deterministic=False,
    )
    back = decode_record(through_json(record))
    assert (back.check, back.label, back.cell, back.seed) == ("close", "norms", "norms-1", "7")
    assert back.tolerance == Tolerance(1e-3, 0.0, whole=True) and back.bound == 2.5 and back.match == "a+"
    assert back.wrong[0][0] == "Wrong axis." and difference(back.wrong[0][1], describe([6.0])) is None
    assert back.want is not None and not back.deterministic


def test_what_is_no_value_is_recorded_by_name_and_equals_nothing() -> None:
    back = decode(through_json(encode(len, "7")))
    assert back.kind == "opaque" and "len" in back.name
    assert difference(back, back) is not None


def test_a_large_array_travels_as_a_sample_with_moments() -> None:
    array = RNG.standard_normal((500, 400)).astype("float32")
    node = encode(array, "7")
    assert len(json.dumps(node)) < 4 * SAMPLE * 2
    back = decode(through_json(node))
    assert back.shape == (500, 400) and back.moments == moments_of(array)
    assert back.array is not None and back.array.size == SAMPLE
    assert difference(back, decode(encode(array, "7"))) is None


def test_a_large_array_that_differs_in_one_element_is_told_apart_by_its_moments() -> None:
    array = RNG.integers(0, 100, 50_000)
    changed = array.copy()
    changed[123] += 10_000
    assert difference(decode(encode(changed, "7")), decode(encode(array, "7"))) is not None


def test_another_seed_samples_other_places() -> None:
    array = np.arange(50_000.0)
    assert encode(array, "7")["sample"] != encode(array, "8")["sample"]
    assert encode(array, "7")["sample"] == encode(array, "7")["sample"]


def test_moments_count_what_is_not_finite() -> None:
    array = np.zeros(MAX_ELEMENTS + 1)
    array[:3] = np.nan, np.inf, -np.inf
    moments = decode(through_json(encode(array, "7"))).moments
    assert moments is not None
    assert (moments.finite, moments.nan, moments.posinf, moments.neginf) == (MAX_ELEMENTS - 2, 1, 1, 1)


def test_a_value_too_large_to_record_becomes_opaque() -> None:
    many = [np.ones(8000) for _ in range(200)]
    node = encode(many, "7")
    assert node["kind"] == "opaque" and len(json.dumps(node)) < 1000
    assert encode(["x" * 5_000_000], "7")["kind"] == "opaque"
    assert encode([[None] * 200 for _ in range(200)], "7")["kind"] == "opaque"


GOOD = make_record("equal", "it", {"a": [1.0, 2.0], "b": "x"}, "it-1", "7", want=[1], tolerance=Tolerance(0, 0))


def changed(**fields: object) -> dict:
    return {**copy.deepcopy(GOOD), **fields}


ARRAY = {"kind": "array", "name": "a", "dtype": "float32", "typed": True, "shape": [2], "data": "AAAAAAAAAAA="}


@pytest.mark.parametrize(
    "node",
    [
        None,
        [],
        "text",
        {},
        changed(version=2),
        changed(version=True),
        changed(check="eval"),
        changed(label=3),
        changed(label="x" * 10_000),
        changed(extra=1),
        changed(bound=math.nan),
        changed(bound=10**400),
        changed(bound=True),
        changed(tolerance=[1]),
        changed(tolerance=[1, math.inf, False]),
        changed(tolerance=[1, 1, 1]),
        changed(deterministic=1),
        changed(but=[{"message": "x"}]),
        changed(but=[{"message": "x", "value": {"kind": "none"}}] * 200),
        changed(value={"kind": "pickle", "data": "gASVAA=="}),
        changed(value={"kind": "none", "more": 1}),
        changed(value={"kind": ["none"]}),
        changed(value={**ARRAY, "dtype": "object"}),
        changed(value={**ARRAY, "dtype": ""}),
        changed(value={**ARRAY, "dtype": None}),
        changed(value={**ARRAY, "shape": [3]}),
        changed(value={**ARRAY, "shape": [-2]}),
        changed(value={**ARRAY, "shape": [True, 2]}),
        changed(value={**ARRAY, "shape": [2.0]}),
        changed(value={**ARRAY, "shape": [1] * 40}),
        changed(value={**ARRAY, "shape": [2**40, 2**40]}),
        changed(value={**ARRAY, "shape": [0, 2**48, 2**48, 2**48]}),
        changed(value={**ARRAY, "data": "not base64!"}),
        changed(value={**ARRAY, "data": "é"}),
        changed(value={**ARRAY, "data": 3}),
        changed(value={**ARRAY, "data": "AAAA"}),
        changed(value={**ARRAY, "typed": 1}),
        changed(value={**ARRAY, "text": []}),
        changed(value={key: part for key, part in ARRAY.items() if key != "data"}),
        changed(value={**{key: part for key, part in ARRAY.items() if key != "data"}, "sample": "AAAA", "moments": {}}),
        changed(value={"kind": "list", "name": "a", "dtype": "", "items": [], "keys": ["'a'"]}),
        changed(value={"kind": "dict", "name": "a", "dtype": "", "items": [], "keys": ["'a'"]}),
        changed(value={"kind": "list", "name": "a", "dtype": "", "items": {}, "keys": []}),
    ],
    ids=range(43),
)
def test_malformed_evidence_is_refused(node: object) -> None:
    with pytest.raises(EvidenceError):
        decode_record(node)


def test_deep_and_wide_evidence_is_refused() -> None:
    deep: dict = {"kind": "none"}
    for _ in range(50):
        deep = {"kind": "list", "name": "a", "dtype": "", "items": [deep], "keys": []}
    with pytest.raises(EvidenceError, match="too many parts"):
        decode_record(changed(value=deep))
    wide = {"kind": "list", "name": "a", "dtype": "", "items": [{"kind": "none"}] * 100_001, "keys": []}
    with pytest.raises(EvidenceError):
        decode_record(changed(value=wide))


def test_a_claimed_size_allocates_nothing() -> None:
    claims = [
        {**ARRAY, "shape": [2**31]},
        {**ARRAY, "shape": [8192], "data": "AAAA"},
        {**ARRAY, "shape": [2**30], "data": base64.b64encode(bytes(100)).decode()},
    ]
    tracemalloc.start()
    for claim in claims:
        with pytest.raises(EvidenceError):
            decode(claim)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def mutate(node: object, rng: random.Random) -> object:
    """The node with one place changed, in a way that a forger or a broken file may change it."""
    if isinstance(node, dict) and node and rng.random() < 0.8:
        key = rng.choice(sorted(node))
        if rng.random() < 0.1:
            return {name: part for name, part in node.items() if name != key}
        return {**node, key: mutate(node[key], rng)}
    if isinstance(node, list) and node and rng.random() < 0.8:
        place = rng.randrange(len(node))
        return [*node[:place], mutate(node[place], rng), *node[place + 1 :]]
    if isinstance(node, str) and node and rng.random() < 0.6:
        place = rng.randrange(len(node))
        return node[:place] + rng.choice(["", "A", "=", "\x00", "é", "AAAA"]) + node[place + 1 :]
    junk = [
        None,
        True,
        -1,
        0,
        2**70,
        1e308,
        math.nan,
        "",
        "x",
        [],
        {},
        [[]],
        {"kind": "none"},
        "float64",
        "string",
        "int",
    ]
    return rng.choice(junk)


@pytest.mark.parametrize("seed", range(8))
def test_random_changes_are_read_or_refused_but_never_break_the_reader(seed: int) -> None:
    rng = random.Random(seed)
    records = [make_record("equal", "it", value, "it-1", "7", want=[value], but={"m": value}) for value in VALUES]
    records.append(make_record("close", "big", np.arange(9000.0), "it-1", "7"))
    read = refused = 0
    for _ in range(600):
        node: object = copy.deepcopy(rng.choice(records))
        for _ in range(rng.choice([1, 1, 2, 5])):
            node = mutate(node, rng)
        try:
            record = decode_record(node)
        except EvidenceError:
            refused += 1
            continue
        read += 1
        difference(record.value, describe([1.0, 2.0]))
        difference(describe({"a": 1}), record.value)
        difference(record.value, record.want or record.value, Tolerance(1e-3, 1e-3))
    assert read and refused
