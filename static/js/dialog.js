// A link with `data-dialog` opens its page's part in the dialog of the shell; without scripts it opens the page.
// The server answers such a request (HX-Request, HX-Target: dialog-body) with the part alone. An act that succeeded
// answers 204 with `HX-Trigger: flag-changed`: the dialog closes, and what listens fetches itself again.
"use strict";

(() => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  if (!dialog || !window.htmx) return;
  let opener = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      opener = link;
      htmx.ajax("GET", link.href, { target: "#dialog-body", swap: "innerHTML" });
    }
    if (event.target.closest("[data-close]") && dialog.open) {
      event.preventDefault();
      dialog.close();
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== body || !body.firstElementChild) return;
    const first = !dialog.open;
    if (first) dialog.showModal();
    const title = body.querySelector("#dialog-title");
    if (first && title) {
      title.tabIndex = -1;
      title.focus();
    }
  });

  document.addEventListener("flag-changed", () => { if (dialog.open) dialog.close(); });

  dialog.addEventListener("close", () => {
    body.replaceChildren();
    if (opener?.isConnected && opener.checkVisibility()) opener.focus();
    else opener?.closest("[data-row]")?.querySelector("[data-row-link]")?.focus();
    opener = null;
  });
})();
