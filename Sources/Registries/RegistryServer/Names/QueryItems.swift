import Encodings

/// The values behind the question mark of a URL. Of a repeated name the first counts.
struct QueryItems: Sendable {
  private var items: [(name: String, value: String)] = []

  /// What cannot be decoded is left out.
  init(_ query: (some StringProtocol)?) {
    guard let query else { return }
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A plus is itself: the protocol knows no forms, and media types have one.
      guard let name = PercentEncoding.decode(pair[0]),
        let value = pair.count > 1 ? PercentEncoding.decode(pair[1]) : ""
      else { continue }
      items.append((name, value))
    }
  }

  /// The value of a name.
  subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

  /// Every value of a name, in order.
  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
