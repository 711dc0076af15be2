// Printing: a page that was asked for as paper opens the browser's print dialog by itself; the server has written
// that printing down. What is printed by the browser's own menu is told to the server, which writes it down then.
"use strict";

(() => {
  const address = document.body.dataset.printed;
  if (!address) return;
  let isWritten = false;

  const tell = () => {
    if (isWritten) {
      isWritten = false;
      return;
    }
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const body = new URLSearchParams({ address: location.pathname });
    fetch(address, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  };
  const open = () => {
    isWritten = true;
    window.print();
    isWritten = false;
  };

  window.addEventListener("beforeprint", tell);
  window.addEventListener("load", () => {
    if (document.querySelector("[data-print-now]")) open();
    if (location.hash === "#print") {
      // Loaded again, the page must not print again unwritten.
      history.replaceState(history.state, "", location.pathname + location.search);
      open();
    }
  });
})();
