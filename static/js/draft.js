// Drafts: a form with `data-draft-url` is posted there every 5 seconds while it changes, and when a field is left.
// The server keeps it and answers {"saved_at": "10:42"} in the clinic's time; nothing is stored in the browser.
"use strict";

(() => {
  const EVERY_MS = 5000;

  const watch = (form) => {
    const status = document.querySelector("[data-draft-status]");
    let changed = false;
    let saving = false;
    let again = false;
    let savedAt = status?.dataset.savedAt ?? "";

    const show = (words) => { if (status) status.textContent = words; };
    const lost = (why) => {
      const words = savedAt ? `${why} Draft saved ${savedAt}.` : `${why} Your entries are still on this page.`;
      show(words);
      document.dispatchEvent(new CustomEvent("alarm", { detail: words }));
    };
    const take = async (answer) => {
      // 204: what this form holds is saved already, and needs no draft.
      if (answer.status === 204) return show("");
      if (answer.redirected) document.dispatchEvent(new CustomEvent("signed-out"));
      else if (answer.ok) {
        savedAt = (await answer.json()).saved_at;
        if (!again) show(`Draft saved ${savedAt}`);
        return;
      } else lost("Draft not saved.");
      changed = true;
    };
    const save = async () => {
      if (!changed || form.dataset.sent) return;
      if (saving) {
        again = true;
        return;
      }
      changed = again = false;
      saving = true;
      // "Saved" stands only while it is true of everything on the page that was left.
      show("Saving the draft…");
      try {
        await take(await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), keepalive: true }));
      } catch {
        changed = true;
        lost("Not saved: no connection.");
      } finally {
        saving = false;
      }
      // A field was left while the draft was on its way: it does not wait for the next round.
      if (again) save();
    };

    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("change", () => { changed = true; });
    form.addEventListener("focusout", save);
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    setInterval(save, EVERY_MS);
  };

  for (const form of document.querySelectorAll("form[data-draft-url]")) watch(form);
})();
