// HTML that is changed in place, so that a click, an open fold or a scroll outlives an update. A button in it tells its act.

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
  model.on("object", show)
  model.on("visible", appear)
  model.on("spot", place)
  place()
  show()
  appear()
  await drawn()
}
