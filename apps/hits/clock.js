// What is left until an instant of the server's clock, whatever the browser's clock says.
const serverClock = (model) => {
  let ahead = 0
  const set = () => { ahead = model.now_ms - Date.now() }
  set()
  model.on("now_ms", set)
  return () => Date.now() + ahead
}

const twoDigits = (number) => String(number).padStart(2, "0")

const inWords = (ms) => {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86400)]
  if (days) return `${days} d ${hours % 24} h`
  if (hours) return `${hours} h ${twoDigits(minutes % 60)} min`
  return `${minutes}:${twoDigits(seconds % 60)}`
}

// Writes into an element what is left until its instant, and marks it once that is past.
const tell = (element, due, now) => {
  const left = due.by_ms - now
  const over = left <= 0
  const rest = over ? (left > -1000 ? "overdue" : `overdue by ${inWords(left)}`) : `${inWords(left)} left`
  const said = due.text ? `${due.text} · ${rest}` : rest
  if (element.textContent !== said) element.textContent = said
  element.classList.toggle("overdue", over)
  element.classList.toggle("due", !over)
}

const make = (name, given = {}) => Object.assign(document.createElement(name), given)
