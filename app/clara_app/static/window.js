// The dialog itself. The browser keeps the focus in it, and Escape closes it.

const make = (tag, props, ...inside) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...inside)
  return node
}

export function render({model, el}) {
  const title = make("h2", {textContent: model.heading})
  const close = make("button", {type: "button", textContent: "✕", title: "close", onclick: () => box.close()})
  close.setAttribute("aria-label", "close")
  const body = make("main", {})
  const box = make("dialog", {}, make("header", {}, title, close), body)
  box.setAttribute("aria-label", model.heading)
  const fill = () => body.replaceChildren(...model.get_child("body"))
  const show = () => {
    if (model.opened && !box.open) { box.showModal() } else if (!model.opened && box.open) { box.close() }
  }
  box.onclose = () => model.send_msg({opened: false})
  box.onclick = (event) => { if (event.target === box && model.click_closes) { box.close() } }
  model.on("body", fill)
  model.on("opened", show)
  el.append(box)
  fill()
  model.on("after_render", show)
}
