// The checklist grid at spreadsheet speed. The page works without this: it is one big form.
// Arrow keys and Enter move, digits set a choice, Ctrl+D copies the cell above, pasting fills cells from a spreadsheet,
// Esc takes a cell back, Ctrl+S saves. What was changed is marked and counted.
"use strict";
(() => {
  const form = document.querySelector("form.grid");
  if (!form) return;
  const rows = [...form.querySelectorAll("tbody tr")].map((tr) => [...tr.querySelectorAll("[data-cell]")]);
  const places = new Map();
  rows.forEach((cells, y) => cells.forEach((cell, x) => places.set(cell, [x, y])));
  const first = new Map([...places.keys()].map((cell) => [cell, cell.dataset.first ?? cell.value]));
  const counter = form.querySelector("[data-changed]");
  let leaving = false;

  const dirty = (cell) => cell.value !== first.get(cell);
  function mark(cell) {
    cell.classList.toggle("changed", dirty(cell));
    const count = rows.filter((cells) => cells.some(dirty)).length;
    counter.textContent = count ? counter.dataset.changed.replace("0", String(count)) : "";
  }
  function go(x, y) {
    const cell = rows[y] && rows[y][x];
    if (!cell) return false;
    cell.focus();
    if (cell.select && cell.tagName === "INPUT") cell.select();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }
  function set(cell, text) {
    if (cell.disabled) return;
    if (cell.tagName === "SELECT") {
      const plain = text.trim();
      const option = [...cell.options].find((o) => o.value === plain || o.textContent.trim() === plain);
      if (option) cell.value = option.value;
    } else {
      cell.value = text;
    }
    mark(cell);
  }
  // A cell of a spreadsheet may hold tabs and line breaks inside quotes.
  function table(text) {
    const lines = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const c = text[at];
      const line = lines[lines.length - 1];
      if (quoted) {
        if (c === '"' && text[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; }
        else if (c === '"') quoted = false;
        else line[line.length - 1] += c;
      } else if (c === '"' && line[line.length - 1] === "") quoted = true;
      else if (c === "\t") line.push("");
      else if (c === "\n") lines.push([""]);
      else if (c !== "\r") line[line.length - 1] += c;
    }
    if (lines.length > 1 && lines[lines.length - 1].join("") === "") lines.pop();
    return lines;
  }

  // Rows that came back unsaved differ from what is stored from the start.
  for (const cell of places.keys()) if (dirty(cell)) mark(cell);

  form.addEventListener("input", (event) => places.has(event.target) && mark(event.target));
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const place = places.get(cell);
    if (!place || event.isComposing || event.altKey) return;
    const [x, y] = place;
    const select = cell.tagName === "SELECT";
    if ((event.ctrlKey || event.metaKey) && event.key === "d") {
      event.preventDefault();
      if (y > 0) set(cell, rows[y - 1][x].value);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const start = select || (cell.selectionStart === 0 && cell.selectionEnd === 0);
    const whole = !select && cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const end = select || cell.selectionStart === cell.value.length || whole;
    const lines = cell.tagName === "TEXTAREA" && cell.value.includes("\n");
    let moved = false;
    if (event.key === "ArrowDown" && (!lines || end)) moved = go(x, y + 1) || true;
    else if (event.key === "ArrowUp" && (!lines || start)) moved = go(x, y - 1) || true;
    else if (event.key === "ArrowRight" && end) moved = go(x + 1, y);
    else if (event.key === "ArrowLeft" && (start || whole)) moved = go(x - 1, y);
    else if (event.key === "Enter" && !event.shiftKey) moved = go(x, y + 1) || true;
    else if (event.key === "Escape") { cell.value = first.get(cell); mark(cell); moved = true; }
    else if (select && /^[0-9]$/.test(event.key) && cell.options[Number(event.key)]) {
      cell.selectedIndex = Number(event.key);
      mark(cell);
      moved = true;
    }
    if (moved) event.preventDefault();
  });
  form.addEventListener("paste", (event) => {
    const place = places.get(event.target);
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!place || !text || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const [x, y] = place;
    table(text).forEach((line, down) => line.forEach((value, right) => {
      const cell = rows[y + down] && rows[y + down][x + right];
      if (cell) set(cell, value);
    }));
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && [...places.keys()].some(dirty)) event.preventDefault();
  });
})();
