"""The picture of the README, drawn from a printed week."""

import shutil

import pytest

from tools.picture import HEIGHT, SCALE, WIDTH, draw

PAGE = '<!doctype html><html><body style="background: #0f6b62"><p>A week</p></body></html>'


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_a_page_becomes_a_png_of_a_fixed_size(tmp_path):
    page, picture = tmp_path / "roster.html", tmp_path / "roster.png"
    page.write_text(PAGE)
    draw(page, picture)
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(content[n : n + 4]) for n in (16, 20)] == [int(WIDTH * SCALE), int(HEIGHT * SCALE)]


def test_a_machine_without_a_browser_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="install Chromium"):
        draw(tmp_path / "roster.html", tmp_path / "roster.png")
