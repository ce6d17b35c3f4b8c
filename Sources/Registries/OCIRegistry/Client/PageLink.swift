/// Where a list goes on: `Link: <…>; rel="next"`.
///
/// Reference: RFC 8288, section 3; OCI distribution-spec v1.1, "Listing Tags".
struct PageLink: Hashable {
  var target: String
  /// In lower case.
  var relations: [String]

  /// Every link of a header, up to the place where it is not well formed.
  static func read(_ header: String) -> [PageLink] {
    var out: [PageLink] = []
    var rest = Substring(header)
    func skip(_ characters: String) { rest = rest.drop { characters.contains($0) } }
    while true {
      skip(" \t,")
      guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return out }
      var link = PageLink(
        target: String(rest[rest.index(after: rest.startIndex)..<end]), relations: [])
      rest = rest[rest.index(after: end)...]
      while true {
        skip(" \t")
        guard rest.first == ";" else { break }
        skip("; \t")
        let name = rest.prefix { !"=;, \t".contains($0) }
        rest = rest.dropFirst(name.count)
        skip(" \t")
        var value = ""
        if rest.first == "=" {
          rest = rest.dropFirst()
          skip(" \t")
          value = takeValue(&rest)
        }
        // Only the first one counts.
        if name.lowercased() == "rel", link.relations.isEmpty {
          link.relations = value.lowercased().split(separator: " ").map(String.init)
        }
      }
      out.append(link)
    }
  }

  private static func takeValue(_ rest: inout Substring) -> String {
    guard rest.first == "\"" else {
      let value = rest.prefix { !";, \t".contains($0) }
      rest = rest.dropFirst(value.count)
      return String(value)
    }
    rest = rest.dropFirst()
    var out = ""
    while let character = rest.popFirst(), character != "\"" {
      if character == "\\", let escaped = rest.popFirst() {
        out.append(escaped)
      } else {
        out.append(character)
      }
    }
    return out
  }

  /// The address of the next page; nil at the end.
  ///
  /// - Throws: `malformed` for one that is none or another registry's.
  static func next(of answer: RegistryAnswer) throws(RegistryError) -> WebAddress? {
    let links = answer.head.headers["Link"].flatMap(read)
    guard let link = links.first(where: { $0.relations.contains("next") }) else { return nil }
    guard let next = answer.address.resolving(link.target),
      next.origin == answer.address.origin
    else {
      throw answer.malformed("a next page of the same registry in Link", "something else")
    }
    return next
  }
}
