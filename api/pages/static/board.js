// Arrow keys on the board: from a session to the nearest one in that direction.
"use strict";
document.addEventListener("keydown", event => {
  const here = document.activeElement;
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (step === undefined || here === null || !here.classList.contains("block")) return;
  const middle = box => [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
  const from = middle(here.getBoundingClientRect());
  let best = null, least = Infinity;
  for (const block of document.querySelectorAll(".block")) {
    if (block === here) continue;
    const to = middle(block.getBoundingClientRect());
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const along = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
    if (along > 4 && along + 3 * aside < least) { best = block; least = along + 3 * aside; }
  }
  event.preventDefault();
  best?.focus();
});
