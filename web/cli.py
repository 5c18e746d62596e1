"""The command `freshedge`."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated

import typer

from invalidator.errors import FreshedgeError
from web.settings import WebSettings
from web.terminal import show_problems

if TYPE_CHECKING:
    from fastapi import FastAPI

    from invalidator.aws.clients import Clients

app = typer.Typer(no_args_is_help=True, add_completion=False)

LOOPBACK = "127.0.0.1"


@app.callback()
def freshedge() -> None:
    """Keep CloudFront fresh when S3 changes."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT", help="Where on 127.0.0.1.")] = 8000,
) -> None:
    """Show the dashboard of your AWS account, on this machine and to you alone.

    Credentials, region and endpoint are found as the AWS CLI finds them, settings in FRESHEDGE_… variables. Without
    FRESHEDGE_TABLE it works in direct mode.
    """
    import uvicorn  # noqa: PLC0415 - other commands do not pay for it
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as above

    from invalidator.aws.clients import make_clients  # noqa: PLC0415 - as above

    try:
        dashboard = local_dashboard(os.environ, make_clients(), getpass.getuser())
    except (FreshedgeError, BotoCoreError) as error:
        raise _stop(str(error)) from error
    if not _is_free(port):
        raise _stop(f"Port {port} of {LOOPBACK} is taken. Stop the other program, or choose another one with PORT.")
    show_problems()
    print(f"The dashboard is at http://{LOOPBACK}:{port} (Ctrl-C ends it).", flush=True)
    uvicorn.run(dashboard, host=LOOPBACK, port=port, log_level="warning", server_header=False)


def local_dashboard(environment: Mapping[str, str], clients: "Clients", user: str) -> "FastAPI":
    """Return the dashboard of an account, for whoever sits at this machine.

    user: the name that they are signed in by, and that the history shows.

    Raises: BadInputError for settings that can't be.
    """
    from invalidator.clock import SystemClock  # noqa: PLC0415 - as in `serve`
    from web.app import create_app  # noqa: PLC0415 - as in `serve`
    from web.services.wiring import make_services  # noqa: PLC0415 - as in `serve`

    told = WebSettings.from_environment(environment)
    # A public address is another dashboard's: this one answers loopback names alone.
    settings = replace(told, public_url=None, local_person=user)
    clock = SystemClock()
    return create_app(settings, make_services(settings, clients, clock), clock=clock)


def main() -> None:
    """Run the command line; commands of other packages join by the entry points `freshedge.commands`."""
    for command in entry_points(group="freshedge.commands"):
        app.command(command.name)(command.load())
    app()


def _is_free(port: int) -> bool:
    import socket  # noqa: PLC0415 - as in `serve`

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
