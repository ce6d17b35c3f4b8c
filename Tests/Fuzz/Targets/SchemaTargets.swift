import JSON

@testable import JSONSchema

let schemaTargets = [
  FuzzTarget("schema") { bytes in
    guard let document = accepted({ try JSONReader.lenient(bytes) }),
      let schema = accepted({ try Schema(document) })
    else { return }
    // What it says of itself and of a few others, twice the same.
    for value: JSONValue in [document, .null, "", [1, 1], ["a": ["b": .decimal("1.5")]]] {
      var limited = Limited()
      guard let first = accepted({ try schema.violations(of: value, limited) }) else { continue }
      try require(first.count <= Schema.mostViolations, "more violations than there may be")
      limited = Limited()
      let second = try again("the same value") { try schema.violations(of: value, limited) }
      try require(first == second, "the same value, other violations")
      // What fits as it is still fits when its texts become what the schema wants, or not at all.
      _ = accepted { try schema.coerced(value, wrapsSingles: true, Limited()) }
    }
  },
  FuzzTarget("pattern") { bytes in
    // A line of pattern, then the text.
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    guard let written = parts.first,
      let pattern = accepted({ try TextPattern(String(decoding: written, as: UTF8.self)) })
    else { return }
    try require(pattern.states.count <= TextPattern.mostStates + 1, "too many states")
    let text = parts.dropFirst().first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let scalars = text.unicodeScalars.map(\.value)
    var steps = 0
    let isFound = pattern.matches(scalars) { steps += $0 }
    try require(
      steps <= (scalars.count + 2) * (2 * pattern.states.count + 1), "more steps than are linear")
    // What is found in a text is found wherever that text is, unless it asks for its ends.
    let asks = pattern.states.contains {
      switch $0 {
      case .textStart, .textEnd, .wordEdge: true
      default: false
      }
    }
    guard isFound, !asks else { return }
    try require(pattern.matches([0x41] + scalars + [0x42]) { _ in }, "a longer text has less in it")
  },
]

/// Documents, against a limit of steps.
private final class Limited: InstanceMaker {
  struct Enough: Error {}
  private let inner = JSONInstance()
  private var steps = 1_000_000

  func kind(of value: JSONValue) -> InstanceKind { inner.kind(of: value) }
  func isTrue(_ value: JSONValue) -> Bool { inner.isTrue(value) }
  func number(_ value: JSONValue) -> Double { inner.number(value) }
  func text(_ value: JSONValue) throws(Enough) -> [UInt32] { inner.text(value) }
  func count(_ value: JSONValue) -> Int { inner.count(value) }
  func element(_ value: JSONValue, _ index: Int) -> JSONValue { inner.element(value, index) }
  func member(_ value: JSONValue, _ name: String) throws(Enough) -> JSONValue? { value[name] }
  func members(_ value: JSONValue) throws(Enough) -> [(name: String, value: JSONValue)] {
    inner.members(value)
  }
  func value(ofName name: String) throws(Enough) -> JSONValue { .string(name) }
  func spend(_ steps: Int) throws(Enough) {
    self.steps -= steps
    if self.steps < 0 { throw Enough() }
  }
  func checkDepth() throws(Enough) {}
  func makeNull() -> JSONValue { .null }
  func make(_ boolean: Bool) -> JSONValue { .bool(boolean) }
  func make(_ number: Double) -> JSONValue { inner.make(number) }
  func parseNumber(_ text: [UInt32]) -> Double? { inner.parseNumber(text) }
  func make(elements: [JSONValue]) throws(Enough) -> JSONValue { .array(elements) }
  func make(members: [(name: String, value: JSONValue)]) throws(Enough) -> JSONValue {
    inner.make(members: members)
  }
}
