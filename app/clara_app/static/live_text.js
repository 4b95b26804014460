// HTML that is changed in place, so that a click, an open fold or a scroll outlives an update. A button in it tells its act.
// A read-out (`model.cursor`) tells in its place what lies below the pointer.

const change = (old, wanted) => {
  if (old.nodeType !== wanted.nodeType || old.nodeName !== wanted.nodeName) {
    old.replaceWith(wanted)
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== wanted.data) { old.data = wanted.data }
  } else {
    for (const {name, value} of [...wanted.attributes]) {
      if (old.getAttribute(name) !== value) { old.setAttribute(name, value) }
    }
    for (const {name} of [...old.attributes]) {
      if (!wanted.hasAttribute(name) && name !== "open") { old.removeAttribute(name) }
    }
    fill(old, wanted)
  }
}
const fill = (old, wanted) => {
  const before = [...old.childNodes], after = [...wanted.childNodes]
  for (const [i, node] of after.entries()) {
    if (i < before.length) { change(before[i], node) } else { old.append(node) }
  }
  for (const node of before.slice(after.length)) { node.remove() }
}

// -- what lies below the pointer: time, date, flux of the nearest sample, phase.

const DAY_MS = 86400e3, JD_1970 = 2440587.5

const number = (value, digits) => (
  value.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits}).replace("-", "−")
)

const nearest = (times, time) => {
  let best = -1, away = Infinity
  for (let i = 0; i < times.length; i += 1) {
    const off = Math.abs(times[i] - time)
    if (off < away) { [best, away] = [i, off] }
  }
  return [best, away]
}

const date = (time, facts) => {
  const shown = new Date((time + facts.zero - JD_1970) * DAY_MS - facts.ahead_s * 1000)
  return Number.isNaN(shown.getTime()) ? "" : shown.toISOString().slice(0, 16).replace("T", " ")
}

const phase = (time, {period, epoch}) => {
  if (epoch === null) { return "" }
  if (period === null) { return `${number(24 * (time - epoch), 2)} h off the event` }
  const turns = (time - epoch) / period
  return `φ ${number(turns - Math.floor(turns + 0.25), 3)}`
}

const flux_at = (time, model, of) => {
  for (const [id, sign] of [[model.samples, ""], [model.means, "mean "]]) {
    const data = of(id)?.data
    if (!data?.time?.length) { continue }
    const [place, away] = nearest(data.time, time)
    if (away < model.facts.reach) {
      const digits = model.facts.unit === "ppm" ? 0 : 4
      return `${sign}${number(data.flux[place], digits)} ${model.facts.unit}`
    }
  }
  return "no sample"
}

const follow_pointer = (model, el, show) => {
  const of = (id) => model.document?.get_model_by_id(id)
  let cursor = null
  const read = () => {
    const time = cursor?.data.time?.[0]
    if (time === undefined || !model.facts.unit) { show(); return }
    const line = document.createElement("span")
    line.title = model.hint
    line.textContent = [
      `BTJD ${time.toFixed(3)}`, `${date(time, model.facts)} UTC`, flux_at(time, model, of), phase(time, model.facts),
    ].filter(Boolean).join(" · ")
    fill(el, {childNodes: [line]})
  }
  const follow = () => {
    const found = of(model.cursor)
    if (found && found !== cursor) {
      cursor = found
      cursor.properties.data.change.connect(read)
    }
    read()
  }
  for (const name of ["object", "facts", "samples", "means"]) { model.on(name, read) }
  model.on("cursor", follow)
  follow()
}

// Panel lays out the whole page when it hears of a new box, of a component that has rendered: this one has when it is drawn.
const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))

export async function render({model, el}) {
  const show = () => {
    const wanted = document.createElement("template")
    wanted.innerHTML = model.object
    fill(el, wanted.content)
  }
  const place = () => {
    const [x, y] = model.spot
    el.style.setProperty("--x", `${x}px`)
    el.style.setProperty("--y", `${y}px`)
  }
  el.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]")
    if (!button) { return }
    if (model.as_event) { document.dispatchEvent(new CustomEvent(model.as_event, {detail: button.dataset.action})) }
    else { model.send_msg(button.dataset.action) }
  })
  const appear = () => { el.style.display = model.visible ? "" : "none" }
  if (model.cursor === undefined) { model.on("object", show) } else { follow_pointer(model, el, show) }
  model.on("visible", appear)
  model.on("spot", place)
  place()
  show()
  appear()
  await drawn()
}
