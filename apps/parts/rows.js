// A plain, accessible table: rows are known by our own number, never by their place.
export function render({ model, el }) {
  const make = (name, given = {}) => Object.assign(document.createElement(name), given)

  function cell(column, row) {
    const td = make("td", { className: column.kind || "" })
    const value = row[column.key]
    if (column.kind === "plate") {
      const open = make("button", { className: "plate", textContent: value })
      open.setAttribute("aria-label", `Open ${value}`)
      td.append(open)
      if (row.region) td.append(make("span", { className: "soft", textContent: row.region }))
    } else if (column.kind === "chips") {
      const labels = value || []
      if (labels.length) {
        const chip = make("span", { className: "chip", textContent: labels.length > 1 ? `${labels.length} flags` : labels[0] })
        chip.title = labels.join(", ")
        td.append(chip)
      }
    } else {
      td.textContent = value ?? ""
      if (value) td.title = value
    }
    return td
  }

  function head(column) {
    const th = make("th", { scope: "col", className: column.kind || "" })
    if (!column.sortable) { th.textContent = column.label; return th }
    const sort = make("button", { textContent: column.label })
    if (model.order === column.key) {
      th.setAttribute("aria-sort", model.descending ? "descending" : "ascending")
      sort.append(make("span", { textContent: model.descending ? " ↓" : " ↑" }))
    }
    sort.onclick = () => model.send_msg({ sort: column.key })
    th.append(sort)
    return th
  }

  function foot() {
    const bar = make("div", { className: "foot" })
    bar.append(make("span", { textContent: model.note }))
    if (model.pages > 1) {
      for (const [label, page] of [["Previous", model.page - 1], ["Next", model.page + 1]]) {
        const button = make("button", { textContent: label, disabled: page < 0 || page >= model.pages })
        button.onclick = () => model.send_msg({ page })
        bar.append(button)
      }
    }
    return bar
  }

  function draw() {
    const table = make("table")
    table.append(make("caption", { textContent: model.caption }))
    const heading = make("tr")
    heading.append(...model.columns.map(head))
    const thead = make("thead"); thead.append(heading)
    const body = make("tbody")
    for (const row of model.rows) {
      const tr = make("tr")
      tr.dataset.key = row.key
      tr.append(...model.columns.map((column) => cell(column, row)))
      tr.onclick = () => model.send_msg({ select: row.key })
      body.append(tr)
    }
    table.append(thead, body)
    const scroll = make("div", { className: "scroll" })
    scroll.append(table)
    el.replaceChildren(scroll, foot())
    mark()
  }

  function mark() {
    for (const tr of el.querySelectorAll("tbody tr"))
      tr.setAttribute("aria-selected", String(tr.dataset.key === model.selected))
  }

  draw()
  for (const name of ["rows", "columns", "note", "caption"]) model.on(name, draw)
  model.on("selected", mark)
}
