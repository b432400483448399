// Keys of the staff pages: ? lists them, / goes to the search box, g and a letter open a place. A page adds others with data-press.
"use strict";
(() => {
  const OFF = "keys-off";
  const list = document.getElementById("keys");
  const off = document.getElementById("keys-off");
  let isAfterG = false;

  const isOff = () => localStorage.getItem(OFF) === "1";
  if (off !== null) {
    off.checked = isOff();
    off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  }

  // Where only digits are typed, a letter is a key of the page.
  const isTyping = (element, key) => !(element.inputMode === "numeric" && /^[a-z]$/.test(key)) && takesText(element);

  const takesText = element =>
    element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement ||
    (element instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(element.type));

  const find = (name, key) => document.querySelector(`[${name}="${CSS.escape(key)}"]`);

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target, event.key)) return;
    const key = event.key;
    if (key === "?") {
      list?.togglePopover();
      event.preventDefault();
      return;
    }
    if (isOff() || key.length > 1) return;
    const target = isAfterG ? find("data-key", key) : find("data-press", key);
    isAfterG = key === "g" && !isAfterG;
    if (target === null) return;
    event.preventDefault();
    if (target instanceof HTMLInputElement) target.focus();
    else target.click();
  });

  // A second click on a form that is on its way sends nothing; those that htmx sends are its own concern.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(form => delete form.dataset.sent));

  // A form whose data-hx-post is empty goes where it goes without htmx: a page with hundreds of forms says it once in each.
  document.addEventListener("htmx:config:request", event => {
    event.detail.ctx.request.action ||= event.target.getAttribute("action");
  });

  // Enter in the search box marks the first person found as here, if a session of theirs is on; otherwise it sends the form.
  const search = document.getElementById("q");
  const results = document.getElementById("results");
  search?.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.isComposing) return;
    const hits = results.querySelector(".hits");
    const button = hits?.querySelector("li:first-child [data-now] button[value=attended]");
    if (!button || hits.dataset.query !== search.value.trim()) return;
    event.preventDefault();
    button.click();
  });

  // What was marked in the results is no longer as they say: in their place is what was done.
  results?.addEventListener("submit", event => {
    const done = event.submitter?.textContent ?? "";
    document.addEventListener("htmx:after:swap", () => {
      results.textContent = done;
      search.value = "";
      search.focus();
    }, {once: true});
  });
})();
