"""What a room of the store gives to the interface: a handler for each operation that it answers."""

from collections.abc import Callable, Mapping

from sandbox.cloudfront.shelf import Params

Handlers = Mapping[str, Callable[[Params], Params]]
"""AWS's name of an operation -> what takes its input and returns its output, both in boto3's shape;
`Location` in an output is only what follows the API's version."""
