// The note of the selected star, and every verdict that the server has not acknowledged.

const make = (tag, props, ...inside) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...inside)
  return node
}

const GIVE = "give:", FLIGHT_MS = 60_000

// The browser's storage; where there is none, what is written lasts as long as the page.
const memory = new Map()
const read = (name) => {
  try { return localStorage.getItem(name) ?? memory.get(name) ?? "" } catch { return memory.get(name) ?? "" }
}
const keep = (name, text) => {
  memory.delete(name)
  try {
    if (text) { localStorage.setItem(name, text) } else { localStorage.removeItem(name) }
  } catch { if (text) { memory.set(name, text) } }
}
const names = () => {
  let stored = []
  try { stored = Object.keys(localStorage) } catch { /* none */ }
  return [...new Set([...stored, ...memory.keys()])]
}
const hex = (one) => (one + 256).toString(16).slice(1)
const token = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("")

// The name of this tab, the same after a reload; a copy of a tab gets another one.
const name_tab = (told) => {
  let mine = ""
  try { mine = sessionStorage.getItem("clara-tab") ?? "" } catch { /* no storage */ }
  const take = (name) => {
    mine = name
    try { sessionStorage.setItem("clara-tab", name) } catch { /* no storage */ }
    told(mine)
  }
  const channel = new BroadcastChannel("clara-tabs"), me = token()
  channel.onmessage = ({data}) => {
    if (data.tab !== mine || data.from === me) { return }
    if (data.taken) { take(token()) } else { channel.postMessage({tab: mine, from: me, taken: true}) }
  }
  take(mine || token())
  channel.postMessage({tab: mine, from: me})
  return [() => mine, () => channel.close()]
}

// Panel lays out the whole page when it hears of a new box, of a component that has rendered: this one has when it is drawn.
const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))

export async function render({model, el}) {
  const draft_of = (target) => `clara draft ${model.workspace} ${target}`
  const waiting = `clara verdict ${model.workspace} `
  const input = make("input", {type: "text", autocomplete: "off"})
  const kept = make("span", {className: "kept"}), open = make("div", {className: "open"})
  const button = (textContent) => make("button", {type: "button", textContent})
  const why = make("span", {}), undo = button("undo"), again = button("Try again")
  const is_open = () => document.documentElement.dataset.line !== "lost"
  const [tab, leave] = name_tab((name) => model.send_msg({tab: name}))

  // -- drafts
  const hint = () => { kept.textContent = input.value ? "draft, kept until it is stored with a verdict" : "" }
  const offer = () => {
    input.value = model.target_id ? read(draft_of(model.target_id)) : ""
    input.placeholder = model.placeholder
    input.maxLength = model.max_length
    hint()
  }
  input.oninput = () => {
    if (model.target_id) { keep(draft_of(model.target_id), input.value) }
    hint()
  }

  // -- verdicts that are not stored
  let flying = null, late_check = null, then = [], stored = ""
  const unsent = () => names().filter((name) => name.startsWith(waiting)).map((name) => {
    try { return JSON.parse(read(name)) } catch { return null }
  }).filter((entry) => entry?.token).sort((a, b) => a.at - b.at)
  const put = (entry) => keep(waiting + entry.token, JSON.stringify(entry))
  const words = (entry) => `${entry.label} on ${entry.star}`
  const show = () => {
    const entries = unsent(), refused = entries.filter((entry) => entry.refused)
    const listed = entries.slice(0, 3).map(words).join(", ") + (entries.length > 3 ? " …" : "")
    open.className = refused.length ? "open bad" : "open"
    if (refused.length) {
      why.textContent = `Not stored: ${listed}. ${refused.at(-1).refused}`
      open.replaceChildren(why, again)
    } else if (entries.length && !is_open()) {
      why.textContent = `Waits for the server: ${listed}`
      open.replaceChildren(why)
    } else if (entries.some((entry) => entry.slow)) {
      why.textContent = `Being stored: ${listed}`
      open.replaceChildren(why)
    } else if (stored) {
      open.className = "open done"
      why.textContent = `✓ stored: ${stored}`
      open.replaceChildren(why, undo)
    } else { open.replaceChildren() }
  }
  undo.onclick = () => document.dispatchEvent(new CustomEvent("clara-action", {detail: "undo"}))
  const send = () => {
    if (flying || !is_open()) { return }
    const entry = unsent().find((one) => !one.refused)
    if (!entry) {
      for (const action of then.splice(0)) { model.send_msg({action}) }
      return
    }
    flying = entry.token
    model.send_msg({give: entry})
    clearTimeout(late_check)
    late_check = setTimeout(() => { flying = null; send() }, FLIGHT_MS)
    setTimeout(() => {
      if (flying !== entry.token) { return }
      const there = unsent().find((one) => one.token === entry.token)
      if (there) { put({...there, slow: true}) }
      show()
    }, 500)
  }
  const retry = (late) => {
    for (const entry of unsent()) { put({...entry, refused: "", late: entry.late || late}) }
    show()
    send()
  }
  again.onclick = () => retry(false)
  const give = (label) => {
    const target = model.target_id, note = input.value.trim()
    if (!target) { return }
    const entries = unsent()
    const same = entries.some((one) => one.target === target && one.label === label && one.note === note
      && one.tab === tab())
    if (!same) {
      put({token: token(), target, star: model.star_name || target, label, note, author: model.author,
           run: model.run_id, period: model.period_days, tab: tab(), late: !is_open(),
           at: Math.max(Date.now(), ...entries.map((one) => one.at + 1))})
    }
    retry(false)
  }
  const action = ({detail}) => {
    if (!el.checkVisibility()) { return }  // a verdict on a star that nobody sees
    if (detail.startsWith(GIVE)) { give(detail.slice(GIVE.length)); return }
    if (["undo", "redo"].includes(detail)) { stored = ""; show() }
    const mine = unsent().filter((one) => one.tab === tab() && one.token !== flying)
    if (detail === "undo" && mine.length) {
      keep(waiting + mine.at(-1).token, "")
      show()
    } else if (!is_open()) {
      show()
    } else if (flying) { then.push(detail) } else { model.send_msg({action: detail}) }
  }
  model.on("msg:custom", (reply) => {
    const entry = unsent().find((one) => one.token === reply.token)
    if (flying === reply.token) { flying = null }
    if (entry && reply.stored) {
      keep(waiting + entry.token, "")
      if (read(draft_of(entry.target)).trim() === entry.note) {
        keep(draft_of(entry.target), "")
        if (model.target_id === entry.target) { offer() }
      }
      stored = words(entry)
      if (entry.late) { document.dispatchEvent(new CustomEvent("clara-late", {detail: words(entry)})) }
    } else if (entry) { put({...entry, refused: reply.refused, slow: false}) }
    show()
    send()
  })
  const line = ({detail}) => {
    if (detail) { retry(true) } else {
      for (const entry of unsent()) { put({...entry, late: true}) }
      show()
    }
  }
  const elsewhere = ({key}) => {  // another tab wrote or stored something
    if (key === draft_of(model.target_id) && !input.matches(":focus")) { offer() }
    if (key?.startsWith(waiting)) { show() }
  }
  document.addEventListener("clara-action", action)
  document.addEventListener("clara-line", line)
  window.addEventListener("storage", elsewhere)
  model.on("remove", () => {
    document.removeEventListener("clara-action", action)
    document.removeEventListener("clara-line", line)
    window.removeEventListener("storage", elsewhere)
    leave()
  })
  model.on("target_id", offer)
  offer()
  const box = make("div", {className: "entry"}, input, kept)
  const named = () => input.setAttribute("aria-label", model.label)
  model.on("label", named)
  named()
  el.append(box, open)
  // What the last page could not send; it draws on this one, which must have arrived.
  const begin = () => {
    if (window.Bokeh.documents.every((document) => document.is_idle)) { retry(true) } else { setTimeout(begin, 50) }
  }
  if (unsent().length) { begin() }
  await drawn()
}
