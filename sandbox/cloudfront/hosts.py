"""Which distribution answers to a host name: its own names, its aliases, the domains of its tenants."""

from collections.abc import Iterable


class Hosts:
    """Host names in lower case, each owned by one thing. Its owner holds the lock.

    An owner is a text: a distribution's id for its own names, the same with "/aliases", or a tenant's id.
    """

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, str]] = {}  # name -> owner, distribution id
        self._owned: dict[str, list[str]] = {}

    def are_free(self, names: Iterable[str], own_id: str) -> bool:
        """Tell whether nobody but the distribution or tenant itself has any of these names."""
        owners = {self._names[name.lower()][0] for name in names if name.lower() in self._names}
        return owners <= {own_id, f"{own_id}/aliases"}

    def claim(self, owner: str, distribution_id: str, names: Iterable[str]) -> None:
        """Give an owner these names, and no others, for a distribution."""
        self._drop(owner)
        self._owned[owner] = [name.lower() for name in names]
        self._names |= dict.fromkeys(self._owned[owner], (owner, distribution_id))

    def forget(self, owner: str) -> None:
        """Take a distribution's or a tenant's names away."""
        self._drop(owner)
        self._drop(f"{owner}/aliases")

    def clear(self) -> None:
        """Forget everybody."""
        self._names, self._owned = {}, {}

    def find(self, host: str) -> str | None:
        """Return the id of the distribution that answers to a Host header, or None.

        Looked for in this order: the whole name; a wildcard alias (`*.example.com`, one label deep: `CNAMEs.html`);
        the first label as a distribution's id or as the label of its domain name.
        """
        name = host.lower().partition(":")[0].rstrip(".")
        label, _, rest = name.partition(".")
        for candidate in (name, f"*.{rest}", label):
            if candidate in self._names:
                return self._names[candidate][1]
        return None

    def _drop(self, owner: str) -> None:
        for name in self._owned.pop(owner, []):
            self._names.pop(name, None)
