"""The same invalidation as a line for the AWS command line."""

import shlex


def cli_command(distribution_id: str, paths: list[str]) -> str:
    """Return the `aws` command that would send these paths, quoted for a POSIX shell.

    >>> print(cli_command("E1", ["/a b*"]))
    aws cloudfront create-invalidation --distribution-id E1 --paths '/a b*'
    """
    words = ["aws", "cloudfront", "create-invalidation", "--distribution-id", distribution_id, "--paths", *paths]
    return shlex.join(words)
