"""How the twin understands the lines that people paste."""

from collections.abc import Sequence

from web.models import Distribution, InProgress, InvalidationPreview, PathPreview

MOST = 3000


def understood(line: str) -> PathPreview:
    """Understand a line a little, as far as pages show differences."""
    if line.startswith("?"):
        return PathPreview(given=line, path=None, problem="A path begins with /, this one is only a query string.")
    if "*" in line[:-1]:
        mend = line[: line.index("*") + 1]
        return PathPreview(given=line, path=None, problem=f"A * stands only at the end: write {mend}.", mend=mend)
    if "://" in line:
        path = "/" + line.split("://", 1)[1].partition("/")[2]
        return PathPreview(given=line, path=path, note="from the address", matches=1, evicts=0, examples=[path])
    if not line.startswith("/"):
        return PathPreview(given=line, path=f"/{line.replace(' ', '%20')}", note="mended", matches=1, evicts=0)
    if line.endswith("*"):
        count = 4210 if line == "/*" else 30 if line.startswith("/guide") else 318
        return PathPreview(
            given=line, path=line, matches=count, evicts=0, examples=[f"{line[:-1]}page-{n}.html" for n in range(20)]
        )
    return PathPreview(given=line, path=line, matches=1, evicts=0, examples=[line])


def previewed(lines: Sequence[str], distribution: Distribution) -> InvalidationPreview:
    """Preview lines: a wildcard over 318 objects wants a box ticked, one over all of them the id typed."""
    paths = [understood(line) for line in lines]
    sent = {one.path for one in paths if one.path}
    wild = sum(path.endswith("*") for path in sent)
    evicted = sum(one.matches or 0 for one in paths if (one.path or "").endswith("*"))
    confirm = "type" if "/*" in sent else "ask" if evicted > 100 else "none"
    return InvalidationPreview(
        paths=paths,
        price_usd=0,
        in_progress=distribution.in_progress,
        free_paths_left=788,
        asked=InProgress(files=len(sent) - wild, wildcards=wild),
        problem=f"These are {len(sent):,} paths, and {MOST:,} go at once." if len(sent) > MOST else None,
        instead=["/img/*"] if len(sent) > MOST else [],
        confirm=confirm,
        confirm_reason=f"This throws out {evicted:,} objects." if confirm != "none" else None,
        confirm_text=distribution.id if confirm == "type" else None,
    )
