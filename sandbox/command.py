"""The command `freshedge demo`."""

import os
import signal
import sys
import threading
import warnings
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from web.terminal import show_problems

if TYPE_CHECKING:
    from sandbox.options import Options
    from sandbox.run import Sandbox

LAST_RESORT_S = 4.5
"""So long after the first signal the process ends, whatever still runs."""

GREETING = """
freshedge demo

  Dashboard   {url}   publish and watch at {url}/demo
  Local AWS   {aws_url}
  Local edge  http://{edge_host}

Three lines to copy, for the AWS CLI:

export AWS_ENDPOINT_URL={aws_url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
echo '<h1>Hello again</h1>' | aws s3 cp - s3://blog-site/index.html --content-type text/html
aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,Comment]' --output text

{kept} Ctrl-C ends it.
"""


def demo(
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep everything in this folder over a restart.", file_okay=False)
    ] = None,
) -> None:
    """Run dashboard, local AWS and local edge on this machine. PORT, AWS_PORT and EDGE_PORT choose the ports."""
    ending = Ending()
    ending.listen()
    forget_the_real_aws()
    show_problems()
    warnings.simplefilter("ignore")
    try:
        code = run(data, ending)
    except ModuleNotFoundError as error:
        code = _fail(f"The demo needs the package {error.name}. Install it with: pip install 'freshedge[demo]'")
    raise typer.Exit(code)


class Ending:
    """Waits for Ctrl-C and SIGTERM. Its handler takes no lock, so that it may come at any moment, and again."""

    def __init__(self) -> None:
        self.asked = False
        self.sandbox: Sandbox | None = None
        self._signals: SimpleQueue[int] = SimpleQueue()

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._come)

    def wait(self) -> None:
        """Return at the first signal."""
        self._signals.get()

    def _come(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._signals.put(number)
        if self.sandbox is not None:
            self.sandbox.halt()
        if not self.asked:
            self.asked = True
            last = threading.Timer(LAST_RESORT_S, os._exit, (1,))
            last.daemon = True
            last.start()


def run(data: Path | None, ending: Ending) -> int:
    """Run the demo until it is asked to end, and return the exit code."""
    from invalidator.errors import BadInputError  # noqa: PLC0415 - after the signals are taken: imports take a second
    from sandbox.aws.wire import PortInUseError  # noqa: PLC0415
    from sandbox.keeping import KeepError  # noqa: PLC0415
    from sandbox.run import HaltedError, Sandbox  # noqa: PLC0415

    try:
        ending.sandbox = sandbox = Sandbox(options_from(os.environ, data))
        if ending.asked:
            return 0
        sandbox.start()
        _say(greeting(sandbox))
        ending.wait()
        sandbox.stop()
    except HaltedError:
        return 0
    except (PortInUseError, KeepError, BadInputError) as error:
        return _fail(str(error))
    return 0


def greeting(sandbox: "Sandbox") -> str:
    """Return what the terminal shows once everything answers."""
    folder = sandbox.options.data
    kept = f"Everything is kept in {folder}." if folder else "Nothing is kept: --data DIR would."
    return GREETING.format(url=sandbox.url, aws_url=sandbox.aws_url, edge_host=sandbox.edge_host, kept=kept)


def options_from(environment: "os._Environ[str] | dict[str, str]", data: Path | None) -> "Options":
    """Return how the environment wants the demo.

    Raises: BadInputError for a port that is none.
    """
    from sandbox.options import Options  # noqa: PLC0415

    return Options(
        port=_port(environment, "PORT", 8000),
        aws_port=_port(environment, "AWS_PORT", 8001),
        edge_port=_port(environment, "EDGE_PORT", 8002),
        environment={name: value for name, value in environment.items() if name.startswith("FRESHEDGE_")},
        data=data,
    )


def forget_the_real_aws() -> None:
    """Drop every `AWS_…` setting of this process: the demo talks to no AWS but its own, whatever is configured."""
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_PORT"]:
        del os.environ[name]
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
    os.environ.update(nothing, AWS_EC2_METADATA_DISABLED="true")


def _port(environment: "os._Environ[str] | dict[str, str]", name: str, default: int) -> int:
    from invalidator.errors import BadInputError  # noqa: PLC0415

    text = environment.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004 - the highest port there is
        raise BadInputError(f"{name} must be a port, a number up to 65535, not {text!r}.")
    return int(text)


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
