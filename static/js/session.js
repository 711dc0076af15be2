// Sign-in lost: a dialog over the page, entries kept. Who signs in again in another tab and comes back gets a fresh
// token into the forms of this page, so that saving works.
"use strict";

(() => {
  const dialog = document.getElementById("signed-out");
  if (!dialog) return;
  const loginPath = new URL(dialog.querySelector("a").href).pathname;
  let lost = false;

  const ask = () => {
    lost = true;
    if (!dialog.open) {
      dialog.showModal();
      dialog.querySelector("h2").focus();
    }
  };
  const refresh = async () => {
    const answer = await fetch(location.href);
    if (answer.redirected || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token) return;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    lost = false;
    dialog.close();
    document.dispatchEvent(new CustomEvent("announce", { detail: "Signed in again. Your entries can be saved." }));
  };

  document.addEventListener("signed-out", ask);
  // An htmx request that was led to the sign-in page must not put that page into this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const url = event.detail.xhr?.responseURL;
    if (url && new URL(url).pathname === loginPath) {
      event.detail.shouldSwap = false;
      ask();
    }
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && lost) refresh(); });
})();
