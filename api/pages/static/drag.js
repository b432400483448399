// The week board with the mouse or a pen: a session is dragged to another time or column, someone in it to another group.
"use strict";
(() => {
  const FAR = 6;   // Pixels from which on it is no click.
  const STEP = 3;  // Rows of a quarter of an hour.
  const mark = document.createElement("div");
  let drag = null;

  const number = (one, kind) => Number([...one.classList].find(name => RegExp(`^${kind}\\d+$`).test(name)).slice(1));
  const under = (event, what) => document.elementsFromPoint(event.clientX, event.clientY).find(one => one.matches(what));
  const two = value => String(value).padStart(2, "0");

  // Where a session would be in the column under the pointer: as far from its own time as whole quarters of an hour.
  const placeAt = event => {
    const lane = under(event, ".lane");
    if (lane === undefined) return null;
    const box = lane.getBoundingClientRect(), rows = number(lane, "h"), height = number(drag.block, "h"), own = number(drag.block, "r") - 2;
    const moved = (event.clientY - drag.grip - box.top) / (box.height / rows) - own;
    const row = Math.max(0, Math.min(rows - height, own + Math.round(moved / STEP) * STEP));
    return { lane, row };
  };

  const show = event => {
    if (drag.block === null) {
      drag.target?.classList.remove("target");
      drag.target = under(event, ".block.group") ?? null;
      drag.target?.classList.add("target");
      return;
    }
    drag.place = placeAt(event);
    if (drag.place === null) {
      mark.remove();
      return;
    }
    mark.className = `drop c${number(drag.place.lane, "c")} r${drag.place.row + 2} h${number(drag.block, "h")}`;
    drag.place.lane.parentElement.append(mark);
  };

  // The question that the drop asks of the server.
  const question = () => {
    if (drag.block === null) return drag.target === null ? null : `${drag.person}&to=session~${drag.target.dataset.number}`;
    if (drag.place === null) return null;
    const { lane, row } = drag.place, board = lane.parentElement;
    if (lane === drag.lane && row === number(drag.block, "r") - 2) return null;
    const minutes = Number(board.dataset.first) * 60 + row * 5, day = board.dataset.day || lane.dataset.to;
    const at = `${day}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    const columns = board.dataset.day ? `&to=${lane.dataset.to}&from=${drag.lane.dataset.to}` : "";
    return `${drag.block.href}&ask=there&at=${at}${columns}`;
  };

  const end = () => {
    drag?.source.classList.remove("dragged");
    drag?.target?.classList.remove("target");
    mark.remove();
    drag = null;
  };

  document.addEventListener("pointerdown", event => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const block = event.target.closest(".block"), person = event.target.closest("#panel [data-move]");
    if (block === null && person === null) return;
    const grip = block === null ? 0 : event.clientY - block.getBoundingClientRect().top;
    drag = {
      block, grip, source: block ?? person, person: person?.dataset.move, lane: under(event, ".lane"),
      from: [event.clientX, event.clientY], isMoving: false, place: null, target: null,
    };
  });

  document.addEventListener("pointermove", event => {
    if (drag === null) return;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) < FAR) return;
      drag.isMoving = true;
      drag.source.classList.add("dragged");
    }
    show(event);
  });

  document.addEventListener("pointerup", () => {
    if (drag?.isMoving) {
      // What is let go is not clicked, too.
      const ignore = event => { event.preventDefault(); event.stopPropagation(); };
      document.addEventListener("click", ignore, { capture: true });
      setTimeout(() => document.removeEventListener("click", ignore, { capture: true }));
      const url = question();
      if (url !== null) document.dispatchEvent(new CustomEvent("board:ask", { detail: { url, block: drag.block } }));
    }
    end();
  });

  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !drag?.isMoving) return;
    event.stopImmediatePropagation();
    end();
  }, { capture: true });
  document.addEventListener("dragstart", event => {
    if (drag !== null) event.preventDefault();
  });
})();
