/*
 * xterm.js draws with <style> elements and style attributes, which a policy without 'unsafe-inline' refuses. Its
 * documentOverride reaches only some of them: the viewport and the rows are made by the page's own document (xterm.js
 * 6.0: CoreBrowserTerminal's mainDocument, DomRenderer's row factory). So both are turned into what the policy allows:
 * constructed style sheets, and styles that are set through the CSSOM.
 */

/** Makes every <style> that `work` creates stand for a style sheet of its own. */
export function withSheetsForStyles<T>(page: Document, work: () => T): T {
  const real = (tag: string) => page.createElementNS('http://www.w3.org/1999/xhtml', tag)
  const value = (tag: string) =>
    tag === 'style' ? createSheetElement(page, real('span')) : real(tag)
  Object.defineProperty(page, 'createElement', { value, configurable: true })
  try {
    return work()
  } finally {
    Reflect.deleteProperty(page, 'createElement')
  }
}

/** Its text is a sheet's, and its removal the sheet's. */
function createSheetElement(page: Document, element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet()
  let text = ''
  element.hidden = true
  page.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set(value: string) {
      text = value
      sheet.replaceSync(value)
    },
  })
  element.remove = () => {
    Element.prototype.remove.call(element)
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((other) => other !== sheet)
  }
  return element
}

/** Lets a <span>'s style be given as an attribute, which the policy would refuse: nothing that it allows is changed. */
export function allowStyleAttributes(): void {
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value
    else Element.prototype.setAttribute.call(this, name, value)
  }
}
