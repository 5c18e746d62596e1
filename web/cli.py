"""The command `freshedge`."""

from importlib.metadata import entry_points

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def freshedge() -> None:
    """Keep CloudFront fresh when S3 changes."""


def main() -> None:
    """Run the command line; commands of other packages join by the entry points `freshedge.commands`."""
    for command in entry_points(group="freshedge.commands"):
        app.command(command.name)(command.load())
    app()
