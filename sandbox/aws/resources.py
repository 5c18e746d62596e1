"""What serverless.yml declares: the table, the queues and their policies, and what calls the functions.

It is the one place that declares them (docs, architecture). CloudFormation's `!Ref`, `!GetAtt` and `!Sub` are resolved
as far as tables and queues need them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).parents[2] / "serverless.yml"
INSTALLED = Path(__file__).parents[1] / "serverless.yml"


class ResourcesError(ValueError):
    """serverless.yml is missing, or says something that the sandbox cannot make."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The declared resources, unresolved: they can be made in any region.

    declared: `resources.Resources` of the file.
    functions: `functions` of the file, by name: their time-outs, what calls them, where their failures go.
    """

    declared: Mapping[str, Any]
    functions: Mapping[str, Any]

    def only(self, *names: str) -> "Resources":
        """Return these resources alone; what they refer to can still be resolved by name."""
        return Resources({name: self.declared[name] for name in names}, self.functions)

    def tables(self, account: str, region: str) -> list[dict[str, Any]]:
        """Return the properties of every table."""
        return [self._resolve(one["Properties"], account, region) for one in self._of("AWS::DynamoDB::Table")]

    def queues(self, account: str, region: str) -> list[tuple[str, dict[str, str]]]:
        """Return name and attributes of every queue, dead-letter queues first; as CreateQueue takes them."""
        policies = self._policies(account, region)
        found = []
        for one in self._of("AWS::SQS::Queue"):
            properties = self._resolve(one["Properties"], account, region)
            name = properties.pop("QueueName")
            attributes = {
                key: value if isinstance(value, str) else json.dumps(value) for key, value in properties.items()
            }
            if policy := policies.get(f"https://sqs.{region}.amazonaws.com/{account}/{name}"):
                attributes["Policy"] = json.dumps(policy)
            found.append((name, attributes))
        return sorted(found, key=lambda queue: "RedrivePolicy" in queue[1])

    def queue_name(self, resource: str) -> str:
        """Return the name of a queue by its name in the file, like `EventsQueue`."""
        try:
            return str(self.declared[resource]["Properties"]["QueueName"])
        except KeyError:
            raise ResourcesError(f"serverless.yml declares no queue {resource} with a QueueName.") from None

    def _policies(self, account: str, region: str) -> dict[str, Any]:
        return {
            url: properties["PolicyDocument"]
            for one in self._of("AWS::SQS::QueuePolicy")
            for properties in [self._resolve(one["Properties"], account, region)]
            for url in properties["Queues"]
        }

    def _of(self, kind: str) -> list[Mapping[str, Any]]:
        return [one for one in self.declared.values() if one["Type"] == kind]

    def _resolve(self, value: Any, account: str, region: str) -> Any:  # noqa: ANN401 - a template holds anything
        if isinstance(value, Intrinsic):
            return self._intrinsic(value, account, region)
        if isinstance(value, dict):
            return {key: self._resolve(one, account, region) for key, one in value.items()}
        if isinstance(value, list):
            return [self._resolve(one, account, region) for one in value]
        return value

    def _intrinsic(self, value: "Intrinsic", account: str, region: str) -> str:
        if value.function == "Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: self._reference(found[1], account, region), value.argument)
        return self._reference(value.argument, account, region)

    def _reference(self, name: str, account: str, region: str) -> str:
        """Resolve a pseudo parameter, a resource (its name or URL) or an attribute of one (its ARN)."""
        pseudo = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        resource, _, attribute = name.partition(".")
        declared = self.declared.get(resource)
        if declared is None or attribute not in ("", "Arn", "QueueName"):
            raise ResourcesError(f"serverless.yml refers to {name}, which the sandbox does not know.")
        properties = declared["Properties"]
        if declared["Type"] == "AWS::SQS::Queue":
            own = str(properties["QueueName"])
            url = f"https://sqs.{region}.amazonaws.com/{account}/{own}"
            return {"Arn": f"arn:aws:sqs:{region}:{account}:{own}", "QueueName": own}.get(attribute, url)
        own = str(properties["TableName"])
        return f"arn:aws:dynamodb:{region}:{account}:table/{own}" if attribute == "Arn" else own


@dataclass(frozen=True, slots=True)
class Intrinsic:
    """A CloudFormation function that is resolved when a resource is made: `Ref`, `GetAtt`, `Sub`."""

    function: str
    argument: str


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _construct(loader: _Loader, suffix: str, node: yaml.Node) -> Intrinsic:
    if suffix not in ("Ref", "GetAtt", "Sub"):
        raise ResourcesError(f"serverless.yml uses !{suffix}, which the sandbox does not resolve.")
    if isinstance(node, yaml.SequenceNode):
        return Intrinsic(suffix, ".".join(map(str, loader.construct_sequence(node))))
    return Intrinsic(suffix, str(loader.construct_scalar(node)))  # type: ignore[arg-type] # a scalar by now


_Loader.add_multi_constructor("!", _construct)


def read_resources(path: Path | None = None) -> Resources:
    """Read the file: of the checkout, or what the installed package brings along; raise `ResourcesError`."""
    path = path or (CHECKOUT if CHECKOUT.exists() else INSTALLED)
    try:
        whole = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader with three tags more
        return Resources(whole["resources"]["Resources"], whole.get("functions", {}))
    except OSError as error:
        raise ResourcesError(
            f"{path} cannot be read ({error}); the sandbox makes its table and queues from it."
        ) from None
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ResourcesError(f"{path} does not declare resources as the sandbox expects: {error}") from None
