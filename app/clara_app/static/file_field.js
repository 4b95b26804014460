// Takes files in parts; `value` holds them, name to content, once all have come.

const make = (tag, props, ...inside) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...inside)
  return node
}

const base64 = async (blob) => {
  const reader = new FileReader()
  await new Promise((done, failed) => {
    [reader.onload, reader.onerror] = [done, failed]
    reader.readAsDataURL(blob)
  })
  return reader.result.slice(reader.result.indexOf(",") + 1)
}

export function render({model, el}) {
  const input = make("input", {type: "file", accept: model.accept, multiple: model.multiple})
  const button = make("button", {type: "button", onclick: () => input.click()})
  const say = (words) => { button.textContent = words || `${model.label} …` }
  let taken = () => {}
  model.on("msg:custom", () => taken())

  const send = async (files) => {
    if (files.length === 0) { return }
    const all = files.reduce((sum, file) => sum + file.size, 0)
    if (all > model.most_bytes) { say(`more than ${Math.floor(model.most_bytes / 1e6)} MB`); return }
    button.disabled = true
    let sent = 0
    try {
      for (const [i, file] of files.entries()) {
        for (let at = 0; at === 0 || at < file.size; at += model.part_bytes) {
          const content = await base64(file.slice(at, at + model.part_bytes))
          const ends = i === files.length - 1 && at + model.part_bytes >= file.size
          const gone = new Promise((done) => { taken = done })
          model.send_msg({name: file.name, first: i === 0 && at === 0, content, last: ends})
          await gone
          sent += Math.min(model.part_bytes, file.size - at)
          say(ends ? "" : `${Math.floor(100 * sent / Math.max(all, 1))} %`)
        }
      }
    } catch {
      say("can't be read")
    } finally {
      button.disabled = model.disabled
      input.value = ""
    }
  }
  input.onchange = () => send([...input.files])
  button.ondragover = (event) => { event.preventDefault(); button.classList.add("over") }
  button.ondragleave = () => button.classList.remove("over")
  button.ondrop = (event) => {
    event.preventDefault()
    button.classList.remove("over")
    send([...event.dataTransfer.files].slice(0, model.multiple ? undefined : 1))
  }
  const named = () => {
    say()
    button.setAttribute("aria-label", model.label)
    button.title = model.description
    button.disabled = model.disabled
  }
  model.on(["label", "description", "disabled"], named)
  named()
  el.append(input, button)
}
