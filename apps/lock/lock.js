// Covers the page when nobody can say that its person may see it, and leaves it when they may not.
(() => {
  const SILENCE_MS = 3500 // the server says each second that the page lives
  const TICK_MS = 250
  const ACTIVE_MS = 1000
  const LIVES = "."
  const began = performance.now()
  let heard = began
  let ticked = began
  let gone = false
  let lost = false
  let told = -ACTIVE_MS
  const cover = document.createElement("dialog")
  cover.id = "cover"
  cover.setAttribute("aria-label", "Concealed")
  const said = document.createElement("p")
  said.setAttribute("role", "alert")
  cover.append(said)
  cover.addEventListener("cancel", (event) => event.preventDefault())
  cover.addEventListener("close", () => { if ("concealed" in document.documentElement.dataset) conceal() })

  function conceal(why = "Concealed: the server does not answer. The page shows again when it does.") {
    document.documentElement.dataset.concealed = ""
    if (said.textContent !== why) said.textContent = why
    if (!document.body) return
    if (!cover.isConnected) document.body.append(cover)
    if (!cover.open) cover.showModal() // above everything, dialogs and pictures too
  }

  function show() {
    delete document.documentElement.dataset.concealed
    if (cover.open) cover.close()
  }

  function leave(why) {
    gone = true
    conceal("Locked.")
    // Nothing that was found stays in the browser: another page takes the place of this one.
    document.body?.replaceChildren(cover)
    conceal("Locked.")
    const next = location.pathname + location.search
    location.replace(`/locked?${new URLSearchParams({ why, next })}`)
  }

  const address = `${location.origin.replace(/^http/, "ws")}${location.pathname}/watch`
  const socket = new WebSocket(address)
  socket.addEventListener("message", ({ data }) => {
    if (data !== LIVES) { leave(data); return }
    heard = performance.now()
    if (!gone) show()
  })
  socket.addEventListener("close", () => { lost = true; if (!gone) conceal() })

  async function again() {
    // The server is back, but knows nothing of this page any more.
    try {
      const answer = await fetch("/favicon.ico", { cache: "no-store" })
      if (answer.ok && heard !== began) location.reload()
    } catch { /* not yet */ }
  }

  setInterval(() => {
    const now = performance.now()
    const late = now - ticked > 4 * TICK_MS // the browser itself was held up: first hear, then judge
    ticked = now
    if (gone || late) return
    if (lost || now - heard > SILENCE_MS) conceal()
  }, TICK_MS)
  setInterval(() => { if (lost && !gone) again() }, 1000)

  function active(event) {
    const now = performance.now()
    if (!event.isTrusted || gone || now - told < ACTIVE_MS || socket.readyState !== WebSocket.OPEN) return
    told = now
    socket.send("a")
  }
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    addEventListener(name, active, { capture: true, passive: true })
  }
})()
