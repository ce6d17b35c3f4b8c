import Encodings

/// What is known of a string: all of it, or how it begins.
enum StringShape: Hashable {
  case exact(String)
  case prefix(String)

  static func == (a: StringShape, b: StringShape) -> Bool {
    switch (a, b) {
    case (.exact(let x), .exact(let y)), (.prefix(let x), .prefix(let y)): UTF8Order.equal(x, y)
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    if case .exact = self { hasher.combine(true) } else { hasher.combine(false) }
    ByteName(beginning).hash(into: &hasher)
  }

  /// The known beginning.
  var beginning: String {
    switch self {
    case .exact(let text), .prefix(let text): text
    }
  }

  /// The shape of `self + next`; nil is a string of which nothing is known.
  func appending(_ next: StringShape?) -> StringShape {
    guard case .exact(let text) = self else { return self }
    return switch next {
    case .exact(let more): .exact(text + more)
    case .prefix(let more): .prefix(text + more)
    case nil: .prefix(text)
    }
  }
}
