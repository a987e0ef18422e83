"""Make `classics.npz`: scikit-learn's iris, digits, wine, breast_cancer and diabetes, split once and for all.

One row in five of each class goes to the test part (of diabetes, one in five of all), drawn with a fixed
seed; both parts are shuffled. Nothing else is changed but the types: float32 features (digits as 8×8
pictures), int64 labels, float32 targets for diabetes. Its features are the raw ones (years, mg/dl …), not
scikit-learn's scaled default.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
import numpy.typing as npt

from grader.data.simulated.draw import Draw

SEED = 1936
EPOCH = (1980, 1, 1, 0, 0, 0)

Arrays = dict[str, npt.NDArray[np.generic]]


def arrays() -> Arrays:
    """All arrays by name: `iris_x_train`, `iris_y_train`, `iris_x_test`, `iris_y_test`, `digits_x_train` …"""
    from sklearn import datasets

    result: Arrays = {}
    for name in ("iris", "digits", "wine", "breast_cancer", "diabetes"):
        raw = {"scaled": False} if name == "diabetes" else {}
        x, y = getattr(datasets, f"load_{name}")(return_X_y=True, **raw)
        x = x.astype(np.float32).reshape((-1, 8, 8) if name == "digits" else x.shape)
        y = y.astype(np.float32 if name == "diabetes" else np.int64)
        train, test = split(Draw(SEED), np.zeros(len(y)) if name == "diabetes" else y)
        result[f"{name}_x_train"], result[f"{name}_y_train"] = x[train], y[train]
        result[f"{name}_x_test"], result[f"{name}_y_test"] = x[test], y[test]
    return result


def split(draw: Draw, groups: npt.NDArray[np.generic]) -> tuple[list[int], list[int]]:
    """Row numbers of the training and of the test part: one in five of each group is for the test."""
    train: list[int] = []
    test: list[int] = []
    for group in np.unique(groups):
        rows = draw.shuffled([int(row) for row in np.flatnonzero(groups == group)])
        cut = round(len(rows) / 5)
        test += rows[:cut]
        train += rows[cut:]
    return draw.shuffled(train), draw.shuffled(test)


def files() -> dict[str, bytes]:
    """The file of the set: relative path → content (its bytes depend on the zlib version, its arrays do not)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays().items():
            member = io.BytesIO()
            small = array.astype(np.uint8) if name.startswith("digits_x") else array
            np.lib.format.write_array(member, small, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", EPOCH), member.getvalue(), zipfile.ZIP_DEFLATED)
    return {"classics.npz": file.getvalue()}
