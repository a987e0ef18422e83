"""The process from which Spark forks its Python workers, with TensorFlow imported once for all of them.

Spark runs it where `spark.python.daemon.module` names it. Here TensorFlow is only imported: what it starts when it
computes would not survive a fork.
"""

from __future__ import annotations

import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else the first worker takes the whole card

import keras  # noqa: F401
import pandas  # noqa: F401
import pyarrow  # noqa: F401
import tensorflow  # noqa: F401
from pyspark.daemon import manager

if __name__ == "__main__":
    gc.freeze()  # the workers need not look through all that was imported, nor copy it
    manager()
