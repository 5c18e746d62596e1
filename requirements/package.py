"""Make the two Lambda packages, byte for byte the same from the same sources, as zips in build/.

Wheels are taken for Lambda's own platform (Python 3.13 on arm64), pinned with hashes. Bytecode is shipped with
unchecked hashes (PEP 552), because Lambda can't write it and a cold start pays for compiling otherwise. Times in the
zips are fixed.
"""

import compileall
import py_compile
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LAMBDA_PYTHON = (3, 13)
PLATFORM = "aarch64-manylinux_2_28"
OURS = {
    "invalidator": ("invalidator",),
    "dashboard": ("invalidator", "web", "templates"),
}
NOT_NEEDED = ("bin", "*.dist-info/RECORD", "**/tests", "**/__pycache__")
EPOCH = (1980, 1, 1, 0, 0, 0)


def install(name: str, folder: Path) -> None:
    """Put the pinned packages of one function into a folder."""
    uv = Path(sys.executable).parent / "uv"
    version = ".".join(map(str, LAMBDA_PYTHON))
    command = [uv, "pip", "install", "--quiet", "--target", folder, "--python-platform", PLATFORM]
    command += ["--python-version", version, "--only-binary", ":all:", "--require-hashes", "--no-compile-bytecode"]
    subprocess.run([*command, "-r", ROOT / "requirements" / f"{name}.txt"], check=True)


def copy_ours(name: str, folder: Path) -> None:
    """Copy our own packages; the templates go where an installed `web` looks for them."""
    for package in OURS[name]:
        to = folder / ("web/templates" if package == "templates" else package)
        shutil.copytree(ROOT / package, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "demo"))


def tidy(folder: Path) -> None:
    """Remove what no function reads, and compile the rest."""
    for pattern in NOT_NEEDED:
        for path in sorted(folder.glob(pattern), reverse=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
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
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())


def main() -> None:
    """Build both packages and tell their sizes."""
    shutil.rmtree(BUILD, ignore_errors=True)
    for name in OURS:
        folder, file = BUILD / name, BUILD / f"{name}.zip"
        install(name, folder)
        copy_ours(name, folder)
        tidy(folder)
        pack(folder, file)
        print(f"build/{name}.zip  {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
