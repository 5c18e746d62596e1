"""What the environment says to the dashboard, read once at the rim and passed in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from invalidator.errors import BadInputError
from invalidator.settings import PREFIX, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings(Settings):
    """The dashboard's settings: those of the invalidator, and its own.

    public_url: where browsers find the dashboard, such as `https://edge.example.org`; None for a loopback address.
    demo_person, local_person: everybody on this machine is signed in under this name, as a visitor of the demo or as
        who runs it for themselves; None for nobody. Never from the environment: only a command that listens on
        loopback alone sets them, so that no variable can open a dashboard to the world.
    edge_host: where the local edge answers, such as `localhost:8002`; None without one.
    age_seconds: how old what lists show of the account may be.
    read_back_seconds: how long to wait for AWS to show what was written.

    Raises: BadInputError for a value that can't be; the text names the variable.
    """

    public_url: str | None = None
    demo_person: str | None = None
    local_person: str | None = None
    edge_host: str | None = None
    age_seconds: float = 60.0
    read_back_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse a public address with a path: everything is served from the root."""
        Settings.__post_init__(self)  # not super(): the class that slots make is another one
        if self.public_url:
            parts = urlsplit(self.public_url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
                raise BadInputError(
                    f"{PREFIX}PUBLIC_URL is an address without a path, such as https://edge.example.org; "
                    f"not {self.public_url!r}."
                )

    @property
    def public_origin(self) -> str | None:
        """The public address as browsers send it in `Origin`; None without one."""
        if not self.public_url:
            return None
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "WebSettings":
        """Return the settings that an environment says.

        Raises: BadInputError for a value that can't be; the text names the variable.
        """
        shared = Settings.from_environment(environment)
        return cls(**asdict(shared), public_url=environment.get(f"{PREFIX}PUBLIC_URL", "").strip() or None)
