"""What lasts, in one DynamoDB table: one kind of item a module, no index, no scan, every read strongly consistent.

`D` is a distribution's id, `B` a bucket's name, `A` an attempt's id (a ULID: sorts by time). Times are milliseconds
since 1970, except `expires_at`, by which DynamoDB itself removes items (seconds). The items, by `pk` and `sk`:

- `journal#D`, ULID: changes of one bucket, recorded and not yet invalidated. One query a flush.
- `unowned#B`, ULID: the same, while the bucket's distributions are not known. One query a bucket, by the rescue.
- `unowned`, B: that the partition above has something. One query, by the rescue.
- `bells`, D: that D has something to do, and when it is looked at next. One query, by the rescue and the overview.
- `lease#D`, `lease`: which worker looks after D.
- `attempt#A`, `record`: a request to CloudFront and how far it is. By its key, many in one batch.
- `attempt#A`, reference`#`n: all its paths, where the record can't hold them. One query.
- `open#D`, A: that A is not final. One query a flush.
- `history`, and a list for each filter and common pair of filters (`marks.py`), such as `history#of#D#state#failed`,
  each with A: that A belongs into that list. One query a page, newest first.
- `accepted#D`, CloudFront's id: which attempt that is. By its key, many in one batch, to tell others' invalidations.
- `usage#2026-11`, day: paths that CloudFront accepted. One query.
- `request#D#`digest, `request`: an `Idempotency-Key`, and the attempt that it made. Removed after 30 days.
- `link#B`, `seen`: the ids in B's tag when it was read last, and those gone.
- `link#B`, `bridge`: that B's events come by a rule of ours, and whether we had B send to EventBridge.
- `checks`, B: what was found of B's link when it was looked at. One query for all lists.
- `probes`, B: the last probe object of B, and how it came through. One query, by the schedule.
- `settings#D`, `settings` and `settings`, `all`: what people chose, and what is paused. Both keys in one batch.
- `life#D`, B: how much may be assumed of what D's edge holds of B. Many in one batch; `lives`, `D B` lists all.
- `print#D#B#`shard, key: what the key was when D was last made fresh with it. Many in one batch.
- `baseline#D#B#`epoch, first key: some hundred keys as they were when that life began. One read a page, or one query.
- `lock#`name, `lock`: who is writing. `kept#B`, `notifications`: a configuration as it was before our last write.

Where an item belongs into lists, the marks in them are written in the transaction that writes the item.
"""
