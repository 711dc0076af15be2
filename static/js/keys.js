// Keys for lists, dialogs and grades. A key clicks the element that carries it in `data-key`, looked for in this
// order: the open dialog alone; the group of answers ([data-keys]) with the focus; the row worked in (the one with
// the focus, else the last one that had it, else the first row); what else of the page can be seen. j and k move the real focus to the link of the next or previous row, so Enter and screen
// readers work as everywhere. Off while somebody types, and when switched off in the list of shortcuts.
"use strict";

(() => {
  const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
  const SWITCH = "shortcuts-off";
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const rowOf = (element) => element?.closest?.("[data-row]") ?? null;
  const linkOf = (row) => row.querySelector("[data-row-link]");

  // The row last worked in, with the flag that led it, its group and the row after it, so that a list that was fetched
  // again gives the focus back.
  let last = null;
  const groupOf = (row) => row.closest(".group")?.id ?? "";
  const remember = (row) => {
    const all = rows();
    const place = all.indexOf(row);
    const next = all[place + 1];
    const group = groupOf(row);
    last = { id: row.id, flag: row.dataset.flag, place, group, next: next && groupOf(next) === group ? next.id : "" };
  };
  // While a list comes again the focus is nowhere for a moment. A key pressed then means the row last worked in; where
  // that has left, it means none: never the first row, which is another patient.
  // Before any row was worked in, a list may say whose turn it is.
  const first = () => rows().find((row) => row.hasAttribute("aria-current")) ?? rows()[0];
  const worked = () => (last ? rows().find((row) => row.id === last.id) : first());

  const open = (row) => {
    for (const other of rows()) {
      const more = other.querySelector(".row-more");
      if (more) more.open = other === row;
    }
  };
  const enter = (row) => {
    if (!row) return;
    open(row);
    linkOf(row)?.focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const all = rows();
    const here = all.indexOf(rowOf(document.activeElement));
    enter(all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)]);
  };

  const carrier = (scope, key) =>
    [...(scope?.querySelectorAll("[data-key]") ?? [])].find((element) => element.dataset.key === key);
  // The bar of the selected rows is there only while rows are selected.
  const there = (element) => !element.closest(".bulk-bar") || element.checkVisibility();
  const find = (key) => {
    const dialog = document.querySelector("dialog[open]");
    const focus = document.activeElement;
    const group = carrier(focus?.closest("[data-keys]"), key);
    if (group || dialog) return group ?? carrier(dialog, key);
    const row = rowOf(focus) ?? worked();
    return carrier(row, key) ?? [...document.querySelectorAll("[data-key]")]
      .find((element) => element.dataset.key === key && !rowOf(element) && !element.closest("dialog, [data-keys]") && there(element));
  };
  const press = (element) => {
    const input = element.matches("input, a, button, summary") ? element : element.querySelector("input") ?? element;
    if (input.matches("input[type=radio]")) input.focus();
    input.click();
  };
  const findPatient = () => {
    const search = document.getElementById("search");
    search?.focus();
    return Boolean(search);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.(TYPING) || localStorage.getItem(SWITCH)) return;
    const listing = !document.querySelector("dialog[open]");
    let done = true;
    if (listing && (event.key === "j" || event.key === "k") && rows().length) move(event.key === "j" ? 1 : -1);
    else if (listing && event.key === "/") done = findPatient();
    else {
      const element = event.key.length === 1 ? find(event.key) : null;
      if (element) press(element);
      done = Boolean(element);
    }
    if (done) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row) remember(row);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) {
      if (event.target.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "1");
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-keys-switch]");
    if (box) box.checked = !localStorage.getItem(SWITCH);
  });

  // After an act the list comes again: to the same row if its flag still leads it in the same group, else to the row
  // after it, else to the head of the group. Rows may have come since the row was entered: look once more before.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = last && event.target.matches?.("#queue, #chart") && document.getElementById(last.id);
    if (row) remember(row);
  });
  const successor = () => {
    const all = rows();
    const same = all.find((row) => row.id === last.id);
    if (same && same.dataset.flag === last.flag && groupOf(same) === last.group) return same;
    const next = all.find((row) => row.id === last.next);
    return next ?? (last.group ? null : same ?? all[Math.min(last.place, all.length - 1)]);
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!last || document.querySelector("dialog[open]") || !event.target.matches?.("#queue, #chart")) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    const row = successor();
    const head = document.querySelector(last.group ? `#${CSS.escape(last.group)} > summary` : ".group > summary");
    if (row) enter(row);
    else (head ?? document.querySelector("main h1, h1"))?.focus();
  });
})();
