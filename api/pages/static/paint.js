// Free hours painted with the mouse or a pen on a grid of half hours. The fields below it are what is saved, and what the keyboard changes.
"use strict";
(() => {
  const HALF = 30, HOUR = 60, DAY = 1440;
  const fields = [...document.querySelectorAll("input[data-windows]")];
  const place = document.getElementById("paint");
  if (place === null || fields.length === 0) return;

  const read = text => text.split(" ").filter(Boolean).map(span => span.split("-").map(Number));
  const days = fields.map(field => ({ field, spans: read(field.dataset.windows), isTyped: field.value !== "" && field.dataset.windows === "" }));
  const all = days.flatMap(day => day.spans);
  const isWhole = all.some(([start, end]) => start < 6 * HOUR || end > 22 * HOUR);
  const [first, last] = isWhole ? [0, DAY] : [6 * HOUR, 22 * HOUR];
  let stroke = null;

  const two = value => String(value).padStart(2, "0");
  const hourOf = minute => (Math.floor(minute / HOUR) + 11) % 12 + 1;
  const halfOf = minute => minute % DAY < DAY / 2 ? "am" : "pm";
  const clock = minute => `${hourOf(minute)}:${two(minute % HOUR)} ${halfOf(minute)}`;
  const written = ([start, end]) => end < DAY ? `${clock(start)}-${clock(end)}` : start > 0 ? `after ${clock(start)}` : "all day";

  const without = (spans, [start, end]) => spans.flatMap(([a, b]) => [[a, Math.min(b, start)], [Math.max(a, end), b]].filter(([x, y]) => x < y));
  const joined = spans => [...spans].sort((one, other) => one[0] - other[0]).reduce((done, [start, end]) => {
    const before = done.at(-1);
    if (before !== undefined && start <= before[1]) before[1] = Math.max(before[1], end);
    else done.push([start, end]);
    return done;
  }, []);

  const add = (tag, className, text = "") => {
    const one = document.createElement(tag);
    one.className = className;
    one.textContent = text;
    place.append(one);
    return one;
  };

  const rows = (last - first) / HALF;
  place.className = isWhole ? "paint whole" : "paint";
  for (const one of document.querySelectorAll("#paint, #paint-hint")) one.hidden = false;
  add("span", "");
  for (let minute = first; minute < last; minute += HOUR) add("span", "paint-hour", `${hourOf(minute)} ${halfOf(minute)}`);
  days.forEach((day, column) => {
    add("span", "paint-day", day.field.dataset.short);
    day.cells = Array.from({ length: rows }, (_, row) => {
      const cell = add("span", row % 2 ? "paint-cell" : "paint-cell hour");
      cell.dataset.column = column;
      cell.dataset.row = row;
      return cell;
    });
  });

  const isFree = (day, row) => day.spans.some(([start, end]) => start < first + (row + 1) * HALF && end > first + row * HALF);
  const isIn = (column, row) => stroke !== null && column >= stroke.columns[0] && column <= stroke.columns[1] && row >= stroke.rows[0] && row <= stroke.rows[1];
  const draw = () => days.forEach((day, column) => day.cells.forEach((cell, row) => {
    cell.classList.toggle("free", !day.isTyped && (isIn(column, row) ? stroke.isFree : isFree(day, row)));
    cell.classList.toggle("typed", day.isTyped);
  }));

  const cellAt = event => document.elementFromPoint(event.clientX, event.clientY)?.closest(".paint-cell");
  const reach = cell => {
    const range = (a, b) => [Math.min(a, b), Math.max(a, b)];
    stroke.columns = range(stroke.from[0], Number(cell.dataset.column));
    stroke.rows = range(stroke.from[1], Number(cell.dataset.row));
    draw();
  };

  place.addEventListener("pointerdown", event => {
    const cell = cellAt(event);
    if (event.button !== 0 || event.pointerType === "touch" || !cell) return;
    event.preventDefault();
    const from = [Number(cell.dataset.column), Number(cell.dataset.row)];
    stroke = { from, isFree: !isFree(days[from[0]], from[1]) };
    reach(cell);
  });
  document.addEventListener("pointermove", event => {
    const cell = stroke && cellAt(event);
    if (cell) reach(cell);
  });
  document.addEventListener("pointercancel", () => { stroke = null; draw(); });
  document.addEventListener("pointerup", () => {
    if (stroke === null) return;
    const span = [first + stroke.rows[0] * HALF, first + (stroke.rows[1] + 1) * HALF];
    days.forEach((day, column) => {
      if (day.isTyped || column < stroke.columns[0] || column > stroke.columns[1]) return;
      day.spans = joined(stroke.isFree ? [...day.spans, span] : without(day.spans, span));
      day.field.value = day.spans.map(written).join(", ");
    });
    stroke = null;
    draw();
  });

  // What is typed is read when it is saved; until then, nothing is painted over it.
  for (const day of days) day.field.addEventListener("input", () => {
    day.isTyped = day.field.value.trim() !== "";
    if (!day.isTyped) day.spans = [];
    draw();
  });
  draw();
})();
