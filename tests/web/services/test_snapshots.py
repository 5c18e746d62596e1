"""What is shown while AWS does not answer: the account as it was, said to be old, and AWS left alone for a while."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from invalidator.errors import AccessDeniedError, FreshedgeError, UnavailableError
from web.models import Distribution
from web.services.facts import Facts
from web.services.snapshots import REST, Snapshots

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOWN = UnavailableError("cloudfront:ListDistributions on * was refused with ServiceUnavailable: Please try again.", 1)


@dataclass
class Account:
    """AWS, and the clock. `error`: what reading it raises; `read`: how often that was tried."""

    at: datetime = NOON
    error: FreshedgeError | None = None
    read: int = 0
    snapshots: Snapshots = field(init=False)

    def __post_init__(self) -> None:
        self.snapshots = Snapshots(self.survey, self, 60)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def survey(self, _: Collection[str]) -> tuple[dict[str, Facts], dict[str, Distribution]]:
        self.read += 1
        if self.error:
            raise self.error
        return {}, {}


@pytest.fixture
def account() -> Account:
    """An account that was read, a minute and a second ago."""
    made = Account()
    made.snapshots.current()
    made.sleep(61)
    return made


def test_what_was_read_last_is_shown_and_said_to_be_old(account: Account) -> None:
    account.error = DOWN
    assert account.snapshots.current().as_of == NOON
    stale = account.snapshots.stale
    assert stale
    assert (stale.since, stale.as_of, stale.reason) == (NOON + timedelta(seconds=61), NOON, str(DOWN))


def test_aws_is_left_alone_for_a_while(account: Account) -> None:
    account.error = DOWN
    for _ in range(20):
        account.snapshots.current()
    assert account.read == 2
    account.sleep(REST.total_seconds())
    account.snapshots.current()
    assert account.read == 3


def test_once_it_answers_again_nothing_is_old(account: Account) -> None:
    account.error = DOWN
    account.snapshots.current()
    account.sleep(11)
    account.error = None
    assert account.snapshots.current().as_of == account.at
    assert account.snapshots.stale is None


def test_the_log_says_it_once_when_it_begins_and_once_when_it_ends(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.error = DOWN
    for _ in range(5):
        account.snapshots.current()
        account.sleep(11)
    account.error = None
    account.snapshots.current()
    said = [record.message for record in caplog.records]
    assert len(said) == 2
    assert said[0].startswith("The account could not be read again")
    assert said[1].startswith("The account is read again")


def test_it_is_said_since_when_and_why_now(account: Account) -> None:
    account.error = DOWN
    account.snapshots.current()
    account.sleep(30)
    account.error = AccessDeniedError("cloudfront:ListDistributions", "*")
    account.snapshots.current()
    stale = account.snapshots.stale
    assert stale
    assert stale.since == NOON + timedelta(seconds=61)
    assert stale.reason.startswith("AWS denied")


def test_who_asks_for_a_refresh_is_told_why_it_failed(account: Account) -> None:
    account.error = DOWN
    with pytest.raises(UnavailableError):
        account.snapshots.refresh()
    assert account.snapshots.stale
    account.error = None
    assert account.snapshots.refresh().as_of == account.at


def test_an_account_that_was_never_read_is_tried_each_time() -> None:
    account = Account(error=DOWN)
    for tries in (1, 2):
        with pytest.raises(UnavailableError):
            account.snapshots.current()
        assert account.read == tries
    assert account.snapshots.stale is None
