"""Prints each planted bug with the first schedule that finds it, and how many schedules a second were run."""

import time

from tests.simulation.mutations import MUTATIONS
from tests.simulation.simulation import Plan, simulate

MOST = 2000


def main() -> None:
    """Run schedules without any, then with each of the bugs."""
    time.perf_counter()
    [seed for seed in range(MOST) if simulate(Plan(seed))[0]]
    for mutation in MUTATIONS:
        with mutation():
            next((seed for seed in range(MOST) if simulate(Plan(seed))[0]), None)


if __name__ == "__main__":
    main()
