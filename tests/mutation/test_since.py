"""Which functions count as the same code."""

from tests.mutation.report import ROOT
from tests.mutation.since import same_functions, unchanged_since

BEFORE = '''
class Rule:
    """A rule."""

    @property
    def least(self) -> int:
        """The least."""
        return 1

    def most(self):
        return 2

async def wait(seconds: int) -> None:
    left: int = seconds

def gone():
    pass
'''


def test_docstrings_and_annotations_change_nothing() -> None:
    now = BEFORE.replace("The least.", "Least of all.").replace("-> int", "").replace(": int", ": float")
    assert now != BEFORE
    assert same_functions(BEFORE, now) == {"Rule.least", "Rule.most", "wait", "gone"}


def test_code_names_and_classes_do() -> None:
    assert same_functions(BEFORE, BEFORE.replace("return 1", "return 3")) == {"Rule.most", "wait", "gone"}
    assert same_functions(BEFORE, BEFORE.replace("class Rule", "class Other")) == {"wait", "gone"}
    assert same_functions(BEFORE, BEFORE.replace("@property", "@cache")) == {"Rule.most", "wait", "gone"}
    assert same_functions(BEFORE, BEFORE.replace("seconds: int", "minutes: int")) == {"Rule.least", "Rule.most", "gone"}
    assert same_functions("", BEFORE) == set()


def test_only_modules_that_were_held_count() -> None:
    """In the commit that is checked out, if this is a clone."""
    is_unchanged = unchanged_since(ROOT, "HEAD")
    assert not is_unchanged("tests/mutation/since.py", "same_functions")
    assert not unchanged_since(ROOT, "no-such-commit")("scheduler/verify.py", "judge")
