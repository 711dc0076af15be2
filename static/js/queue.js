// The queue: selected rows, open groups and loaded rows outlast the list that comes again after an act.
"use strict";

(() => {
  const MOST = 100;
  const queue = () => document.getElementById("queue");
  const boxes = () => [...document.querySelectorAll("#queue [data-row] .pick input")];
  const shown = () => boxes().filter((box) => box.checkVisibility());
  const chosen = () => boxes().filter((box) => box.checked);
  const flagOf = (box) => box.value.split(":")[0];
  const announce = (words) => document.dispatchEvent(new CustomEvent("announce", { detail: words }));

  // The bar of the selected rows says how many; the box in the head says whether they are all.
  const count = () => {
    const number = chosen().length;
    const words = document.querySelector("[data-selected]");
    if (words) words.textContent = `${number} selected`;
    const all = document.querySelector("[data-select-all]");
    if (!all) return;
    all.checked = number > 0 && shown().every((box) => box.checked);
    all.indeterminate = number > 0 && !all.checked;
  };
  const unselect = () => {
    for (const box of chosen()) box.checked = false;
    count();
  };
  const selectAll = (on) => {
    const rows = shown();
    for (const [place, box] of rows.entries()) box.checked = on && place < MOST;
    if (on && rows.length > MOST) announce(`The first ${MOST} rows are selected: no more are changed at once.`);
    count();
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) selectAll(event.target.checked);
    else if (event.target.matches("#queue .pick input")) count();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-unselect]")) unselect();
  });
  document.addEventListener("bulk-done", unselect);

  // The list that comes again is asked for as the person has it: which groups are open, with how many rows.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "queue") return;
    const groups = [...document.querySelectorAll("#queue details.group[open]")];
    event.detail.parameters.shown = groups.map(
      (group) => `${group.dataset.group}:${group.querySelectorAll("[data-row]").length}`,
    );
    if (!groups.length) event.detail.parameters.shown = ["none:0"];
  });
  let kept = new Set();
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "queue") kept = new Set(chosen().map(flagOf));
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const box of boxes()) if (kept.has(flagOf(box))) box.checked = true;
    kept = new Set();
    if (queue()) count();
  });

  // On a narrow screen only what is most urgent is open at first.
  const NARROW_OPEN = ["ACT_TODAY", "LATE", "OVERDUE"];
  document.addEventListener("DOMContentLoaded", () => {
    if (!queue()) return;
    count();
    if (!matchMedia("(width < 720px)").matches) return;
    const [first, ...rest] = document.querySelectorAll("#queue details.group[open]");
    for (const group of rest) group.open = NARROW_OPEN.includes(group.dataset.group);
    if (first) first.open = true;
  });
})();
