// Files dropped on <div data-drop="id of the file input"> are chosen in that input; what was chosen is named.
// Without scripts the input itself takes them.
"use strict";

(() => {
  const zoneOf = (event) => event.target.closest?.("[data-drop]");
  const name = (zone, files) => {
    const line = zone.querySelector("[data-dropped]");
    if (!line) return;
    const names = [...files].map((file) => file.name);
    // The input itself names one.
    line.hidden = names.length < 2;
    line.textContent = names.length > 5 ? `${names.length} files chosen` : names.join(", ");
    if (names.length) document.dispatchEvent(new CustomEvent("announce", { detail: `Chosen: ${line.textContent}` }));
  };

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const zone = zoneOf(event);
      if (!zone || ![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    const zone = zoneOf(event);
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (!zone || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    const input = document.getElementById(zone.dataset.drop);
    input.files = event.dataTransfer.files;
    name(zone, input.files);
  });
  document.addEventListener("change", (event) => {
    const zone = event.target.type === "file" && zoneOf(event);
    if (zone) name(zone, event.target.files);
  });
})();
