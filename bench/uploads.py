"""Uploads a second through the local S3, by a client in processes of its own."""

import subprocess
import sys
import time
from contextlib import ExitStack

from bench.demo import Demo
from bench.report import Row
from bench.site import make_site

UPLOADS = 1500
THREADS = 16
CLIENT = """
import sys, boto3
from botocore.config import Config
from concurrent.futures import ThreadPoolExecutor
endpoint, bucket, count, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
s3 = boto3.client("s3", endpoint_url=endpoint, config=Config(max_pool_connections=threads), **keys)
s3.head_bucket(Bucket=bucket)
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(threads) as pool:
    list(pool.map(lambda n: s3.put_object(Bucket=bucket, Key=f"up/{n}.html", Body=b"x" * 2000), range(count)))
"""


def uploads_a_second(demo: Demo, bucket: str) -> float:
    """Upload small objects from one process of several threads; its own start is not counted."""
    endpoint = f"http://127.0.0.1:{demo.aws_port}"
    command = [sys.executable, "-c", CLIENT, endpoint, bucket, str(UPLOADS), str(THREADS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdin is not None
        client.stdout.readline()
        begun = time.perf_counter()
        client.stdin.write("go\n")
        client.stdin.close()
        client.wait()
        return UPLOADS / (time.perf_counter() - begun)


def rows(stack: ExitStack) -> list[Row]:
    """With events on (a linked bucket), against the same with none."""
    demo = stack.enter_context(Demo())
    quiet = uploads_a_second(demo, make_site(demo, linked=False).bucket)
    told = uploads_a_second(demo, make_site(demo, linked=True).bucket)
    return [Row("uploads through the local S3, events on", told, "a second", ("events off", quiet), "200 or more")]
