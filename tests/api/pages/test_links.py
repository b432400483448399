"""One-time links: made by staff, opened once by a button, void for many reasons that all look alike."""


def test_a_link_opens_the_page_by_its_button(browser, link, published):
    made = link()
    assert made["state"] == "active"
    start = browser.get(made["url"])
    assert [b.text for b in start.all("button")] == ["Open my page"]
    page = browser.open(made["url"])
    assert "Appointments" in page.text
    assert browser.answer.url.path == "/my"
