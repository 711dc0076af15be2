"""What can be asked of the benchmarks."""

import argparse
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "var" / "bench.json"


def options() -> argparse.Namespace:
    """The words of the command line; raises SystemExit for others."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=...")
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--flags", type=int, default=5_000, help="open flags for the queue page")
    parser.add_argument("--runs", type=int, default=5, help="of each sweep; the median counts")
    parser.add_argument("--looped", type=int, default=3_000, help="patients of the loop, for comparison")
    parser.add_argument("--requests", type=int, default=60, help="of each page")
    parser.add_argument("--visits", type=int, default=60, help="that are logged and inserted by hand")
    parser.add_argument("--rows", type=int, default=100_000, help="of the file that is imported")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="directory of the database, which is kept and used again")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()
