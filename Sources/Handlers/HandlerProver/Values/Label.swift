import Encodings
import HandlerLanguage

/// Where data came from, or what is still to be done to it before it may be used.
enum LabelKind: UInt8, Sendable, CaseIterable {
  /// The value of a secret env name.
  case secret
  /// A credential of the request: `authorization`, `cookie`, …
  case credential
  /// A session token: what `jwtSign` gives.
  case session
  /// Data of the request.
  case request
  /// Data of another service.
  case external
  /// Data from outside that nobody has validated.
  case unchecked
  /// The same, not escaped for HTML.
  case unescaped
  /// The same, not encoded for a URL.
  case unencoded
  /// Data from outside chose among texts of our own.
  case chosen
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
  /// A piece cut out of a text: choosing one after the other can spell anything.
  case piece

  /// Kinds that a branch passes on to what it decides.
  static let followsBranches: LabelKinds = [.stored, .volatile]
  /// Kinds that a comparison or another yes/no question keeps.
  static let keptByComparison: LabelKinds = [.stored, .volatile, .path]
  /// Kinds that a number made from text no longer has.
  static let droppedByNumber: LabelKinds = [
    .unchecked, .unescaped, .unencoded, .chosen, .missing, .path, .openMarkup, .piece,
  ]
  /// What data from outside carries when nobody has looked at it.
  static let raw: LabelKinds = [.unchecked, .unescaped, .unencoded]
  /// Kinds that tell of data from outside, whatever was done to it.
  static let outside: LabelKinds = [
    .request, .external, .unchecked, .unescaped, .unencoded, .chosen,
  ]
}

/// Some of the kinds.
struct LabelKinds: OptionSet, Hashable, Sendable {
  var rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ kind: LabelKind) { rawValue = 1 << UInt16(kind.rawValue) }

  static let secret = LabelKinds(LabelKind.secret)
  static let credential = LabelKinds(LabelKind.credential)
  static let session = LabelKinds(LabelKind.session)
  static let request = LabelKinds(LabelKind.request)
  static let external = LabelKinds(LabelKind.external)
  static let unchecked = LabelKinds(LabelKind.unchecked)
  static let unescaped = LabelKinds(LabelKind.unescaped)
  static let unencoded = LabelKinds(LabelKind.unencoded)
  static let chosen = LabelKinds(LabelKind.chosen)
  static let stored = LabelKinds(LabelKind.stored)
  static let volatile = LabelKinds(LabelKind.volatile)
  static let missing = LabelKinds(LabelKind.missing)
  static let path = LabelKinds(LabelKind.path)
  static let openMarkup = LabelKinds(LabelKind.openMarkup)
  static let piece = LabelKinds(LabelKind.piece)

  /// Each kind in turn.
  var each: [LabelKind] { LabelKind.allCases.filter { contains(LabelKinds($0)) } }
}

/// One label on a value: its kind and the index of its ``LabelSource``.
struct Label: Hashable, Sendable {
  fileprivate var code: UInt32

  init(kind: LabelKind, source: Int) {
    code = UInt32(kind.rawValue) << 24 | UInt32(truncatingIfNeeded: source)
  }
  fileprivate init(code: UInt32) { self.code = code }

  /// The source that stands for any of more than are told apart.
  static let others = 0

  var kind: LabelKind { LabelKind(rawValue: UInt8(code >> 24)) ?? .secret }
  var source: Int { Int(code & 0xFF_FFFF) }
}

/// A set of labels: a short sorted list, since most values carry none or a few.
struct Labels: Hashable, Sendable, Sequence, ExpressibleByArrayLiteral {
  private var codes: [UInt32] = []
  /// The kinds that are among them.
  private(set) var kinds: LabelKinds = []

  init() {}
  init(arrayLiteral labels: Label...) { self.init(labels) }
  init(_ labels: some Sequence<Label>) {
    for label in labels { insert(label) }
  }
  private init(sorted codes: [UInt32], _ kinds: LabelKinds) {
    self.codes = codes
    self.kinds = kinds
  }

  var isEmpty: Bool { codes.isEmpty }
  var count: Int { codes.count }

  func makeIterator() -> some IteratorProtocol<Label> {
    codes.lazy.map { Label(code: $0) }.makeIterator()
  }

  func contains(_ label: Label) -> Bool { place(of: label.code).isThere }

  private func place(of code: UInt32) -> (index: Int, isThere: Bool) {
    let index = codes.partitioningIndex { $0 >= code }
    return (index, index < codes.count && codes[index] == code)
  }

  mutating func insert(_ label: Label) {
    let (index, isThere) = place(of: label.code)
    if isThere { return }
    codes.insert(label.code, at: index)
    kinds.insert(LabelKinds(label.kind))
  }

  func isSubset(of other: Labels) -> Bool {
    if codes.isEmpty { return true }
    guard codes.count <= other.codes.count, kinds.isSubset(of: other.kinds) else { return false }
    var index = 0
    for code in codes {
      while index < other.codes.count, other.codes[index] < code { index += 1 }
      guard index < other.codes.count, other.codes[index] == code else { return false }
      index += 1
    }
    return true
  }

  mutating func formUnion(_ other: Labels) {
    if other.codes.isEmpty || other.isSubset(of: self) { return }
    if codes.isEmpty {
      self = other
      return
    }
    var merged: [UInt32] = []
    merged.reserveCapacity(codes.count + other.codes.count)
    var (a, b) = (0, 0)
    while a < codes.count, b < other.codes.count {
      let (mine, theirs) = (codes[a], other.codes[b])
      merged.append(Swift.min(mine, theirs))
      if mine <= theirs { a += 1 }
      if theirs <= mine { b += 1 }
    }
    merged += codes[a...]
    merged += other.codes[b...]
    codes = merged
    kinds.formUnion(other.kinds)
    if codes.count > Self.most { shorten() }
  }

  // A longer list keeps a few sources of each kind, and one that stands for all the others.
  private static let most = 160
  private static let mostOfAKind = 12
  /// Kinds of which every source counts: they are facts of the contract.
  private static let listed: LabelKinds = [.secret, .credential, .missing]

  private mutating func shorten() {
    var kept: [UInt32] = []
    var last: LabelKind?
    var count = 0
    for code in codes {
      let label = Label(code: code)
      if label.kind != last {
        last = label.kind
        count = 0
        // The one that stands for others is the first of its kind.
        if !Self.listed.contains(LabelKinds(label.kind)) {
          let others = codes.lazy.filter { $0 >> 24 == code >> 24 }.count
          if others > Self.mostOfAKind, label.source != Label.others {
            kept.append(Label(kind: label.kind, source: Label.others).code)
          }
        }
      }
      count += 1
      if count <= Self.mostOfAKind || Self.listed.contains(LabelKinds(label.kind)) {
        kept.append(code)
      }
    }
    codes = kept
  }
  func union(_ other: Labels) -> Labels {
    var copy = self
    copy.formUnion(other)
    return copy
  }

  /// The labels of some kinds.
  func of(_ wanted: LabelKinds) -> Labels {
    if kinds.isSubset(of: wanted) { return self }
    if kinds.isDisjoint(with: wanted) { return Labels() }
    return filter { wanted.contains(LabelKinds($0.kind)) }
  }
  /// The labels without some kinds.
  func without(_ gone: LabelKinds) -> Labels {
    if kinds.isDisjoint(with: gone) { return self }
    return filter { !gone.contains(LabelKinds($0.kind)) }
  }
  /// The labels that something holds of.
  func filter(_ isWanted: (Label) -> Bool) -> Labels {
    var kept: [UInt32] = []
    var kinds: LabelKinds = []
    for code in codes {
      let label = Label(code: code)
      guard isWanted(label) else { continue }
      kept.append(code)
      kinds.insert(LabelKinds(label.kind))
    }
    return Labels(sorted: kept, kinds)
  }
  /// Whether a label of the kind is among them.
  func has(_ kind: LabelKinds) -> Bool { !kinds.isDisjoint(with: kind) }

  /// What it is again once something was decoded, or put together of pieces that nobody knows:
  /// data from outside as it came.
  var decoded: Labels {
    guard has(LabelKind.outside) else { return self }
    var all = self
    for label in of(LabelKind.outside) {
      for kind in LabelKind.raw.each { all.insert(Label(kind: kind, source: label.source)) }
    }
    return all
  }

  /// What it is again once an escape was undone: what was validated stays so, but it is not escaped
  /// any more.
  var unescaped: Labels {
    guard has(LabelKind.outside) else { return self }
    var all = self
    for label in of(LabelKind.outside) {
      all.insert(Label(kind: .unescaped, source: label.source))
      all.insert(Label(kind: .unencoded, source: label.source))
    }
    return all
  }

  /// What a choice by a value with these labels leaves on what is chosen, when that is one of some
  /// texts of our own: who chose, but not the chooser's own text.
  var choosing: Labels {
    var kept = without(LabelKind.raw.union([.openMarkup, .missing, .piece]))
    for label in of(LabelKind.outside) {
      kept.insert(Label(kind: .chosen, source: label.source))
    }
    return kept
  }
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
}
