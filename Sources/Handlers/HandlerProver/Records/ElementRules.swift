/// What the elements and attributes of HTML mean for data that is put into them.
enum ElementRules {
  private static let urls: Set<String> = [
    "href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href", "background",
    "manifest", "ping", "srcset", "hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch",
    "hx-push-url", "hx-replace-url",
  ]
  private static let code: Set<String> = [
    "style", "srcdoc", "hx-vals", "hx-vars", "hx-headers", "hx-request", "hx-trigger",
    "dangerouslysetinnerhtml", "innerhtml", "to", "from", "by", "values",
  ]

  /// Elements whose text is run or not parsed as text, besides `script` and `style`.
  static let opaque: Set<String> = [
    "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext", "object", "embed", "applet",
    "frameset", "frame",
  ]
  /// Elements whose text is text up to their end tag.
  static let plainText: Set<String> = ["title", "textarea"]
  /// Elements whose text is code.
  static let codeText: Set<String> = ["script", "style"]
  /// Elements that decide what the rest of the page does.
  static let deciding: Set<String> = ["meta", "base", "link"]
  /// Elements in which others mean something else.
  static let foreign: Set<String> = ["svg", "math"]

  /// Whether the attribute holds a URL that a browser follows or loads.
  static func isURL(_ name: String) -> Bool { urls.contains(plain(name)) }

  /// Whether the attribute's text is run, or parsed as more than text.
  static func isCode(_ name: String) -> Bool {
    let name = plain(name)
    return name.hasPrefix("on") || name.hasPrefix("hx-on") || code.contains(name)
  }

  /// htmx reads its attributes with a `data-` before them, too.
  private static func plain(_ name: String) -> String {
    let name = name.lowercasedASCII
    return name.hasPrefix("data-hx-") ? String(name.dropFirst(5)) : name
  }
}
