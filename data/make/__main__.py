"""Write the bundled data: `python data/make [SET …] [--into FOLDER]`; without a set, all of them."""

from __future__ import annotations

import argparse
from pathlib import Path

import classics

from grader.data.simulated import epidemic, passengers, reviews, shapes

SETS = {
    "classics": classics.files,
    "passengers": passengers.files,
    "shapes": shapes.files,
    "reviews": reviews.files,
    "epidemic": epidemic.files,
}


def main() -> None:
    """Write every file of the chosen sets and say how much it was."""
    parser = argparse.ArgumentParser(prog="python data/make", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"one or more of {', '.join(SETS)}")
    parser.add_argument("--into", type=Path, default=Path(__file__).parents[1] / "bundled", metavar="FOLDER")
    asked = parser.parse_args()
    if unknown := set(asked.sets) - set(SETS):
        parser.error(f"no set named {', '.join(sorted(unknown))}: choose from {', '.join(SETS)}")
    for name in asked.sets or SETS:
        files = SETS[name]()
        for path, content in files.items():
            target = asked.into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        print(f"{name}: {len(files)} files, {sum(map(len, files.values())) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
