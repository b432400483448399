"""Templates and static files of the pages."""

import hashlib
import json
import re
import tomllib

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from api.pages import rendering as pages
from api.pages.assets import HERE, asset_url
from api.web.middleware.headers import POLICY


def request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})


def test_a_static_file_is_named_by_its_content_and_kept_for_ever(client):
    url = asset_url("page.css")
    assert re.fullmatch(r"/static/page\.[0-9a-f]{12}\.css", url)
    answer = client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.head(url).status_code == 200
    assert client.get(asset_url("icon.svg")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("name", ["page.css", "page.000000000000.css", "__init__.py", "page.html", "a%2Fpage.css"])
def test_no_other_name_is_a_static_file(client, name):
    assert client.get(f"/static/{name}").status_code in (404, 422)


def test_the_stylesheet_fetches_nothing(client):
    text = client.get(asset_url("page.css")).text
    assert "url(" not in text
    assert "@import" not in text


def test_a_page_is_kept_by_nobody_and_what_it_prints_is_escaped(monkeypatch):
    made = pages.ENVIRONMENT.from_string("<p title='{{ text }}'>{{ text }}</p>")
    monkeypatch.setattr(pages.ENVIRONMENT, "get_template", lambda _: made)
    answer = pages.page(request(), "any.html", text="<b>'\"&", status=202)
    assert answer.body == b"<p title='&lt;b&gt;&#39;&#34;&amp;'>&lt;b&gt;&#39;&#34;&amp;</p>"
    assert (answer.status_code, answer.headers["cache-control"]) == (202, "no-store")


def test_a_name_a_template_does_not_know_is_an_error(monkeypatch):
    made = pages.ENVIRONMENT.from_string("{{ forgotten }}")
    monkeypatch.setattr(pages.ENVIRONMENT, "get_template", lambda _: made)
    with pytest.raises(UndefinedError):
        pages.page(request(), "any.html")


def test_no_template_holds_what_the_policy_refuses():
    assert "unsafe" not in POLICY
    for folder in pages.FOLDERS:
        for path in folder.rglob("*.html"):
            # One of our own files, by the name that holds its hash, is what the policy lets in.
            text = re.sub(r"<script src=\"\{\{ asset\('[\w.]+\.js'\) \}\}\" defer>", "", path.read_text(encoding="utf-8"))
            if path.name == "file.html":
                # A file to keep, opened from a disk under the policy that it states itself.
                text = text.replace("<style>\n{{ style | safe }}\n</style>", "")
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), path.name


def test_files_of_others_are_unchanged_and_name_their_version_and_license():
    vendored = tomllib.loads((HERE / "vendored.toml").read_text(encoding="utf-8"))
    for name, entry in vendored.items():
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert (HERE / entry["license_file"]).read_text(encoding="utf-8").strip()
        assert entry["version"] in (HERE / name).read_text(encoding="utf-8")
        assert entry["license"] in ("0BSD", "MIT")
    assert list(vendored) == ["htmx.min.js"]


def test_the_frame_keeps_htmx_from_writing_styles_and_asking_other_sites():
    frame = (HERE.parent / "templates" / "staff.html").read_text(encoding="utf-8")
    (config,) = re.findall(r"name=\"htmx-config\" content='(.*?)'", frame)
    assert json.loads(config) == {"includeIndicatorCSS": False, "history": False, "mode": "same-origin"}
