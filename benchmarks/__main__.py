"""`make bench`: the sweep and the queue page at 100,000 patients, beside floors measured in the same run."""

import os
import subprocess
import sys

from benchmarks.options import options
from benchmarks.server import database


def main() -> int:
    """The code of the measuring process: 0 when every goal is met."""
    with database(options().keep) as variables:
        words = [sys.executable, "-m", "benchmarks.inside.run", *sys.argv[1:]]
        return subprocess.run(words, env=os.environ | variables).returncode


if __name__ == "__main__":
    sys.exit(main())
