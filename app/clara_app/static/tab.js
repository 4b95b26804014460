// What only a browser can do for the page: its address, its keys, whether the server answers, which theme the system has,
// and what Panel's widgets are called for screen readers.

// SLOW: probes that a server answers before it is thought to be another one. FILLING: so much longer may the first answer take.
const SLOW = 15, FILLING = 3
const SAID_MS = 9000, LOST = "clara-lost", SECOND_KEY_MS = 1500, NAMES_MS = 120, DRAWN_MS = 1000, LONG_MS = 30000, IDLE_MS = 50
// Between two looks whether the server has answered.
const TURN_MS = 100

const when_idle = (act) => {
  if (window.Bokeh.documents.every((document) => document.is_idle)) { act() } else { setTimeout(() => when_idle(act), IDLE_MS) }
}

// Whether a box holds all that it is told to, and everything in it is drawn.
const is_drawn = ({child_models = [], child_views = [], shadow_el}) =>
  child_models.length === child_views.length && shadow_el?.childElementCount !== 0 && child_views.every(is_drawn)

const when_drawn = (act, end = Date.now() + LONG_MS) => {
  if (Date.now() > end || [...window.Bokeh.index].every(is_drawn)) { act() } else { setTimeout(() => when_drawn(act, end), IDLE_MS) }
}

const tell_busy = (model) => {
  const tell = () => { document.body.ariaBusy = String(!model.whole) }
  model.on("whole", tell)
  tell()
}

// -- the address: it follows the session and is followed by it. Another area, run or star is a step for the back button.

const keep_address = (model) => {
  const steps = ["area", "run", "target"]
  const here = () => window.location.search.slice(1)
  let first = true
  const follow = () => {
    if (model.query === here()) { return }
    const [before, after] = [new URLSearchParams(here()), new URLSearchParams(model.query)]
    const step = !first && steps.some((name) => before.get(name) !== after.get(name))
    const address = `${window.location.pathname}?${model.query}`
    window.history[step ? "pushState" : "replaceState"](null, "", address)
    first = false
  }
  const back = () => { model.send_msg({went: here()}) }
  model.on("query", follow)
  window.addEventListener("popstate", back)
  follow()
  first = false
  return () => window.removeEventListener("popstate", back)
}

// -- the theme: a cookie keeps what was chosen; without one, the system decides, whose answer is kept for the next page.

const keep_theme = (model) => {
  model.on("theme", () => { document.cookie = `${model.cookie}=${model.theme}; path=/; max-age=31536000; SameSite=Lax` })
  if (model.known) { return }
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches
  document.cookie = `${model.system_cookie}=${dark ? "dark" : "light"}; path=/; max-age=31536000; SameSite=Lax`
  // What the server draws before the page has arrived is lost.
  if (dark !== model.dark) { when_idle(() => model.send_msg({dark})) }
}

// -- the room: on a wide screen several views of a star stand beside each other.

const WIDE = "(min-width: 2000px)"
const watch_room = (model) => {
  const room = window.matchMedia(WIDE)
  const tell = () => { if (room.matches !== model.wide) { model.send_msg({wide: room.matches}) } }
  room.addEventListener("change", tell)
  if (room.matches !== model.wide) { when_idle(tell) }
  return () => room.removeEventListener("change", tell)
}

// -- the line to the server: a bar below the page says so while it is lost; the page makes room for it.

const watch_line = (model, el) => {
  const bar = document.createElement("div")
  bar.className = "bar"
  bar.setAttribute("role", "status")
  bar.setAttribute("aria-live", "assertive")
  el.append(bar)
  const room = new ResizeObserver(() => {
    document.documentElement.style.setProperty("--bar", `${bar.getBoundingClientRect().height}px`)
  })
  room.observe(bar)

  let lost = false, cut = false, probing = null, well = 0, news = "", passing = null
  let leaving = false
  const say = () => {
    bar.className = cut || (model.trouble && !lost) ? "bar bad" : "bar"
    bar.textContent = lost
      ? `${cut ? "The connection to the server is lost" : "The server does not answer"}. Verdicts and notes are kept in `
        + "this browser, and sent when it is back; the page finds back by itself."
      : model.trouble || news
  }
  const tell = (words) => {
    news = words
    clearTimeout(passing)
    passing = setTimeout(() => { news = ""; say() }, SAID_MS)
    say()
  }
  const became = (now_lost) => {
    lost = now_lost
    document.documentElement.dataset.line = lost ? "lost" : "open"
    document.dispatchEvent(new CustomEvent("clara-line", {detail: !lost}))
    say()
  }
  const lose = () => {
    if (leaving) { return }
    if (lost) { say(); return }
    became(true)
    well = 0
    probing = setTimeout(probe, model.every_ms)
  }

  // A file that every server has: asking for the page itself would have it made.
  const known = document.querySelector("script[src*='static/js/bokeh']")?.src ?? window.location.href
  const probe = async () => {
    if (!lost) { return }
    try {
      const answer = await fetch(known, {method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(3000)})
      well = answer.ok ? well + 1 : 0
    } catch { well = 0 }
    if (!lost) { return }
    // It answers others: the way from this page to it is gone, or it is only slow with what this page asked.
    if (well > (cut ? 0 : SLOW)) {
      try { sessionStorage.setItem(LOST, "1") } catch { /* then nothing is said after it */ }
      leaving = true
      window.location.reload()
    } else { probing = setTimeout(probe, model.every_ms) }
  }

  // Until the first answer the page is still being filled.
  let patience = FILLING * model.patience_ms
  // While this tab sleeps or draws, an answer may lie here unheard: of a long turn only its first part counts.
  let asked = false, silent = model.every_ms, last = performance.now()
  const look = () => {
    const now = performance.now()
    silent += Math.min(now - last, 2 * TURN_MS)
    last = now
    if (cut || leaving) { return }
    if (asked && silent > patience) { lose() }
    if (!asked && silent >= model.every_ms) {
      asked = true
      model.send_msg({asked: Date.now()})
    }
  }
  model.on("msg:custom", () => {
    patience = model.patience_ms
    asked = false
    silent = 0
    if (lost && !cut) {
      clearTimeout(probing)
      became(false)
    }
  })
  const beat = setInterval(look, TURN_MS)
  look()
  for (const each of window.Bokeh.documents) {
    each.on_event("connection_lost", () => {
      cut = true
      document.documentElement.dataset.cut = "true"
      lose()
    })
  }
  const goes = () => { leaving = true }
  window.addEventListener("beforeunload", goes)
  const stays = () => { leaving = false }  // somebody stayed on the page after all, or came back to it
  window.addEventListener("pageshow", stays)
  const came = ({detail}) => {
    tell(`${news || "The server answers again."} Stored, after it had waited: ${detail}.`)
  }
  document.addEventListener("clara-late", came)
  model.on("trouble", say)
  document.documentElement.dataset.line = "open"
  try {
    if (sessionStorage.getItem(LOST)) {
      sessionStorage.removeItem(LOST)
      tell("The server answers again; the page was loaded anew at the same address.")
    }
  } catch { /* no storage: nothing to say */ }
  say()
  return () => {
    clearInterval(beat)
    room.disconnect()
    window.removeEventListener("beforeunload", goes)
    window.removeEventListener("pageshow", stays)
    document.removeEventListener("clara-late", came)
  }
}

// -- keys: they belong to what is on top, an open dialog, a field or menu in use.

function typing(event) {
  return event.composedPath().find((node) => node instanceof HTMLElement && (
    node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)
    || ["listbox", "menu", "slider", "combobox"].includes(node.getAttribute("role"))
  ))
}

function first(node, fits) {
  for (const child of node.querySelectorAll("*")) {
    if (fits(child)) { return child }
    const inside = child.shadowRoot && first(child.shadowRoot, fits)
    if (inside) { return inside }
  }
  return null
}
const is_field = (begins) => (node) =>
  node.tagName === "INPUT" && node.placeholder.startsWith(begins) && node.checkVisibility()
const is_on_top = (node) => node.tagName === "DIALOG" && node.open

const hear_keys = (model) => {
  let begun = "", since = 0
  const listen = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) { return }
    const field = typing(event)
    if (field) {
      const known = Object.values(model.fields).some((begins) => field.placeholder?.startsWith(begins))
      if (event.key === "Escape" && known) { field.blur() }
      return
    }
    const after = begun && Date.now() - since < SECOND_KEY_MS ? `${begun} ${event.key}` : ""
    const pressed = model.keys.includes(after) ? after : event.key
    begun = ""
    const known = model.keys.includes(pressed) || model.keys.some((keys) => keys.startsWith(`${pressed} `))
    if (known && first(document, is_on_top)) { return }
    if (model.keys.includes(pressed)) {
      event.preventDefault()
      const told = model.events[pressed]
      if (told && event.repeat) { return }  // a key that is held down is one verdict
      if (told) { document.dispatchEvent(new CustomEvent(model.event, {detail: told})) }
      else if (pressed in model.fields) {
        const field = first(document, is_field(model.fields[pressed]))
        field?.focus()
        if (pressed === "/") { field?.select() }  // the next star is typed over the last
      }
      else if (document.documentElement.dataset.cut !== "true") { model.send_msg({key: pressed}) }  // a slow server hears it later
    } else if (model.keys.some((keys) => keys.startsWith(`${pressed} `))) {
      [begun, since] = [pressed, Date.now()]
    }
  }
  document.addEventListener("keydown", listen)
  return () => document.removeEventListener("keydown", listen)
}

// -- names: Panel's widgets get what Bokeh leaves out, names, hints and states for screen readers, and fields that the
// browser keeps. A widget says its name and hint in a tag of its model.

function* below(view) {
  yield view
  for (const child of view.children()) { yield* below(child) }
}

const set = (node, name, value) => {
  const text = value == null || value === "" ? null : String(value)
  if (text === null) { node.removeAttribute(name) } else if (node.getAttribute(name) !== text) { node.setAttribute(name, text) }
}

// What is typed stays in this browser until the field is emptied, by its owner or by the page.
const storage = (place) => `clara typed ${place}`
const store = (input) => {
  try {
    if (input.value) { localStorage.setItem(storage(input.dataset.kept), input.value) }
    else { localStorage.removeItem(storage(input.dataset.kept)) }
  } catch { /* no storage */ }
}
const keep = (input, place) => {
  if (input.dataset.kept === place) { store(input); return }
  if (!input.dataset.kept) { input.addEventListener("input", () => store(input)) }
  input.dataset.kept = place
  let text = ""
  try { text = localStorage.getItem(storage(place)) ?? "" } catch { /* no storage */ }
  if (input.value === text) { return }
  input.value = text
  for (const kind of ["input", "change"]) { input.dispatchEvent(new Event(kind, {bubbles: true})) }
}

// Panel sends NaN where there is no number: the field is empty then, so that its placeholder shows. What is typed and is no
// number is taken back before anybody hears of it.
const number = (input, view, optional) => {
  const {model} = view
  set(input, "role", "spinbutton")
  if (input.value === "NaN") { input.value = "" }
  set(input, "aria-valuenow", Number.isNaN(model.value) ? null : model.value)
  set(input, "aria-valuemin", model.low)
  set(input, "aria-valuemax", model.high)
  if (input.dataset.guarded) { return }
  input.dataset.guarded = "true"
  let shown = input.value
  input.addEventListener("focus", () => { shown = input.value })
  view.shadow_el.addEventListener("change", (event) => {
    const text = input.value.trim().replace("−", "-")
    if (event.target !== input || (text === "" ? optional : Number.isFinite(+text))) { return }
    input.value = shown
    event.stopImmediatePropagation()
  }, true)
}

const name_one = (view) => {
  const {model, shadow_el: root, el} = view, [told] = model.tags
  const group = root.querySelector(".bk-btn-group, .bk-input-group")
  const controls = [...root.querySelectorAll("button:not(.bk-spin-btn), select, input, [role=slider]")]
  set(el, "title", told.refused || told.hint || (model.css_classes.includes("labelled") ? "" : told.name))
  if (model.type === "CheckboxGroup" || model.type.endsWith("RadioButtonGroup")) {
    if (!group) { return }
    set(group, "role", "group")
    set(group, "aria-label", told.name)
    if (model.type === "CheckboxGroup") { return }
    for (const [i, button] of controls.entries()) { set(button, "aria-pressed", i === model.active) }
    return
  }
  for (const control of controls) {
    set(control, "aria-label", told.name || told.hint)
    set(control, "aria-invalid", told.refused ? "true" : null)
    if (model.type === "Toggle") { set(control, "aria-pressed", model.active) }
    if (model.type === "Spinner") { number(control, view, told.optional) }
    if (told.kept) { keep(control, told.kept) }
  }
}

// -- plots: where the box around a plot keeps its size, Bokeh does not see that the plot has another one.

const plots = new WeakSet()
const is_plot = (view) => "outer_width" in view.model.properties
const fits = (view) => {
  const {width, height} = view.el.getBoundingClientRect(), {outer_width, outer_height} = view.model.properties
  const near = (size, side) => !side.is_unset && Math.abs(size - side.get_value()) < 1
  return width === 0 || height === 0 || (near(width, outer_width) && near(height, outer_height))
}
const fitting = new ResizeObserver(() => {  // of all plots since the last frame, and once
  for (const root of window.Bokeh.index) {
    if ([...below(root)].some((view) => is_plot(view) && !fits(view))) { root.compute_layout() }
  }
})
const keep_fitting = ({el}) => {
  if (plots.has(el)) { return }
  plots.add(el)
  fitting.observe(el)
}

// What is new on the page is drawn some time after it is known, on a busy machine long after it.
const look_after = (model) => {
  let waiting = null, changed = 0
  const all_once = () => {
    let all_drawn = true
    for (const root of window.Bokeh.index) {
      for (const view of below(root)) {
        if (view.model.tags?.[0]?.name !== undefined) {
          if (view.shadow_el?.childElementCount) { name_one(view) } else { all_drawn = false }
        }
        if (is_plot(view)) { keep_fitting(view) }
      }
    }
    return all_drawn
  }
  const go_on = () => {
    const patience = all_once() ? DRAWN_MS : LONG_MS
    waiting = Date.now() - changed < patience ? setTimeout(go_on, NAMES_MS) : null
  }
  const soon = (event) => {
    for (const {attr, model: told} of event.events ?? [event]) {
      if (attr !== "tags") { continue }  // these at once: what is typed next may belong to another star
      const view = window.Bokeh.index.find_one_by_id(told.id)
      if (view?.shadow_el?.childElementCount && told.tags[0]?.name !== undefined) { name_one(view) }
    }
    changed = Date.now()
    waiting ??= setTimeout(go_on, NAMES_MS)
  }
  const begin = () => {
    if (!window.Bokeh.documents.every((document) => document.is_idle)) { waiting = setTimeout(begin, NAMES_MS); return }
    changed = Date.now()
    go_on()
    model.document.on_change(soon)
  }
  begin()
  return () => {
    clearTimeout(waiting)
    model.document?.remove_on_change(soon)
  }
}

export function render({model, el}) {
  const begun = [look_after(model)]
  if (!model.names_only) {
    tell_busy(model)
    begun.push(keep_address(model), keep_theme(model), watch_room(model), watch_line(model, el), hear_keys(model))
  }
  model.drawn = true
  model.on("drawn", () => { if (!model.drawn) { when_drawn(() => { model.drawn = true }) } })
  model.on("remove", () => { for (const leave of begun) { leave?.() } })
}
