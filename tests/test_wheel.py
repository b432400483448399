"""What is compared when a wheel is tried; the trial itself is a part of `.ci/run`, for it installs everything."""

import tomllib
import zipfile

from tests.source_tree import ROOT
from tools.wheel import differences, files_in, tracked


def test_a_forgotten_file_is_named_and_so_is_one_that_does_not_belong():
    assert differences({"api/a.py", "api/junk.txt"}, {"api/a.py", "api/pages/static/setup.js"}) == [
        "+api/junk.txt",
        "-api/pages/static/setup.js",
    ]


def test_what_a_wheel_says_about_itself_is_not_compared(tmp_path):
    wheel = tmp_path / "stepdown-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("api/a.py", "stepdown-1.dist-info/METADATA"):
            archive.writestr(name, "")
    assert files_in(wheel) == {"api/a.py"}


def test_every_kind_of_file_of_the_packages_is_package_data():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["package-data"] == {"*": ["*"]}
    assert "api/pages/static/setup.js" in tracked()
