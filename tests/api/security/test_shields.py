"""What stands in front of every route: hosts, origins, bodies, headers, rates, addresses behind proxies."""

import time
from itertools import count

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.requests import Request

from api.accounts.models import RoleIn
from api.app import create_app
from api.kernel.settings import Settings
from api.security import rates as rates_module
from api.security.rates import Rates, stranger
from api.web.callers import address_of
from api.web.middleware.headers import POLICY
from tests.api.security.conftest import PASSWORD

SIGN_IN = {"login": "ada", "password": PASSWORD}


def code(answer):
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def service(settings, store, engine):
    """A client of a service with other settings."""

    def make(base_url="http://testserver", address="203.0.113.7", **changes):
        app = create_app(Settings(**settings.model_dump() | changes), store, engine)
        return TestClient(app, base_url=base_url, raise_server_exceptions=False, client=(address, 50000))

    return make


class TestOrigins:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, 204),
            ({"Sec-Fetch-Site": "none"}, 204),
            ({}, 204),
            ({"Origin": "http://testserver"}, 204),
            ({"Origin": "http://127.0.0.1:8000"}, 204),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
            ({"Sec-Fetch-Site": "Same-Origin?"}, 403),
            ({"Origin": "https://other.example"}, 403),
            ({"Origin": "https://testserver.example.org"}, 403),
            ({"Origin": "http://testserver:81"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": ""}, 403),
        ],
    )
    def test_only_our_own_pages_change_anything_with_a_cookie(self, director, headers, status):
        answer = director.delete("/v1/session", headers=headers)
        assert answer.status_code == status
        if status == 403:
            assert code(answer) == (403, "cross_site")
            assert director.get("/v1/session").status_code == 200

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_whatever_the_method_and_the_address(self, director, method):
        for path in ("/v1/users", "/v1/nothing", "/health"):
            answer = director.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
            assert code(answer) == (403, "cross_site")

    def test_reading_is_not_changing(self, director):
        assert director.get("/v1/session", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200

    def test_a_key_is_exempt_for_no_page_can_send_one(self, client, key, programs):
        headers = key("admin") | {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}
        assert client.post("/v1/keys", json={"scopes": ["solve"]}, headers=headers).status_code == 201

    def test_nobody_is_signed_in_from_another_site(self, user, browser):
        user("ada", RoleIn(role="director"))
        answer = browser().post("/v1/session", json=SIGN_IN, headers={"Sec-Fetch-Site": "cross-site"})
        assert code(answer) == (403, "cross_site")

    def test_another_site_reads_nothing_for_no_answer_allows_it(self, director):
        answer = director.get("/v1/session", headers={"Origin": "https://other.example"})
        assert not any(name.startswith("access-control") for name in answer.headers)


class TestHosts:
    @pytest.mark.parametrize("host", ["testserver", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
    def test_its_own_names_are_answered(self, client, host):
        assert client.get("/health", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "other.example",
            "localhost.example.org",
            "other.example:8000",
            "10.0.0.5",
            "",
            "localhost/health",
            "[::1",
        ],
    )
    def test_foreign_names_are_refused_on_every_address(self, client, host):
        for path in ("/health", "/v1/session", "/nothing"):
            assert code(client.get(path, headers={"Host": host})) == (421, "wrong_host")

    def test_the_public_name_is_answered_and_testserver_only_where_the_settings_say_so(self, service):
        made = service(public_url="https://rosters.example.org/stepdown", allowed_hosts="10.0.0.5, Rosters.internal")
        for host in ("rosters.example.org", "10.0.0.5:8000", "rosters.internal"):
            assert made.get("/health", headers={"Host": host}).status_code == 200
        assert code(made.get("/health")) == (421, "wrong_host")


class TestHeaders:
    @pytest.mark.parametrize(
        ("method", "path", "headers", "status"),
        [
            ("GET", "/health", {}, 200),
            ("GET", "/v1/session", {}, 401),
            ("GET", "/nothing", {}, 404),
            ("PATCH", "/health", {}, 405),
            ("POST", "/v1/session", {"Content-Type": "application/json"}, 400),
            ("POST", "/v1/session", {"Sec-Fetch-Site": "cross-site"}, 403),
            ("GET", "/health", {"Host": "other.example"}, 421),
            ("POST", "/v1/session", {"Content-Length": "99999999999"}, 413),
            ("GET", "/v1/session", {"Authorization": "Bearer wrong"}, 401),
            ("GET", "/ready", {}, 503),
        ],
    )
    def test_every_answer_has_them(self, client, engine, monkeypatch, method, path, headers, status):
        monkeypatch.setattr(engine, "is_ready", lambda: False)
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "x-request-id" in answer.headers
        assert "strict-transport-security" not in answer.headers
        if status >= 400:
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]

    def test_a_defect_has_them_too_and_says_nothing_of_itself(self, app, client):
        @app.get("/v1/broken")
        def broken():
            raise ValueError("Jane Doe")

        answer = client.get("/v1/broken")
        assert code(answer) == (500, "defect")
        assert answer.headers["content-security-policy"] == POLICY
        assert "Jane" not in answer.text

    def test_a_database_that_fails_while_the_caller_is_sought_is_a_defect_like_others(self, client, app, monkeypatch):
        monkeypatch.setattr(app.state.store, "ask", lambda *_, **__: 1 / 0)
        answer = client.get("/v1/session", headers={"Authorization": "Bearer x"})
        assert code(answer) == (500, "defect")
        assert answer.headers["content-security-policy"] == POLICY

    def test_the_policy_lets_in_nothing_foreign_and_frames_nothing(self):
        assert POLICY.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in POLICY
        assert "unsafe" not in POLICY
        assert {source for part in POLICY.split("; ") for source in part.split()[1:]} == {"'none'", "'self'"}

    def test_data_is_not_kept_by_browsers_and_proxies(self, client, key):
        assert client.get("/v1/session", headers=key("solve")).headers["cache-control"] == "no-store"

    def test_https_is_remembered_where_there_is_https(self, service):
        made = service("https://rosters.example.org", public_url="https://rosters.example.org")
        assert made.get("/health").headers["strict-transport-security"] == "max-age=31536000"


class TestBodies:
    def chunks(self, size):
        for _ in range(size // 500):
            yield b" " * 500

    def test_a_body_that_says_it_is_too_large_is_not_read(self, service):
        answer = service(body_bytes_most=1000).post("/v1/session", content=b" " * 1001)
        assert code(answer) == (413, "too_large")
        assert answer.headers["connection"] == "close"
        assert answer.json()["detail"] == "Send at most 1000 bytes."

    def test_a_chunked_body_is_cut_off_at_the_limit(self, service):
        made = service(body_bytes_most=1000)
        json = {"Content-Type": "application/json"}
        assert code(made.post("/v1/session", content=self.chunks(1500), headers=json)) == (413, "too_large")
        assert code(made.post("/v1/session", content=self.chunks(1000), headers=json)) == (400, "malformed")

    def test_strangers_send_no_more_than_a_login(self, client, key):
        headers = {"Content-Type": "application/json"}
        assert code(client.post("/v1/session", content=b" " * 16_001, headers=headers)) == (413, "too_large")
        assert code(client.post("/v1/session", content=self.chunks(16_500), headers=headers)) == (413, "too_large")
        wrong_cookie = headers | {"Cookie": "stepdown_session=guessed"}
        assert code(client.post("/v1/setup", content=b" " * 16_001, headers=wrong_cookie)) == (413, "too_large")
        assert client.post("/v1/validate", content=b" " * 16_001, headers=headers | key("solve")).status_code == 400

    @pytest.mark.parametrize("length", ["-1", "1e3", "+5", "\u0663"])
    def test_a_length_that_is_no_number_is_refused(self, client, length):
        answer = client.post("/v1/session", headers={"Content-Length": length.encode()})
        assert code(answer) == (400, "malformed")

    def test_an_address_holds_no_nul(self, director):
        for path in ("/v1/users/a%00b", "/v1/users?after=a%00b"):
            assert code(director.get(path)) == (422, "wrong_shape")


class TestRates:
    def test_requests_of_a_caller_are_limited_whatever_the_address(self, service, key):
        made, headers = service(requests_per_minute=3), key("solve")
        answers = [made.get("/v1/session", headers=headers) for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        assert [a.headers["ratelimit"].partition(";t=")[0] for a in answers] == [f'"requests";r={n}' for n in (2, 1, 0, 0)]
        assert answers[0].headers["ratelimit-policy"] == '"requests";q=3;w=60'
        assert code(answers[3]) == (429, "too_many")
        assert 58 <= int(answers[3].headers["retry-after"]) <= 60
        other = key("solve")
        assert made.get("/v1/session", headers=other).status_code == 200

    def test_who_waited_as_told_is_let_in_again(self, settings, monkeypatch):
        clock = count(1_000_000_000.0, 0.001)
        offset = [0.0]
        monkeypatch.setattr(time, "time", lambda: next(clock) + offset[0])
        rates = Rates(settings.model_copy(update={"requests_per_minute": 2}))
        rates.charge("requests", "key:a")
        offset[0] += 20
        rates.charge("requests", "key:a")
        with pytest.raises(rates_module.Problem) as refused:
            rates.charge("requests", "key:a")
        assert refused.value.headers["Retry-After"] == "40"
        offset[0] += 41
        rates.charge("requests", "key:a")

    def test_strangers_are_limited_by_address(self, service, key):
        made = service(requests_per_minute=2)
        assert [made.get("/v1/session").status_code for _ in range(3)] == [401, 401, 429]
        assert made.get("/v1/session", headers=key("solve")).status_code == 200, "callers are not, for strangers beside them"
        assert [made.get("/health").status_code for _ in range(3)] == [200] * 3

    def test_guessing_keys_is_limited_by_address(self, service):
        made = service(requests_per_minute=2)
        guesses = [made.get("/v1/session", headers={"Authorization": f"Bearer guess{i}"}).status_code for i in range(3)]
        assert guesses == [401, 401, 429]

    def test_solves_have_a_limit_of_their_own(self, service, key):
        made, headers = service(solves_per_minute=2), key("solve")
        answers = [made.post("/v1/solve", headers=headers) for _ in range(3)]
        assert [a.status_code == 429 for a in answers] == [False, False, True]
        assert '"solves";q=2;w=60' in answers[0].headers["ratelimit-policy"]
        assert code(made.post("/v1/explain", headers=headers)) == (429, "too_many")
        assert made.get("/v1/session", headers=headers).status_code == 200

    def test_sign_ins_are_limited_by_address(self, service):
        made = service(logins_per_minute=3)
        answers = [made.post("/v1/session", json={"login": f"user{i}", "password": "x"}) for i in range(4)]
        assert [a.status_code for a in answers] == [401, 401, 401, 429]
        assert int(answers[3].headers["retry-after"]) >= 58

    def test_a_stranger_does_not_lock_an_owner_out(self, settings, store, engine, user):
        user("ada", RoleIn(role="director"))
        app = create_app(settings.model_copy(update={"logins_per_minute": 2}), store, engine)
        stranger, owner = (TestClient(app, client=(f"198.51.100.{i}", 1)) for i in (1, 2))
        tries = [stranger.post("/v1/session", json={"login": "ada", "password": "x"}).status_code for _ in range(3)]
        assert tries == [401, 401, 429]
        assert owner.post("/v1/session", json={"login": "ada", "password": PASSWORD}).status_code == 201

    def test_sign_ins_are_limited_by_account_whether_there_is_one_or_not(self, settings, store, engine, user, monkeypatch):
        monkeypatch.setattr(rates_module, "ACCOUNT_FACTOR", 1)
        user("ada", RoleIn(role="director"))
        app = create_app(settings.model_copy(update={"logins_per_minute": 3}), store, engine)
        for login in ("ada", "nobody"):
            tries = [
                TestClient(app, client=(f"198.51.100.{i}", 1)).post("/v1/session", json={"login": login, "password": "x"}) for i in range(4)
            ]
            assert [a.status_code for a in tries] == [401, 401, 401, 429]

    def test_guessing_the_set_up_token_is_limited(self, service):
        made = service(logins_per_minute=2)
        body = {"token": "x", "login": "ada", "password": PASSWORD}
        assert [made.post("/v1/setup", json=body).status_code for _ in range(3)] == [404, 404, 429]

    @pytest.mark.parametrize(
        ("address", "who"),
        [
            ("203.0.113.7", "address:203.0.113.7"),
            ("::ffff:203.0.113.7", "address:203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
            ("fe80::1%eth0", "address:fe80::/64"),
            ("", "address:"),
            ("x" * 100, f"address:{'x' * 64}"),
        ],
    )
    def test_an_ipv6_network_is_one_stranger(self, address, who):
        assert stranger(address) == who


class TestProxies:
    def forwarded(self, made, header):
        return made.get("/v1/session", headers={"X-Forwarded-For": header}).status_code

    def test_nobody_chooses_an_address_who_is_not_a_trusted_proxy(self, service):
        made = service(requests_per_minute=2, address="203.0.113.7")
        assert [self.forwarded(made, f"198.51.100.{i}") for i in range(3)] == [401, 401, 429]

    def test_behind_a_trusted_proxy_everybody_has_their_own_address(self, service):
        made = service(requests_per_minute=2, address="127.0.0.1")
        assert [self.forwarded(made, f"198.51.100.{i}") for i in range(4)] == [401] * 4

    def test_what_a_caller_puts_before_the_proxys_word_is_not_believed(self, service):
        made = service(requests_per_minute=2, address="127.0.0.1")
        assert [self.forwarded(made, f"198.51.100.{i}, 203.0.113.7") for i in range(3)] == [401, 401, 429]

    def test_without_trusted_proxies_the_header_says_nothing(self, service):
        made = service(requests_per_minute=2, address="127.0.0.1", trusted_proxies="")
        assert [self.forwarded(made, f"198.51.100.{i}") for i in range(3)] == [401, 401, 429]


def test_every_solving_route_is_counted_as_one(app):
    from api.web.middleware.callers import SOLVING

    paths = [r.path for r in iter_route_contexts(app.routes) if r.path and "POST" in (r.methods or ())]
    solving = [p for p in paths if p.rpartition("/")[2] in SOLVING]
    assert [
        p for p in paths if p.rpartition("/")[2].startswith(("solv", "generat", "explain", "compar", "repair", "offers", "openings"))
    ] == solving


def test_a_request_from_nowhere_is_counted_as_one_stranger():
    assert address_of(Request({"type": "http", "headers": [], "client": None})) == ""
    assert address_of(Request({"type": "http", "headers": [], "client": ("203.0.113.7", 1)})) == "203.0.113.7"
