// The regimen editor while somebody types: the field of the converter that is typed last leads the others and the
// intakes, an intake that is typed leads the converter, a tile narrows the list of products. The server does the same
// on every submit, and says what is no whole number of quarters; here such an amount leaves the intakes alone.
"use strict";

(() => {
  const QUARTER = 0.25;
  const TOLERANCE_MG = 0.5;
  const AMOUNTS = ["compound_mg", "elemental_mg", "per_intake", "daily_mg"];
  const form = () => document.querySelector("form[data-regimen]");
  const field = (name) => form().querySelector(`[name="${name}"]`);
  const number = (input) => {
    const amount = Number(input.value.trim());
    return input.value.trim() && Number.isFinite(amount) ? amount : null;
  };
  const plain = (amount) => String(Number(amount.toFixed(4)));

  const holds = () => {
    const option = form().querySelector("select[name=product] option:checked");
    const source = option ?? form().querySelector("[data-converter]");
    const { elemental, compound, unit } = source.dataset;
    return elemental ? { elemental: Number(elemental), compound: Number(compound), unit } : null;
  };
  const rows = () => [...form().querySelectorAll("[data-intake]")];
  const part = (row, name) => row.querySelector(`[name$="_${name}"]`);
  const filled = () => rows().filter((row) => part(row, "at").value || part(row, "units").value);
  const units = () => rows().map((row) => number(part(row, "units"))).filter((amount) => amount > 0);

  const lead = (name) => {
    field("lead").value = name;
    for (const input of form().querySelectorAll("[data-leads]")) delete input.dataset.leads;
    if (name !== "rows") field(name).dataset.leads = "";
  };
  const inQuarters = (amount, elemental) => {
    const nearest = Math.round(amount / QUARTER) * QUARTER;
    return nearest > 0 && Math.abs(nearest - amount) * elemental <= TOLERANCE_MG ? nearest : null;
  };

  const showRows = (unit) => {
    for (const row of rows()) {
      const amount = number(part(row, "units"));
      const known = unit && amount > 0;
      row.querySelector("[data-row-elemental]").textContent = known ? `${plain(amount * unit.elemental)}\u00a0mg` : "";
      row.querySelector("[data-row-compound]").textContent = known ? `${plain(amount * unit.compound)}\u00a0mg` : "";
    }
  };
  // What the intakes hold, in every field of the converter but the one that is being typed.
  const showConverter = (unit, typed) => {
    const all = units();
    const each = new Set(all).size === 1 ? all[0] : null;
    const daily = all.reduce((sum, amount) => sum + amount, 0);
    const told = {
      compound_mg: each && plain(each * unit.compound),
      elemental_mg: each && plain(each * unit.elemental),
      per_intake: each && plain(each),
      daily_mg: daily && plain(daily * unit.elemental),
      times: all.length || null,
    };
    for (const [name, value] of Object.entries(told)) {
      if (name !== typed && field(name) !== document.activeElement) field(name).value = value ?? "";
    }
  };

  // The usual times of so many intakes come from the server with the page.
  const takeTimes = (times) => {
    const usual = JSON.parse(form().dataset.usual)[times - 1];
    rows().forEach((row, n) => {
      row.hidden = n >= times;
      part(row, "at").value = n < times ? usual[n][0] : "";
      part(row, "units").value = "";
      if (n < times) part(row, "taken").value = usual[n][1];
    });
  };
  const convert = (name) => {
    const unit = holds();
    const times = number(field("times")) ?? filled().length;
    if (!unit || !Number.isInteger(times) || times < 1 || times > rows().length) return;
    const before = units();
    const typed = number(field(name));
    const wanted = {
      compound_mg: typed / unit.compound,
      elemental_mg: typed / unit.elemental,
      per_intake: typed,
      daily_mg: typed / times / unit.elemental,
      times: new Set(before).size === 1 ? before[0] : null,
    }[name];
    const each = wanted && inQuarters(wanted, unit.elemental);
    if (!each) {
      // An amount that no quarters make: the others would state an equation that is not true.
      for (const other of ["compound_mg", "elemental_mg", "per_intake", "daily_mg"]) {
        if (other !== name && name !== "times") field(other).value = "";
      }
      return;
    }
    if (filled().length !== times || filled().some((row) => !part(row, "at").value)) takeTimes(times);
    for (const row of filled()) part(row, "units").value = plain(each);
    showRows(unit);
    showConverter(unit, name);
  };

  const narrow = (tile) => {
    const select = field("product");
    for (const group of select.querySelectorAll("optgroup")) {
      const fits = !tile || group.querySelector("option").dataset.family === tile;
      group.hidden = group.disabled = !fits;
    }
    if (tile && select.selectedOptions[0]?.dataset.family !== tile) {
      const fitting = select.querySelectorAll(`option[data-family="${tile}"]`);
      select.value = fitting.length === 1 ? fitting[0].value : "";
    }
  };
  const changeProduct = () => {
    const unit = holds();
    const { family } = field("product").selectedOptions[0]?.dataset ?? {};
    if (family) form().querySelector(`[name=family][value=${family}]`).checked = true;
    showRows(unit);
    if (!unit) return;
    if (units().length) showConverter(unit, "");
    else if (AMOUNTS.includes(field("lead").value)) convert(field("lead").value);
  };

  // What comes again while somebody types stays as open as it was.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const before = event.detail.target.querySelectorAll("details");
    event.detail.fragment.querySelectorAll("details").forEach((details, n) => { details.open = before[n]?.open ?? false; });
  });

  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("form[data-regimen]")) return;
    const { name } = event.target;
    if (AMOUNTS.includes(name) || name === "times") {
      // Another number of intakes keeps the amount that was typed: each, or the day's.
      const kept = field("lead").value;
      const leads = name === "times" && AMOUNTS.includes(kept) ? kept : name;
      lead(leads);
      convert(leads);
    } else if (/^intake_\d_units$/.test(name)) {
      const unit = holds();
      lead("rows");
      showRows(unit);
      if (unit) showConverter(unit, "");
    } else if (name === "family") {
      narrow(event.target.value);
      changeProduct();
    } else if (name === "product") changeProduct();
  });
})();
