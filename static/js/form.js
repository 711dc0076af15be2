// Forms: Ctrl+Enter saves, a second press of the button sends nothing twice, − and + step a number.
"use strict";

(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || !(event.ctrlKey || event.metaKey)) return;
    const dialog = document.querySelector("dialog[open]");
    const form = event.target.closest?.("form:not([method=dialog])") ?? (dialog ?? document).querySelector("form[data-main]");
    if (form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".button.primary[type=submit], .button.primary:not([type])"));
    }
  });

  const buttons = (form) => form.querySelectorAll("button:not([type=button])");
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of buttons(form)) button.removeAttribute("aria-disabled");
  };
  // A double press may land on the form that the answer to the first one brought: a conflict would be confirmed
  // before anybody read it. So the same address is not sent to again at once.
  const PAUSE_MS = 700;
  const RELEASE_MS = 8000;
  let last = { address: "", at: -PAUSE_MS };
  // Not `form.action`: a field of that name would stand in for it.
  const address = (form) => form.getAttribute("hx-post") ?? form.getAttribute("action") ?? location.pathname;
  const tooSoon = (form) =>
    form.dataset.sent || (address(form) === last.address && performance.now() - last.at < PAUSE_MS);

  // In the capturing phase: htmx must not see the second one either.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (tooSoon(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    // An answer that is a file leaves the page standing; the form can then be sent again.
    setTimeout(() => release(form), RELEASE_MS);
    last = { address: address(form), at: performance.now() };
    for (const button of buttons(form)) button.setAttribute("aria-disabled", "true");
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) release(form);
  });

  // <button type="button" data-step="-25" data-for="id of the number">, or data-fill="250": type it for the person.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step], [data-fill]");
    if (!button) return;
    const input = document.getElementById(button.dataset.for);
    const stepped = (Number.parseFloat(input.value) || 0) + Number.parseFloat(button.dataset.step);
    const typed = button.dataset.fill ? Number.parseFloat(button.dataset.fill) : stepped;
    // Two decimals: 299.7 less 99.9 is 199.8.
    input.value = String(Number(Math.max(Number.parseFloat(input.min) || 0, typed).toFixed(2)));
    if (button.dataset.fill) input.form.querySelector("[name=dose-now][value=CHANGED]")?.click();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (button.dataset.fill) input.focus();
  });
})();
