"""Templates and static files of the pages."""

import re

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from api.pages import rendering as pages
from api.pages.assets import asset_url
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
            text = path.read_text(encoding="utf-8").replace("<script src=\"{{ asset('setup.js') }}\" defer>", "")
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), path.name
