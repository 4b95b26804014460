// What lies below the pointer, in one line: time, date, flux of the nearest sample, phase. Away from the plots, what is said.

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

export function render({model, el}) {
  const line = document.createElement("span")
  el.append(line)
  const of = (id) => model.document?.get_model_by_id(id)
  let cursor = null

  const flux = (time) => {
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
  const show = () => {
    const time = cursor?.data.time?.[0]
    const known = time !== undefined && model.facts.unit
    line.textContent = known
      ? [`BTJD ${time.toFixed(3)}`, `${date(time, model.facts)} UTC`, flux(time), phase(time, model.facts)].filter(Boolean).join(" · ")
      : model.words
    line.title = known ? model.hint : model.words
  }
  const follow = () => {
    const found = of(model.cursor)
    if (found && found !== cursor) {
      cursor = found
      cursor.properties.data.change.connect(show)
    }
    show()
  }
  for (const name of ["words", "facts", "samples", "means"]) { model.on(name, show) }
  model.on("cursor", follow)
  follow()
}
