// Keys for lists, dialogs and grades. A key clicks the element that carries it in `data-key`, looked for in this
// order: the open dialog alone; the group of answers ([data-keys]) with the focus; the row worked in (the one with
// the focus, else the last one that had it, else the first row); the page. j and k move the real focus to the link of the next or previous row, so Enter and screen
// readers work as everywhere. Off while somebody types, and when switched off in the list of shortcuts.
"use strict";

(() => {
  const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
  const SWITCH = "shortcuts-off";
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const rowOf = (element) => element?.closest?.("[data-row]") ?? null;
  const linkOf = (row) => row.querySelector("[data-row-link]");

  // The row last worked in, by id and place, so that a list that was fetched again gives the focus back.
  let last = null;
  const remember = (row) => { last = { id: row.id, place: rows().indexOf(row) }; };
  // While a list comes again the focus is nowhere for a moment. A key pressed then means the row last worked in; where
  // that has left, it means none: never the first row, which is another patient.
  const worked = () => (last ? rows().find((row) => row.id === last.id) : rows()[0]);

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
  const find = (key) => {
    const dialog = document.querySelector("dialog[open]");
    const focus = document.activeElement;
    const group = carrier(focus?.closest("[data-keys]"), key);
    if (group || dialog) return group ?? carrier(dialog, key);
    const row = rowOf(focus) ?? worked();
    return carrier(row, key) ?? [...document.querySelectorAll("[data-key]")]
      .find((element) => element.dataset.key === key && !rowOf(element) && !element.closest("dialog, [data-keys]"));
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
    if (event.target.matches("[data-row] [data-key=x]")) {
      rowOf(event.target).classList.toggle("selected", event.target.checked);
    }
    if (event.target.matches("[data-keys-switch]")) {
      if (event.target.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "1");
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-keys-switch]");
    if (box) box.checked = !localStorage.getItem(SWITCH);
  });

  // After an act the list comes again: to the same row if it can still be seen, else to the one in its place.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!last || document.querySelector("dialog[open]") || !event.target.matches?.("#queue, #chart")) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    const same = last.id && rows().find((row) => row.id === last.id);
    const heading = document.querySelector(".group summary, main h1") ?? document.querySelector("h1");
    const target = same || rows()[Math.min(last.place, rows().length - 1)];
    if (target) enter(target);
    else heading?.focus();
  });
})();
