"""Direct mode on bad days: throttling, full queues, time-outs, and batches that CloudFront refuses."""

from itertools import chain

import pytest

from invalidator.errors import (
    FreshedgeError,
)
from tests.invalidator.direct.world import (
    DirectWorld,
    batch_with,
    logged,
    make_direct_world,
    record,
    s3_event,
)


class TestBadDays:
    def test_many_distributions_go_out_at_the_accounts_rate(self, throttled: DirectWorld) -> None:
        ids = [throttled.distribution() for _ in range(12)]
        throttled.link("site", *ids)
        began = throttled.time.now()
        throttled.handle(s3_event())
        assert [throttled.made(one) for one in ids] == [[["/a.html"]]] * 12
        assert 8 <= (throttled.time.now() - began).total_seconds() < 60

    def test_throttling_that_goes_on_is_raised_within_the_time_so_that_lambda_calls_again(
        self, direct: DirectWorld
    ) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(throttle=True)
        began = direct.time.now()
        with pytest.raises(FreshedgeError, match=f"Distribution {one}: cloudfront:CreateInvalidation .* Throttling"):
            direct.handle(s3_event())
        assert (direct.time.now() - began).total_seconds() < 60
        assert "Lambda calls again" in direct.lines.of("ERROR")[0]

        direct.aws.faults.reset()
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    @pytest.mark.parametrize("fault", ["unavailable", "too_many", "throttle"])
    def test_a_fault_that_passes_is_waited_for(self, direct: DirectWorld, fault: str) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(**{fault: True})
        began = direct.time.now()

        def end() -> None:
            if (direct.time.now() - began).total_seconds() > 15:
                direct.aws.faults.reset()

        direct.time.while_asleep = end
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    def test_a_full_distribution_is_waited_for_while_the_others_go_out_at_once(self, direct: DirectWorld) -> None:
        full, free = direct.distribution(), direct.distribution()
        direct.aws.invalidate(full, *(f"/{n}" for n in range(3000)))
        direct.link("site", full, free)
        when: dict[str, float] = {}
        direct.aws.store.subscribe(lambda distribution_id, _paths, at, _effect: when.setdefault(distribution_id, at))
        began = direct.aws.clock()
        direct.handle(s3_event())
        assert when[free] == began
        assert 25 <= when[full] - began < 57

    def test_waits_are_jittered_up_to_ceilings_that_double(self) -> None:
        bounds: list[tuple[float, float]] = []
        with logged() as lines:
            direct = make_direct_world(lines, jitter=lambda *low_high: bounds.append(low_high) or 0.0)
            direct.link("site", direct.distribution())
            direct.aws.faults.set(throttle=True)
            direct.time.while_asleep = lambda: direct.aws.faults.reset() if len(bounds) == 5 else None
            direct.handle(s3_event())
        assert bounds == [(0, 2), (0, 4), (0, 8), (0, 16), (0, 20)]

    def test_no_wait_goes_beyond_the_lambdas_time(self) -> None:
        with logged() as lines:
            direct = make_direct_world(lines, jitter=lambda _low, high: high)
            direct.link("site", direct.distribution())
            direct.aws.faults.set(too_many=True)
            began = direct.time.now()
            with pytest.raises(FreshedgeError):
                direct.handle(s3_event(), seconds=13)
            assert sum(direct.time.slept) == pytest.approx(10)
            assert (direct.time.now() - began).total_seconds() < 13

    def test_a_tag_that_is_read_too_fast_is_read_again(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.refusals["site"] = (503, "SlowDown")
        direct.s3.refusals_left["site"] = 3
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    def test_a_tag_that_can_not_be_read_leaves_time_for_the_others(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.refusals["slow"] = (503, "ServiceUnavailable")
        with pytest.raises(FreshedgeError, match=r"1 bucket not read\. Bucket slow"):
            direct.handle(s3_event(record("x", "slow"), record()))
        assert direct.made(one) == [["/a.html"]]
        assert sum(direct.time.slept) < 30

    def test_missing_credentials_are_told(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.gate.rules.append(lambda *_: (403, "InvalidClientTokenId"))
        with pytest.raises(FreshedgeError, match="does not accept the credentials"):
            direct.handle(s3_event())


class TestRefusedBatches:
    def test_a_disliked_path_goes_as_a_wildcard_and_the_others_exactly(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("%C3%A9"))
        direct.handle(s3_event(record("d/a"), record("d/cafés"), record("d/b"), record("d/x y")))
        assert sorted(chain(*direct.made(one))) == ["/d/a", "/d/b", "/d/caf*", "/d/x%20y", "/d/x+y"]
        assert "caf%C3%A9s" in direct.lines.of("WARNING")[0]

    def test_the_repeat_of_a_parted_batch_makes_nothing_new(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("%C3%A9"))
        for _ in range(2):
            direct.handle(s3_event(record("d/a"), record("d/cafés")))
        assert direct.made(one) == [["/d/a"], ["/d/caf*"]]

    def test_many_disliked_paths_end_in_few_calls_under_the_accounts_rate(self, throttled: DirectWorld) -> None:
        one = throttled.distribution()
        throttled.link("site", one)
        throttled.gate.rules.append(batch_with("%C3%A9"))
        throttled.handle(s3_event(record("d/a"), *(record(f"d/é{n}") for n in range(300))))
        accepted = [*chain(*throttled.made(one))]
        assert "/d/a" in accepted
        assert "/d/*" in accepted
        assert throttled.gate.calls["POST"] < 30

    def test_what_is_refused_whatever_it_is_ends_as_an_error(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.gate.rules.append(batch_with("<Path>"))
        with pytest.raises(FreshedgeError, match="InvalidArgument"):
            direct.handle(s3_event())

    def test_a_batch_that_is_too_large_goes_out_in_halves(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("nothing", most=100))
        direct.handle(s3_event(*(record(f"{n:03}") for n in range(350))))
        made = direct.made(one)
        assert [len(paths) for paths in made] == [87, 88, 87, 88]
        assert sorted(chain(*made)) == [f"/{n:03}" for n in range(350)]
