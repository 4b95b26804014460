// One page of a table.

const make = (tag, text, name) => {
  const node = document.createElement(tag)
  if (text != null) { node.textContent = text }
  if (name) { node.className = name }
  return node
}

// Panel lays out the whole page when it hears of a new box, of a component that has rendered: this one has when it is drawn.
const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))

export async function render({model, el}) {
  const box = make("div", null, "rows"), table = make("table"), head = make("thead"), body = make("tbody")
  const empty = make("div", null, "empty")
  table.append(head, body)
  box.append(table, empty)
  const foot = make("div", null, "foot"), where = make("span", null, "quiet")
  const turn = (text, label, target) => {
    const button = make("button", text)
    button.setAttribute("aria-label", label)
    button.onclick = () => model.send_msg({page: target()})
    return button
  }
  const back = turn("‹", "previous page", () => model.page - 1)
  const on = turn("›", "next page", () => model.page + 1)
  foot.append(where, back, on)
  el.append(box, foot)
  el.style.cssText += "display:flex;flex-direction:column;flex:1 1 0;min-height:0;min-width:0;height:100%"

  const show_head = () => {
    const row = make("tr")
    const focused = [...head.querySelectorAll("button")].findIndex((button) => button.matches(":focus"))
    for (const column of model.columns) {
      const cell = make("th", model.sortable ? null : column.title, column.side)
      cell.title = column.help
      cell.scope = "col"
      const way = model.ascending ? "ascending" : "descending"
      if (column.name === model.sort) { cell.setAttribute("aria-sort", way) }
      if (model.sortable) {
        const button = make("button", column.title)
        button.setAttribute("aria-label", `sort by ${column.title}: ${column.help}`)
        button.onclick = () => model.send_msg({sort: column.name})
        cell.append(button)
      }
      row.append(cell)
    }
    head.replaceChildren(row)
    head.querySelectorAll("button")[focused]?.focus()
  }
  const stop_at = (row) => {
    for (const other of body.children) { other.tabIndex = other === row ? 0 : -1 }
  }
  body.onkeydown = (event) => {
    const row = event.target.closest("tr")
    if (!row.matches(":focus-visible")) { return }  // it was clicked: the keys are those of the page
    const to = {ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling}[event.key]
    if (to) {
      stop_at(to)
      to.focus()
    } else if (event.key === "Enter" || event.key === " ") {
      row.click()
    } else { return }
    event.preventDefault()
    event.stopPropagation()
  }
  let scrolling = 0
  const mark = () => {
    for (const row of body.querySelectorAll("[aria-selected=true]")) { row.setAttribute("aria-selected", "false") }
    const row = body.children[model.selected]
    stop_at(row ?? body.children[0])
    if (row == null) { return }
    row.setAttribute("aria-selected", "true")
    clearTimeout(scrolling)
    requestAnimationFrame(() => { scrolling = setTimeout(() => scroll_to(row)) })
  }
  // Asked for where things are before it has painted, a browser lays out the whole page once more.
  const scroll_to = (row) => {
    const top = row.offsetTop - head.offsetHeight, bottom = row.offsetTop + row.offsetHeight
    if (top < box.scrollTop) { box.scrollTop = top }
    else if (bottom > box.scrollTop + box.clientHeight) { box.scrollTop = bottom - box.clientHeight }
  }
  const show_rows = () => {
    const columns = model.columns
    body.replaceChildren(...model.rows.map((values, place) => {
      const row = make("tr")
      row.append(...values.map((value, i) => make("td", value, columns[i]?.side)))
      if (picture_column() >= 0) { row.children[picture_column()].className = "picture" }
      if (place === model.line) { row.className = "line" }
      row.onclick = () => model.send_msg({row: place})
      return row
    }))
    empty.textContent = model.rows.length ? "" : model.empty
    empty.style.display = model.rows.length ? "none" : ""
    show_pictures()
    mark()
  }
  const picture_column = () => model.columns.findIndex((column) => column.picture)
  const show_pictures = () => {
    const column = picture_column()
    if (column < 0) { return }
    for (const [place, row] of [...body.children].entries()) {
      const cell = row.children[column], picture = model.pictures[place] ?? ""  // rows may come before their pictures
      if ((cell.dataset.shown ?? "") !== picture) { cell.innerHTML = picture; cell.dataset.shown = picture }
    }
  }
  const show_foot = () => {
    where.textContent = `page ${model.page + 1} of ${model.pages}`
    back.disabled = model.page <= 0
    on.disabled = model.page >= model.pages - 1
    foot.style.display = model.pages > 1 ? "" : "none"
  }
  model.on(["columns", "sort", "ascending"], show_head)
  model.on("rows", show_rows)
  model.on("pictures", show_pictures)
  model.on("selected", mark)
  model.on(["page", "pages"], show_foot)
  show_head(); show_rows(); show_foot()
  await drawn()
}
