"""Make the two Lambda packages, byte for byte the same from the same sources, as zips in build/.

Wheels are taken for Lambda's own platform (Python 3.13 on arm64), pinned with hashes. Bytecode is shipped with
unchecked hashes (PEP 552), because Lambda can't write it and a cold start pays for compiling otherwise; only Python
3.13 itself can make it, so packages made with another one are slower to start and otherwise the same. Of botocore's
400 services only those stay that the code asks for. Times and rights in the zips are fixed.
"""

import argparse
import compileall
import py_compile
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LAMBDA_PYTHON = (3, 13)
LAMBDA_PLATFORM = "aarch64-manylinux_2_28"
OURS = {
    "invalidator": ("invalidator",),
    "dashboard": ("invalidator", "web", "templates"),
}
NOT_NEEDED = ("bin", "*.dist-info/RECORD", "**/tests", "**/__pycache__", "boto3/data", "boto3/examples")
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3


def install(name: str, folder: Path, platform: str) -> None:
    """Put the pinned packages of one function into a folder."""
    uv = Path(sys.executable).parent / "uv"
    version = ".".join(map(str, LAMBDA_PYTHON))
    command = [uv, "pip", "install", "--quiet", "--target", folder, "--python-platform", platform]
    command += ["--python-version", version, "--only-binary", ":all:", "--require-hashes", "--no-compile-bytecode"]
    subprocess.run([*command, "-r", ROOT / "requirements" / f"{name}.txt"], check=True)


def copy_ours(name: str, folder: Path) -> None:
    """Copy our own packages; the templates go where an installed `web` looks for them."""
    for package in OURS[name]:
        to = folder / ("web/templates" if package == "templates" else package)
        shutil.copytree(ROOT / package, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def services() -> set[str]:
    """Return the services that our clients are made for, as boto3 names them."""
    return set(re.findall(r'_client\("([a-z0-9]+)"', (ROOT / "invalidator" / "aws" / "clients.py").read_text("utf8")))


def tidy(folder: Path) -> None:
    """Remove what no function reads, and compile the rest."""
    for pattern in NOT_NEEDED:
        for path in sorted(folder.glob(pattern), reverse=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for service in sorted(path for path in (folder / "botocore" / "data").iterdir() if path.is_dir()):
        if service.name not in services():
            shutil.rmtree(service)
    if sys.version_info[:2] == LAMBDA_PYTHON:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(folder, quiet=1, stripdir=str(folder), invalidation_mode=mode)
    else:
        print(f"No bytecode shipped: this is Python {sys.version_info[0]}.{sys.version_info[1]}, Lambda's is 3.13.")


def pack(folder: Path, file: Path) -> None:
    """Zip a folder in a fixed order with fixed times and rights."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            info.create_system, info.external_attr = UNIX, 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())


def build(name: str, to: Path, platform: str = LAMBDA_PLATFORM) -> Path:
    """Make one package in a folder, and return its zip. platform: as uv names it, of the wheels."""
    folder, file = to / name, to / f"{name}.zip"
    shutil.rmtree(folder, ignore_errors=True)
    file.unlink(missing_ok=True)
    install(name, folder, platform)
    copy_ours(name, folder)
    tidy(folder)
    pack(folder, file)
    return file


def main() -> None:
    """Build the packages and tell their sizes: as they are uploaded, and unpacked (Lambda takes 50 and 250 MB)."""
    options = argparse.ArgumentParser(description="Make the Lambda packages.")
    options.add_argument("--to", type=Path, default=BUILD, help="the folder for the zips and what is in them")
    options.add_argument("--platform", default=LAMBDA_PLATFORM, help="of the wheels; another one is for tests")
    options.add_argument("names", nargs="*", default=list(OURS), help="which packages")
    told = options.parse_args()
    for name in told.names:
        file = build(name, told.to.resolve(), told.platform)
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        print(f"{told.to.name}/{file.name}  {file.stat().st_size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked")


if __name__ == "__main__":
    main()
