"""Installs what a hosted notebook lacks of the course's packages, and leaves what it has as it is.

A hosted runtime comes with numpy and torch built for its card, and another version would need a restart. So
pip is held to the versions that are installed, and only packages that are absent or too old are asked for.
The course itself is not installed: the lesson puts its folder on the path.
"""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
KEPT = ("numpy", "torch", "jupyterlab")  # never installed or changed here


def installed_version(name: str) -> str | None:
    """The version of an installed package, None if it is absent."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def lacking(requirements: Iterable[str], version: Callable[[str], str | None]) -> list[str]:
    """The requirements that are absent, or installed in a version that they do not allow."""
    wanted = []
    for line in requirements:
        requirement = Requirement(line)
        found = version(requirement.name)
        fits = found is not None and requirement.specifier.contains(found, prereleases=True)
        if requirement.name not in KEPT and not fits:
            wanted.append(line)
    return wanted


def held(version: Callable[[str], str | None]) -> list[str]:
    """The constraints that keep pip from changing numpy and torch."""
    return [f"{name}=={found}" for name in KEPT if (found := version(name))]


def main() -> int:
    """Install what is lacking; return pip's exit status."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    wanted = lacking(project["dependencies"], installed_version)
    if not wanted:
        print("The course has all that it needs.")
        return 0
    print("Installing", ", ".join(wanted))
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(held(installed_version)) + "\n", encoding="utf-8")
        options = ["--quiet", "--constraint", str(constraints)]
        return subprocess.run([sys.executable, "-m", "pip", "install", *options, *wanted]).returncode


if __name__ == "__main__":
    sys.exit(main())
