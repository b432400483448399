// The week board: arrow keys go from session to session, and a session opens beside the board instead of on another page.
"use strict";
(() => {
  let opened = null, asked = null;

  const middle = box => [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];

  const nearest = (here, step) => {
    const from = middle(here.getBoundingClientRect());
    let best = null, least = Infinity;
    for (const block of document.querySelectorAll(".block")) {
      if (block === here) continue;
      const to = middle(block.getBoundingClientRect());
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
      const along = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
      if (along > 4 && along + 3 * aside < least) { best = block; least = along + 3 * aside; }
    }
    return best;
  };

  // Of what has just been drawn, the last thing that asks for the focus gets it.
  const focus = () => {
    const wanting = [...document.querySelectorAll("[data-focus]")];
    for (const one of wanting) one.removeAttribute("data-focus");
    wanting.at(-1)?.focus();
  };

  const load = (url, target) => {
    asked = { url, target };
    htmx.ajax("GET", url, { target, select: target, swap: "outerHTML" });
  };

  const close = panel => {
    panel.replaceChildren();
    panel.className = "";
    const block = opened && [...document.querySelectorAll(".block")].find(one => one.getAttribute("href") === opened);
    block?.focus();
  };

  document.addEventListener("keydown", event => {
    const here = document.activeElement;
    const panel = document.getElementById("panel");
    if (event.key === "Escape" && panel?.querySelector(".close") && !document.querySelector(":popover-open")) {
      event.preventDefault();
      close(panel);
      return;
    }
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step === undefined || here === null) return;
    if (here.classList.contains("block")) {
      event.preventDefault();
      nearest(here, step)?.focus();
    } else if (step[1] && panel?.contains(here)) {
      const choices = [...panel.querySelectorAll(".places button, .places summary")].filter(one => one.getClientRects().length);
      const next = choices[Math.max(0, choices.indexOf(here) + step[1])];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    }
  });

  document.addEventListener("click", event => {
    const link = event.target.closest("a.into-panel, a.into-places, #panel a.close");
    const panel = document.getElementById("panel");
    if (link === null || panel === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.classList.contains("close")) {
      close(panel);
      return;
    }
    if (link.classList.contains("block")) opened = link.getAttribute("href");
    panel.setAttribute("aria-busy", "true");
    load(link.href, link.classList.contains("into-places") ? "#places" : "#panel");
  });

  // Something was dragged.
  document.addEventListener("board:ask", event => {
    const panel = document.getElementById("panel");
    if (event.detail.block !== null) opened = event.detail.block.getAttribute("href");
    panel.setAttribute("aria-busy", "true");
    load(event.detail.url, "#panel");
  });

  // After a change, only the boards come that look different from those of this page.
  document.addEventListener("htmx:config:request", event => {
    if (event.target.closest("#main") === null) return;
    event.detail.ctx.request.headers["Board-Versions"] = [...document.querySelectorAll(".day")].map(day => day.dataset.version).join(" ");
  });

  document.addEventListener("htmx:error", () => {
    const main = document.getElementById("main");
    if (main === null || document.getElementById("no-answer") !== null) return;
    main.insertAdjacentHTML("afterbegin", `<p class="note bad" id="no-answer" role="alert">There was no answer, so your last change may not have been made. <a href="${encodeURI(location.pathname + location.search)}">Load the board again</a> to see how the week is now.</p>`);
  });

  document.addEventListener("htmx:after:swap", () => {
    // What comes back without the part that was asked for is another page, such as that to sign in: go there.
    if (asked !== null && document.querySelector(asked.target) === null) location.assign(asked.url);
    asked = null;
    document.getElementById("panel")?.removeAttribute("aria-busy");
    focus();
    // What was dragged to a possible place is there, and one key undoes it; a place that breaks a rule is only chosen by its button.
    const places = document.querySelector("#places[data-choose]");
    places?.removeAttribute("data-choose");
    places?.querySelector("button[name=choice]")?.click();
  });
  focus();
})();
