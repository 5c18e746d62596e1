from tests.invalidator.hands import START
from tests.invalidator.world import World


def test_a_deploy_becomes_one_invalidation_that_is_followed_to_its_end(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "index.html", "a b.html")
    world.run(2)
    assert world.sent(distribution_id) == []  # it settles
    world.upload(bucket, "app.js")
    world.run(60)
    assert world.sent(distribution_id) == [("/a%20b.html", "/a+b.html", "/app.js", "/index.html")]
    (record,) = world.history()
    assert record.state == "completed"
    assert (record.kind, record.buckets, record.changes, record.path_count) == ("s3", (bucket,), 3, 4)
    assert record.summary == "3 changes in 1 bucket: 4 paths, none of them with a wildcard."
    assert record.created_at == START
    assert (record.settled_at - START).total_seconds() == 7
    assert (record.submitted_at - START).total_seconds() == 7
    assert 25 <= (record.completed_at - record.submitted_at).total_seconds() <= 30
    assert world.tables.journal.busy() == []
    assert not any(world.queues.held.values())
