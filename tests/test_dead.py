"""Dead code is seen, and what others read is not taken for it. `make lint` looks for it in the product."""

import pytest

from tools.dead import dead_code

pytestmark = pytest.mark.unmeasured

CONFIG = '[tool.vulture]\npaths = ["product"]\nmin_confidence = 60\n'
HELPER = "def helper():\n    return 1\n"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"product/a.py": HELPER}, ["helper"]),
        ({"product/a.py": HELPER, "product/b.py": "print(helper())\n"}, []),
        # A test alone keeps nothing alive.
        ({"product/a.py": HELPER, "tests/test_a.py": "print(helper())\n"}, ["helper"]),
        ({"product/a.py": HELPER, "product/a.html": "{% if a.helper %}"}, []),
        ({"product/a.py": HELPER, "product/a.html": "<p>helper</p>"}, ["helper"]),
        ({"product/a.py": "HELPER = 1\n"}, ["HELPER"]),
        # Whoever gets the answer reads its field; a tuple has no other readers than ours.
        ({"product/a.py": "class A(Model):\n    helper: int\n\nprint(A(1))\n"}, []),
        ({"product/a.py": "class A(NamedTuple):\n    helper: int\n\nprint(A(1))\n"}, ["helper"]),
        # The library reads what is set on its object; nobody else reads ours.
        ({"product/a.py": "def a(sheet):\n    sheet.helper = 1\n\na()\n"}, []),
        ({"product/a.py": "def a(self):\n    self.helper = 1\n\na()\n"}, ["helper"]),
    ],
)
def test_what_nobody_uses_is_found(tmp_path, monkeypatch, files, names):
    for name, content in ({"pyproject.toml": CONFIG} | files).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    assert [item.name for item in dead_code()] == names
