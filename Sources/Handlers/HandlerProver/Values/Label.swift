import HandlerLanguage

/// Where data came from, or what is still to be done to it before it may be used.
enum LabelKind: UInt8, Sendable, CaseIterable {
  /// The value of a secret env name.
  case secret
  /// A credential of the request: `authorization`, `cookie`, …
  case credential
  /// Data of the request.
  case request
  /// Request data, or data of another service, that nobody has validated.
  case unchecked
  /// The same, not escaped for HTML.
  case unescaped
  /// The same, not encoded for a URL.
  case unencoded
  /// What the cache held when the request came.
  case stored
  /// Clock, chance, network: another run would give another value.
  case volatile
  /// An env value that may be missing and has not been asked about.
  case missing
  /// Computed from the request's path.
  case path
  /// A text that ends inside a tag, or whose end is not known to be outside of one.
  case openMarkup

  /// Kinds that a branch passes on to what it decides.
  static let followsBranches: Set<LabelKind> = [.stored, .volatile]
  /// Kinds that a comparison or another yes/no question keeps.
  static let keptByComparison: Set<LabelKind> = [.stored, .volatile, .path]
  /// Kinds that a number made from text no longer has.
  static let droppedByNumber: Set<LabelKind> = [
    .unchecked, .unescaped, .unencoded, .missing, .path, .openMarkup,
  ]
  /// What data from outside carries when nobody has looked at it.
  static let raw: Set<LabelKind> = [.unchecked, .unescaped, .unencoded]
}

/// One label on a value: its kind and the index of its ``LabelSource``.
struct Label: Hashable {
  var kind: LabelKind
  var source: Int
}

typealias Labels = Set<Label>

extension Set where Element == Label {
  /// The labels of some kinds.
  func of(_ kinds: Set<LabelKind>) -> Labels { isEmpty ? self : filter { kinds.contains($0.kind) } }
  /// The labels without some kinds.
  func without(_ kinds: Set<LabelKind>) -> Labels {
    isEmpty ? self : filter { !kinds.contains($0.kind) }
  }
  /// Whether a label of the kind is among them.
  func has(_ kind: LabelKind) -> Bool { contains { $0.kind == kind } }
}

/// A place where labelled data comes into being.
struct LabelSource {
  /// `API_KEY`, `req.body`, `authorization`, `fetch` …
  var name: String
  var position: SourcePosition
  /// For a cache read: the call, so that a write under it can be compared with it.
  var call: Expression?
  /// The frame it is made in, where the call matters.
  var frame: Int?
  /// For request data: whether `position` is that of a use.
  var isPlaced = false
}
