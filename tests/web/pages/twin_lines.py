"""How the twin understands the lines that people paste."""

from web.models import PathPreview


def understood(line: str) -> PathPreview:
    """Understand a line a little, as far as pages show differences."""
    if line.startswith("?"):
        return PathPreview(given=line, path=None, problem="A path begins with /, this one is only a query string.")
    if "://" in line:
        path = "/" + line.split("://", 1)[1].partition("/")[2]
        return PathPreview(given=line, path=path, note="from the address", matches=1, examples=[path])
    if not line.startswith("/"):
        return PathPreview(given=line, path=f"/{line.replace(' ', '%20')}", note="mended", matches=1)
    if line.endswith("*"):
        return PathPreview(
            given=line, path=line, matches=318, evicts=318, examples=[f"{line[:-1]}page-{n}.html" for n in range(20)]
        )
    return PathPreview(given=line, path=line, matches=1, examples=[line])
