// Whether the page is live, and the sound of new alerts. The server's silence is noticed here.
export function render({ model, el }) {
  const SILENCE_MS = 8000
  const line = make("p", { className: "line" })
  const dot = make("i")
  dot.setAttribute("aria-hidden", "true")
  const said = make("span")
  line.append(dot, said)
  line.setAttribute("role", "status")
  const button = make("button", { type: "button" })
  const told = make("p", { className: "told" })
  told.setAttribute("aria-live", "assertive")
  let heard = Date.now()
  let audio = null

  function draw() {
    // Without a beat nothing that the server said before can be relied on any more.
    const silent = (model.live || !model.why) && Date.now() - heard > SILENCE_MS
    const live = model.live && !silent
    const dead = silent || Boolean(model.why)
    const since = silent ? new Date(heard).toLocaleTimeString("en-US", { hour12: false }) : model.since
    const why = silent ? "the server is silent" : model.why
    const lost = `Not live${since ? ` since ${since}` : ""}: ${why}. Hits may be missing.`
    const text = dead ? lost : live ? `Live. ${model.looked}` : "Connecting …"
    if (said.textContent !== text) said.textContent = text
    line.classList.toggle("dead", dead)
    line.setAttribute("role", dead ? "alert" : "status")
  }

  function label() {
    const blocked = audio && audio.state !== "running"
    button.textContent = audio ? (blocked ? "Sound is blocked by the browser" : "Sound is on") : "Sound is off"
    button.setAttribute("aria-pressed", String(Boolean(audio)))
    button.title = audio ? "Switch the sound of new alerts off" : "Switch the sound of new alerts on"
  }

  // High: three rising pairs. Medium: one soft tone. There is nothing else.
  const TONES = {
    high: [[0, 784, 0.16], [0.18, 1175, 0.2], [0.5, 784, 0.16], [0.68, 1175, 0.2], [1.0, 784, 0.16], [1.18, 1175, 0.2]],
    medium: [[0, 523, 0.35]],
  }

  function ring(level) {
    if (!audio || audio.state !== "running" || !TONES[level]) return
    for (const [after, hertz, length] of TONES[level]) {
      const from = audio.currentTime + 0.02 + after
      const tone = audio.createOscillator()
      const loud = audio.createGain()
      tone.type = level === "high" ? "triangle" : "sine"
      tone.frequency.value = hertz
      loud.gain.setValueAtTime(0.0001, from)
      loud.gain.exponentialRampToValueAtTime(level === "high" ? 0.4 : 0.2, from + 0.02)
      loud.gain.exponentialRampToValueAtTime(0.0001, from + length)
      tone.connect(loud).connect(audio.destination)
      tone.start(from)
      tone.stop(from + length + 0.02)
    }
  }

  button.onclick = async () => {
    if (audio) {
      await audio.close()
      audio = null
    } else {
      audio = new AudioContext()
      audio.onstatechange = label
      await audio.resume()
      ring("medium")
    }
    label()
  }

  function alerted() {
    const { level, text } = model.alert
    if (text) told.textContent = text
    if (level) ring(level)
  }

  function title() {
    const plain = document.title.replace(/^\(\d+\) /, "")
    document.title = model.unopened ? `(${model.unopened}) ${plain}` : plain
  }

  el.replaceChildren(line, button, told)
  label()
  draw()
  title()
  for (const name of ["live", "since", "why", "looked"]) model.on(name, draw)
  model.on("beat", () => { heard = Date.now(); draw() })
  model.on("alert", alerted)
  model.on("unopened", title)
  const listening = setInterval(draw, 1000)
  model.on("remove", () => { clearInterval(listening); audio?.close() })
}
