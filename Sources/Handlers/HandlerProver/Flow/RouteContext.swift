import Encodings

/// What the branches taken so far say about the request: alternatives, of which one holds.
struct RouteContext: Hashable {
  /// One alternative; nil is "anything".
  struct Alternative: Hashable {
    @Bytewise var method: String? = nil
    /// All of the path, or how it begins.
    var path: StringShape?
  }

  var alternatives: [Alternative]

  // More alternatives than this say nothing any more.
  private static let most = 256

  /// Nothing is known.
  static let any = RouteContext(alternatives: [Alternative()])

  /// Whether nothing is known.
  var isAny: Bool { self == .any }

  /// Both hold.
  func and(_ other: RouteContext) -> RouteContext {
    if other.isAny { return self }
    if isAny { return other }
    guard alternatives.count * other.alternatives.count <= Self.most else { return self }
    var found: [Alternative] = []
    for mine in alternatives {
      for theirs in other.alternatives {
        guard let both = mine.and(theirs), !found.contains(both) else { continue }
        found.append(both)
      }
    }
    return RouteContext(alternatives: found)
  }

  /// One of them holds.
  func or(_ other: RouteContext) -> RouteContext {
    if isAny || other.isAny { return .any }
    var found = alternatives
    for alternative in other.alternatives where !found.contains(alternative) {
      found.append(alternative)
    }
    return found.count > Self.most ? .any : RouteContext(alternatives: found)
  }
}

extension RouteContext.Alternative {
  /// What holds when both hold; nil when they exclude each other.
  func and(_ other: Self) -> Self? {
    if let mine = method, let theirs = other.method, !UTF8Order.equal(mine, theirs) {
      return nil
    }
    var both = self
    both.method = method ?? other.method
    switch (path, other.path) {
    case (nil, let theirs): both.path = theirs
    case (_, nil): break
    case (.exact(let a), .exact(let b)): if !UTF8Order.equal(a, b) { return nil }
    case (.exact(let a), .prefix(let b)): if !a.utf8.starts(with: b.utf8) { return nil }
    case (.prefix(let a), .exact(let b)):
      if !b.utf8.starts(with: a.utf8) { return nil }
      both.path = other.path
    case (.prefix(let a), .prefix(let b)):
      if b.utf8.starts(with: a.utf8) {
        both.path = other.path
      } else if !a.utf8.starts(with: b.utf8) {
        return nil
      }
    }
    return both
  }
}
