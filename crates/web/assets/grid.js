// The checklist grid at spreadsheet speed. The page works without this: it is one big form.
// Arrow keys and Enter move; a cell entered from the keyboard is wholly selected, so that typing replaces it; F2 or a
// click puts the caret into it. Digits set a choice, Ctrl+D copies the cell above, pasting fills cells from a
// spreadsheet, Ctrl+Z takes the last of those back, Esc takes a cell back, Ctrl+S saves. What was changed is marked and
// counted; a pasted choice that there is not is marked, too.
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
  let pointing = false;
  // The cells before the last paste or copy, while nothing else was changed since.
  let before = null;

  const dirty = (cell) => cell.value !== first.get(cell);
  function count() {
    const changed = rows.filter((cells) => cells.some(dirty)).length;
    counter.textContent = changed ? counter.dataset.changed.replace("0", String(changed)) : "";
  }
  function mark(cell) {
    cell.classList.toggle("changed", dirty(cell));
    if (cell.classList.contains("unknown-choice")) {
      cell.classList.remove("unknown-choice");
      cell.removeAttribute("title");
    }
  }
  function whole(cell) {
    if (cell.tagName !== "SELECT") cell.select();
  }
  function go(x, y) {
    const cell = rows[y] && rows[y][x];
    if (!cell) return false;
    cell.focus();
    whole(cell);
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }
  function set(cell, text) {
    if (cell.disabled) return;
    if (cell.tagName === "SELECT") {
      const plain = text.trim();
      const option = [...cell.options].find((o) => o.value === plain || o.textContent.trim() === plain);
      if (option) cell.value = option.value;
      mark(cell);
      if (!option) {
        cell.classList.add("unknown-choice");
        cell.title = `${form.dataset.unknownChoice} ${plain}`;
      }
    } else {
      cell.value = text;
      mark(cell);
    }
  }
  function fill(pairs) {
    const there = pairs.filter(([cell]) => cell && !cell.disabled);
    before = there.map(([cell]) => [cell, cell.value]);
    there.forEach(([cell, text]) => set(cell, text));
    count();
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

  form.addEventListener("input", (event) => {
    if (!places.has(event.target)) return;
    before = null;
    mark(event.target);
    count();
  });
  form.addEventListener("pointerdown", () => { pointing = true; });
  window.addEventListener("pointerup", () => { pointing = false; });
  form.addEventListener("focusin", (event) => {
    // From the keyboard, out of another field: not by a click, nor when the window comes back.
    if (places.has(event.target) && event.relatedTarget && !pointing) whole(event.target);
  });
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
      if (y > 0) fill([[cell, rows[y - 1][x].value]]);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey && before) {
      event.preventDefault();
      before.forEach(([other, text]) => { other.value = text; mark(other); });
      before = null;
      count();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const all = select || (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length);
    const start = all || (cell.selectionStart === 0 && cell.selectionEnd === 0);
    const end = all || cell.selectionStart === cell.value.length;
    const lines = cell.tagName === "TEXTAREA" && cell.value.includes("\n");
    let moved = false;
    if (event.key === "ArrowDown" && (!lines || end)) moved = go(x, y + 1) || true;
    else if (event.key === "ArrowUp" && (!lines || start)) moved = go(x, y - 1) || true;
    else if (event.key === "ArrowRight" && end) moved = go(x + 1, y);
    else if (event.key === "ArrowLeft" && start) moved = go(x - 1, y);
    else if (event.key === "Enter" && !event.shiftKey) moved = go(x, y + 1) || true;
    else if (event.key === "F2" && !select) {
      cell.setSelectionRange(cell.value.length, cell.value.length);
      moved = true;
    } else if (event.key === "Escape") {
      cell.value = first.get(cell);
      before = null;
      mark(cell);
      count();
      whole(cell);
      moved = true;
    }
    else if (select && /^[0-9]$/.test(event.key) && cell.options[Number(event.key)]) {
      cell.selectedIndex = Number(event.key);
      before = null;
      mark(cell);
      count();
      moved = true;
    }
    if (moved) event.preventDefault();
  });
  form.addEventListener("paste", (event) => {
    const place = places.get(event.target);
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!place || !text || (event.target.tagName !== "SELECT" && !/[\t\n]/.test(text))) return;
    event.preventDefault();
    const [x, y] = place;
    const lines = table(text);
    if (lines.length === 1 && lines[0].length === 1 && event.target.tagName !== "SELECT") {
      // A single cell goes where the caret is; the browser can take it back itself.
      document.execCommand("insertText", false, lines[0][0]);
      return;
    }
    fill(lines.flatMap((line, down) => line.map((value, right) => [rows[y + down]?.[x + right], value])));
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && [...places.keys()].some(dirty)) event.preventDefault();
  });

  places.forEach((_, cell) => cell.classList.toggle("changed", dirty(cell)));
  count();
  const wrong = [...places.keys()].find((cell) => cell.getAttribute("aria-invalid") === "true");
  if (wrong) go(...places.get(wrong));
})();
