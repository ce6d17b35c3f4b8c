import Encodings

// What a witness says of a value.
extension Evaluator {
  // More texts and numbers than these are not listed, and no longer ones.
  private static let mostListed = 3
  private static let longestListed = 40

  /// `undefined`, `"hello" or a number` …: everything that a value can be.
  func words(for value: AbstractValue) -> String {
    var all: [String] = []
    if value.kinds.contains(.undefined) { all.append("undefined") }
    if value.kinds.contains(.null) { all.append("null") }
    if value.mayBeBoolean { all.append("a boolean") }
    all += words(forNumbersOf: value) + words(forTextsOf: value)
    if !value.functions.isEmpty { all.append("a function") }
    let objects = value.objects.sorted().map { words(for: heap[$0]) }
    for word in objects where !all.contains(word) { all.append(word) }
    guard let last = all.popLast() else { return "nothing" }
    return all.isEmpty ? last : all.joined(separator: ", ") + " or " + last
  }

  private func words(forNumbersOf value: AbstractValue) -> [String] {
    guard value.mayBeNumber else { return [] }
    let numbers = value.numbers.sorted()
    guard !value.kinds.contains(.number), numbers.count <= Self.mostListed,
      numbers.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e15 })
    else { return ["a number"] }
    return numbers.map { String(Int($0)) }
  }

  private func words(forTextsOf value: AbstractValue) -> [String] {
    guard value.mayBeString else { return [] }
    var texts: [String] = []
    for case .exact(let text) in value.strings { texts.append(text) }
    guard value.kinds.isDisjoint(with: .anyString), texts.count == value.strings.count,
      texts.count <= Self.mostListed, texts.allSatisfy({ $0.count <= Self.longestListed })
    else { return ["a string"] }
    return texts.sorted(by: UTF8Order.precedes).map { "\"\($0)\"" }
  }

  private func words(for object: AbstractObject) -> String {
    switch object.kind {
    case .array: "an array"
    case .data: "parsed JSON"
    case .request: "the request"
    case .headers: "headers"
    case .response: "a Response"
    case .result: "a Result"
    case .element: "a JSX element"
    case .plain:
      if !object.others.isNothing {
        "an object with fields whose names are not known"
      } else if object.fields["status"] == nil {
        "an object without a status"
      } else if !object.certain.contains("status") {
        "an object that may have no status"
      } else {
        "an object whose status may not be a number"
      }
    }
  }
}
