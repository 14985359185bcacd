// Hits as buttons in a list: known by our own number, written as text and never as markup.
export function render({ model, el }) {
  const now = serverClock(model)
  const list = make("ul")
  const note = make("p", { className: "note" })
  list.setAttribute("aria-label", "Hits, newest first")
  let clocks = []

  function chip(given) {
    const element = make("span", { className: `chip ${given.kind || ""}` })
    if (given.by_ms == null) element.textContent = given.text
    else { clocks.push([element, given]); tell(element, given, now()) }
    return element
  }

  function item(row) {
    const button = make("button", { className: `hit ${row.level}` })
    button.dataset.key = row.key
    const head = make("span", { className: "head" })
    head.append(make("b", { className: "plate", textContent: row.plate }))
    if (row.region) head.append(make("span", { className: "soft", textContent: row.region }))
    head.append(make("span", { className: "level", textContent: row.level_text }))
    head.append(make("span", { className: "time", textContent: row.time, title: row.seen }))
    const about = make("span", { className: "about", textContent: row.about, title: row.about })
    const chips = make("span", { className: "chips" })
    chips.append(...row.chips.map(chip))
    button.append(head, about, chips)
    button.onclick = () => model.send_msg({ select: row.key })
    const li = make("li")
    li.append(button)
    return li
  }

  function draw() {
    const focused = el.getRootNode().activeElement?.dataset?.key
    clocks = []
    list.replaceChildren(...model.rows.map(item))
    note.textContent = model.note
    mark()
    if (focused) buttons().find((button) => button.dataset.key === focused)?.focus()
  }

  const buttons = () => [...list.querySelectorAll("button")]

  function mark() {
    for (const button of buttons()) {
      const chosen = button.dataset.key === model.selected
      if (chosen) button.setAttribute("aria-current", "true")
      else button.removeAttribute("aria-current")
    }
  }

  list.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    const all = buttons()
    const next = all[all.indexOf(el.getRootNode().activeElement) + step]
    if (next) { event.preventDefault(); next.focus() }
  }

  el.replaceChildren(list, note)
  draw()
  for (const name of ["rows", "note"]) model.on(name, draw)
  model.on("selected", mark)
  const ticking = setInterval(() => clocks.forEach(([element, due]) => tell(element, due, now())), 500)
  model.on("remove", () => clearInterval(ticking))
}
