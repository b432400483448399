"""The benchmark of imports runs, and says how long each kind of workbook takes."""

import pytest

from benchmarks.workbook import MISTAKES, ROOT, main


@pytest.mark.proof
def test_each_kind_of_workbook_is_measured_by_both(capsys):
    main(["--participants", "24", "--runs", "1", "--against", str(ROOT)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(MISTAKES)
    assert all(line.endswith(" s by the other") for line in lines)
