"""What paths cost: 1,000 a month are free for an account, others $0.005 each (PayingForInvalidation.html)."""

FREE_PATHS = 1000
USD_A_PATH = 0.005


def month_price(paths: int) -> float:
    """Return what so many paths in one month cost, in US dollars."""
    return round(max(0, paths - FREE_PATHS) * USD_A_PATH, 6)


def price_of(paths: int, used: int | None) -> float:
    """Return what so many more paths cost. used: paths of this month so far; None where unknown: then the most.

    >>> price_of(10, 995), price_of(10, 0), price_of(10, None)
    (0.025, 0.0, 0.05)
    """
    if used is None:
        return round(paths * USD_A_PATH, 6)
    return round(month_price(used + paths) - month_price(used), 6)


def share_of(paths: int, month_paths: int) -> float:
    """Return what paths cost as their share of what their month does: no path is the one that is not free.

    >>> share_of(500, 2000), share_of(500, 900)
    (1.25, 0.0)
    """
    return round(month_price(month_paths) * paths / month_paths, 6) if month_paths else 0.0
