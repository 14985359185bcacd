// What a hit waits for, each with its clock.
export function render({ model, el }) {
  const now = serverClock(model)
  const list = make("ul")
  list.setAttribute("aria-label", "What this hit waits for")
  let clocks = []

  function item(due) {
    const li = make("li")
    const what = make("span", { className: "what" })
    what.append(make("b", { textContent: due.what }), make("span", { className: "soft", textContent: due.section }))
    li.append(what)
    if (due.by_ms != null) {
      const clock = make("span", { className: "clock" })
      clocks.push([clock, due])
      tell(clock, due, now())
      li.append(clock)
    }
    return li
  }

  function draw() {
    clocks = []
    list.replaceChildren(...model.rows.map(item))
  }

  el.replaceChildren(list)
  draw()
  model.on("rows", draw)
  const ticking = setInterval(() => clocks.forEach(([element, due]) => tell(element, due, now())), 250)
  model.on("remove", () => clearInterval(ticking))
}
