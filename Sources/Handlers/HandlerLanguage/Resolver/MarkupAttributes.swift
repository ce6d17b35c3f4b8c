/// Attributes of HTML's elements: what would fail when it is rendered, and names that HTML has not.
extension Resolver {
  mutating func checkAttributes(of element: JSXElement) {
    guard case .element(let tag) = element.tag else { return }
    for attribute in element.attributes {
      guard case .named(let name, let value) = attribute, let value else { continue }
      checkAttribute(name, value, of: tag)
    }
  }

  /// The attributes of `h("p", { … })`.
  mutating func checkAttributes(ofCall arguments: [Argument]) {
    guard arguments.count > 1, !arguments[0].isSpread, !arguments[1].isSpread,
      case .string(let tag) = arguments[0].value.kind,
      case .object(let members) = arguments[1].value.kind
    else { return }
    for member in members {
      guard case .property(.literal(let name), let value) = member, name.text != "children" else {
        continue
      }
      checkAttribute(name.text, value, of: tag.text)
    }
  }

  private mutating func checkAttribute(_ name: String, _ value: Expression, of tag: String) {
    let what: String
    switch value.kind {
    case .object: what = "an object"
    case .function: what = "a function"
    default: return warn(name, tag, value.position)
    }
    diagnostics.report(
      .unfitArgument, "\(what) cannot be the attribute `\(name)` of `\(tag)`",
      Self.advice(name, isFunction: what == "a function"), at: value.position)
  }

  private static func advice(_ name: String, isFunction: Bool) -> String {
    switch name {
    case "style": "write it as CSS has it: `style=\"color: red\"`"
    case "dangerouslySetInnerHTML":
      "nest elements; a page of text is answered with `Response.html(text)`"
    default:
      isFunction
        ? "the page is HTML, and no function goes with it: use a form, or a script of the page"
        : "write text, such as `JSON.stringify(value)`"
    }
  }

  private mutating func warn(_ name: String, _ tag: String, _ position: SourcePosition) {
    guard let html = Self.htmlNames[name] else { return }
    diagnostics.report(
      .foreignAttribute, "`\(name)` of `\(tag)` means nothing in HTML", "HTML's name is `\(html)`",
      at: position, severity: .warning)
  }

  /// React's names that are more than HTML's in other letters; `className` is known, and HTML's own
  /// names have no case.
  private static let htmlNames: [String: String] = [
    "htmlFor": "for", "httpEquiv": "http-equiv", "acceptCharset": "accept-charset",
    "defaultValue": "value", "defaultChecked": "checked", "strokeWidth": "stroke-width",
    "strokeLinecap": "stroke-linecap", "strokeLinejoin": "stroke-linejoin",
    "fillOpacity": "fill-opacity", "textAnchor": "text-anchor", "fontSize": "font-size",
    "stopColor": "stop-color",
  ]
}
