// Every page: says that scripts run, speaks what changed, puts the focus where a page or a swap asks for it.
// Other scripts announce with `document.dispatchEvent(new CustomEvent("announce", { detail: "words" }))`.
"use strict";

document.documentElement.classList.add("js");

(() => {
  const speak = (id, words) => {
    const region = document.getElementById(id);
    if (region) {
      region.textContent = "";
      // Emptied first, and filled a moment later: the same words twice are spoken twice.
      setTimeout(() => { region.textContent = words; }, 50);
    }
  };
  const speakToasts = (root) => {
    const words = [...root.querySelectorAll(".toast > p")].map((toast) => toast.textContent.trim());
    if (words.length) speak("live", words.join(" "));
  };
  const focusAsked = (root) => root.querySelector("[data-focus]")?.focus();

  document.addEventListener("announce", (event) => speak("live", event.detail));
  document.addEventListener("alarm", (event) => speak("alarm", event.detail));

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      dialog.showModal();
      dialog.querySelector("[tabindex='-1']")?.focus();
    }
    const dismisser = event.target.closest("[data-dismiss]");
    dismisser?.closest(dismisser.dataset.dismiss).remove();
    if (event.target.closest("[data-print]")) window.print();
  });

  // A menu closes when the focus or the pointer leaves it for something else.
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    speakToasts(document);
    focusAsked(document);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.querySelectorAll) {
      speakToasts(event.target);
      focusAsked(event.target);
    }
  });
})();
