"use strict";
(async () => {
  const byId = (id) => document.getElementById(id);
  const live = byId("live");
  if (!live) { document.documentElement.dataset.ready = "empty"; return; }
  const PAGE = 25, PAPER = 40, SURE = { high: "◆ high", medium: "▲ medium", low: "○ low" };
  const EXPORT = ["id", "check", "title", "category", "lever", "account", "region", "kind", "resource", "name", "owner", "quality",
    "confidence", "risk", "effort", "action", "overlap", "paid", "gap", "silence"];

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  let data;
  try { data = await unpack(byId("data").textContent); } catch (error) {
    byId("failure").hidden = false;
    document.documentElement.dataset.ready = "failed";
    return;
  }
  const { strings, texts, counted, alone } = data, count = counted.length;
  const get = (column, row) => { const at = texts[column][row]; return at < 0 ? "" : strings[at]; };
  const digits = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const money = (value) => (Math.round(value * 100) < 0 ? "−" : "") + data.symbol + digits.format(Math.abs(value));
  const whole = (value) => value.toLocaleString("en-US");
  const haystack = counted.map((_, row) => ["id", "check", "title", "resource", "name", "owner", "account", "region", "kind"]
    .map((column) => get(column, row)).join("\n").toLowerCase());

  // Every text goes in as text, never as markup.
  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }
  const quiet = (text) => make("span", { className: "quiet" }, text);

  let rows = counted.map((_, row) => row), from = 0, size = PAGE, sorted = { column: "", falling: true };
  const form = byId("filters"), body = byId("table").tBodies[0], selects = [...form.querySelectorAll("select")];
  const owners = selects.find((select) => select.dataset.column === "owner");
  owners.append(...[...new Set(texts.owner)].map((at) => (at < 0 ? "" : strings[at])).sort()
    .map((name) => make("option", { value: "=" + name }, name || "(no owner tag)")));
  owners.options[0].value = "";

  const worth = (row) => counted[row] || (get("gap", row) ? -1 : 0);
  const compare = {
    counted: (a, b) => worth(a) - worth(b),
    confidence: (a, b) => RANK[get("confidence", a)] - RANK[get("confidence", b)],
  };
  const RANK = { low: 0, medium: 1, high: 2 };
  const collator = new Intl.Collator("en", { numeric: true });
  const label = (column, row) => get(column, row) || (column === "name" ? get("resource", row) : "");
  const order = (column) => compare[column] || ((a, b) => collator.compare(label(column, a), label(column, b)));

  function choose() {
    const words = byId("query").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value !== "")
      .map((select) => [select.dataset.column, select === owners ? select.value.slice(1) : select.value]);
    rows = [];
    for (let row = 0; row < count; row++) {
      if (wanted.every(([column, value]) => get(column, row) === value) && words.every((word) => haystack[row].includes(word))) rows.push(row);
    }
    if (sorted.column) {
      const by = order(sorted.column), sign = sorted.falling ? -1 : 1;
      rows.sort((a, b) => sign * by(a, b) || a - b);
    }
    from = 0;
    const sum = rows.reduce((total, row) => total + counted[row], 0);
    byId("status").textContent = `${whole(rows.length)} of ${whole(count)} findings · ${money(sum)} a month`;
    draw();
  }

  function draw() {
    const shown = rows.slice(from, from + size);
    body.replaceChildren(...shown.map(line));
    if (!shown.length) body.append(make("tr", {}, make("td", { colSpan: 6, className: "quiet" }, "No finding matches. Clear the filters to see all.")));
    byId("window").textContent = shown.length ? `${whole(from + 1)}–${whole(from + shown.length)} of ${whole(rows.length)}` : "0 of 0";
    byId("first").disabled = byId("previous").disabled = from === 0;
    byId("next").disabled = byId("last").disabled = from + PAGE >= rows.length;
  }

  function price(row) {
    if (get("silence", row)) return quiet("silenced");
    if (get("gap", row)) return quiet("no price");
    const mark = get("quality", row) === "estimate" && counted[row] ? "≈" : "";
    const cell = make("span", {}, mark + money(counted[row]));
    if (alone[row] !== null && Math.abs(alone[row] - counted[row]) >= 0.005) cell.append(make("br"), quiet(`of ${money(alone[row])} alone`));
    return cell;
  }

  function line(row) {
    const open = make("button", { type: "button", className: "open" }, make("span", { className: "caret", ariaHidden: "true" }, "▸"), get("title", row));
    open.setAttribute("aria-expanded", "false");
    const resource = make("bdi", {}, get("name", row) || get("resource", row));
    const tr = make("tr", {},
      make("td", {}, open, make("div", { className: "under" },
        make("span", { className: "tag " + get("category", row) }, `${get("category", row)} · ${get("lever", row)}`), make("bdi", { className: "narrow" }, resource.textContent))),
      make("td", { className: "extra" }, resource, make("br"), quiet(get("kind", row))),
      make("td", { className: "extra where" }, get("region", row), make("br"), quiet(get("account", row))),
      make("td", { className: "extra owner" }, make("bdi", {}, get("owner", row) || "–")),
      make("td", { className: "extra sure " + get("confidence", row) }, SURE[get("confidence", row)]),
      make("td", { className: "number" }, price(row)));
    open.addEventListener("click", () => {
      const closed = open.getAttribute("aria-expanded") === "false";
      open.setAttribute("aria-expanded", String(closed));
      if (closed) tr.after(detail(row)); else tr.nextSibling.remove();
    });
    return tr;
  }

  const facts = (pairs) => make("dl", { className: "facts" }, ...pairs.filter((pair) => pair[1])
    .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, make("bdi", {}, value)))));

  function arithmetic(row) {
    const terms = data.terms[row].map((term) => term.map((at) => strings[at]));
    if (!terms.length) return make("p", { className: "quiet" }, get("gap", row) ? `Unknown: ${get("gap", row)}.` : "This finding is a warning; it saves nothing by itself.");
    const table = make("table", { className: "plain" }, make("tbody", {}, ...terms.map(([what, times, amount, note]) => make("tr", {},
      make("td", {}, what, make("br"), times, make("br"), quiet(note)), make("td", { className: "number" }, amount)))));
    const sum = (name, value) => make("tr", { className: "sum" }, make("th", { scope: "row" }, name), make("td", { className: "number" }, money(value)));
    table.append(make("tfoot", {}, sum("Alone, a month", alone[row]), sum("Counted in the total", counted[row])));
    return table;
  }

  function detail(row) {
    const why = [get("overlap", row), get("silence", row)].filter(Boolean).join(" · ");
    return make("tr", { className: "detail" }, make("td", { colSpan: 6 }, make("div", { className: "columns" },
      make("div", {}, make("h3", {}, "What to do"), make("p", {}, get("action", row)),
        make("h3", {}, "Evidence"), make("ul", {}, ...data.evidence[row].map((at) => make("li", {}, make("bdi", {}, strings[at]))))),
      make("div", {}, make("h3", {}, "Arithmetic"), arithmetic(row), ...(why ? [make("p", { className: "caution" }, `▲ ${counted[row] > alone[row] ? "More" : "Less"} is counted: ${why}`)] : []))),
      facts([["Resource", get("resource", row)], ["Name", get("name", row)], ["Where", `${get("account", row)} · ${get("region", row)}`],
        ["Owner", get("owner", row)], ["Lever", get("lever", row)], ["Confidence", SURE[get("confidence", row)]], ["Risk", get("risk", row)], ["Effort", get("effort", row)],
        ["Paid, by the bill", get("paid", row)],
        ["Check", get("check", row)], ["More", `costopt explain ${get("id", row)} --snapshot SNAPSHOT`]])));
  }

  function save() {
    const safe = (text) => (/^ *[=+\-@\t\r\n＝＋－＠]/.test(text) ? "'" + text : text);
    const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [[...EXPORT, "saving_alone_month", "counted_month"].join(",")];
    for (const row of rows) lines.push([...EXPORT.map((column) => quote(safe(get(column, row)))), alone[row] ?? "", counted[row]].join(","));
    const link = make("a", { download: "findings.csv", href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const header of document.querySelectorAll("#table th[data-sort]")) {
    header.firstChild.addEventListener("click", () => {
      const column = header.dataset.sort, numeric = column in compare;
      sorted = { column, falling: sorted.column === column ? !sorted.falling : numeric };
      for (const other of document.querySelectorAll("#table th[aria-sort]")) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", sorted.falling ? "descending" : "ascending");
      choose();
    });
  }
  const turn = (id, where) => byId(id).addEventListener("click", () => {
    from = where();
    draw();
    if (byId(id).disabled) byId(id === "next" || id === "last" ? "previous" : "next").focus();  // the focus is never lost
  });
  turn("first", () => 0);
  turn("previous", () => Math.max(0, from - PAGE));
  turn("next", () => from + PAGE);
  turn("last", () => Math.floor((rows.length - 1) / PAGE) * PAGE);
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(choose));
  byId("export").addEventListener("click", save);
  const paper = (rowsOnPage) => () => { size = rowsOnPage; draw(); };
  window.addEventListener("beforeprint", paper(PAPER));
  window.addEventListener("afterprint", paper(PAGE));
  live.hidden = false;
  choose();
  document.documentElement.dataset.ready = "yes";
})();
