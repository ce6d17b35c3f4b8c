/// Holds the literals among a call's arguments against what the function takes: one of another kind
/// fails each time, and an option that there is not is dropped without a word.
extension Resolver {
  /// - Parameters:
  ///   - name: the function, as it is called.
  ///   - names: of its parameters.
  mutating func checkLiterals(
    of name: String, _ shapes: [ParameterShape], names: [String], _ arguments: [Argument]
  ) {
    guard !arguments.contains(where: \.isSpread) else { return }
    for (place, (argument, shape)) in zip(arguments, shapes).enumerated() {
      let parameter = place < names.count ? names[place] : "options"
      checkLiteral(argument.value, shape, LiteralPlace(function: name, parameter: parameter))
    }
  }

  /// `Response.text({ … })` would answer `[object Object]`.
  mutating func checkBody(of member: BuiltinMember, _ arguments: [Argument]) {
    guard [.responseText, .responseHtml, .responseRawJson, .responseBase64].contains(member),
      let body = arguments.first, !body.isSpread, case .object = body.value.kind
    else { return }
    diagnostics.report(
      .unfitArgument, "`\(member.rawValue)` takes text, not an object",
      member == .responseText || member == .responseRawJson
        ? "write `Response.json(value)`" : "write the text itself", at: body.value.position)
  }

  private mutating func checkLiteral(
    _ value: Expression, _ shape: ParameterShape, _ place: LiteralPlace
  ) {
    guard let kind = LiteralKind(value) else { return }
    switch shape {
    case .any: return
    case .text:
      guard [.object, .array, .function].contains(kind) else { return }
      report(value, kind, "text", place.adviceForText(kind), place)
    case .number:
      guard kind != .number else { return }
      report(value, kind, "a number", LiteralPlace.adviceForNumber(kind, value), place)
    case .query:
      guard kind != .string, kind != .object else { return }
      report(value, kind, "a query", "write `req.query`", place)
    case .fields:
      guard kind != .object, kind != .array else { return }
      report(value, kind, "an object", "write `{ \"name\": \"value\" }`", place)
    case .record:
      guard kind != .object else { return }
      report(
        value, kind, "an object", "write `{ name: value }`, for `:name` of the statement", place)
    case .options(let options):
      guard case .object(let members) = value.kind else {
        // What stands in place of a Response's options has advice of its own.
        guard !place.isResponse || kind == .array || kind == .function else { return }
        let list = options.map(\.name).joined(separator: ", ")
        return report(
          value, kind, "an object", "write `{ \(list) }`, each where it is needed", place)
      }
      checkMembers(members, options, place)
    }
  }

  private mutating func checkMembers(
    _ members: [ObjectMember], _ options: [(name: String, shape: ParameterShape)],
    _ place: LiteralPlace
  ) {
    for member in members {
      guard case .property(.literal(let key), let value) = member else { continue }
      if let option = options.first(where: { $0.name == key.text }) {
        var inner = place
        inner.parameter = option.name
        checkLiteral(value, option.shape, inner)
        continue
      }
      let names = options.map(\.name)
      diagnostics.report(
        .unknownOption, "`\(place.function)` has no option `\(key.text)`: it would be ignored",
        place.advice(for: key.text, names), at: value.position,
        severity: place.isHarmless(key.text) ? .warning : .error)
    }
  }

  private mutating func report(
    _ value: Expression, _ kind: LiteralKind, _ wanted: String, _ advice: String?,
    _ place: LiteralPlace
  ) {
    diagnostics.report(
      .unfitArgument,
      "`\(place.function)` takes \(wanted) as `\(place.parameter)`, not \(kind.rawValue)", advice,
      at: value.position)
  }
}

/// The kinds of literal that are no text, number or object to every function.
enum LiteralKind: String {
  case string = "text"
  case number = "a number"
  case boolean = "a boolean"
  case array = "an array"
  case object = "an object"
  case function = "a function"

  /// Nil for what is no literal; `null` and `undefined` stand for something left out.
  init?(_ expression: Expression) {
    switch expression.kind {
    case .string, .template: self = .string
    case .number: self = .number
    case .boolean: self = .boolean
    case .array: self = .array
    case .object: self = .object
    case .function: self = .function
    default: return nil
    }
  }
}

/// Where a literal stands, with what is written there instead.
struct LiteralPlace {
  var function: String
  var parameter: String

  var isResponse: Bool { function.hasPrefix("Response.") }
  private var isFetch: Bool { function == "fetch" || function == "fetchSync" }

  func adviceForText(_ kind: LiteralKind) -> String? {
    switch (kind, function, parameter) {
    case (.function, "scope", _): return "its name comes first: `scope(\"name\", () => …)`"
    case (.function, _, _): return "call the function: give what it returns"
    case (.object, "validateJson", "text"), (.array, "validateJson", "text"):
      return "write `validateObject(schema, value)`"
    case (_, "cors", "origin"): return "write `cors(\"https://example.com\", { … })`"
    case (_, "urlSearchParams", _), (_, "urlEncode", _):
      return "write it out: `name=${encodeURIComponent(value)}`"
    default: return "write `JSON.stringify(value)`"
    }
  }

  static func adviceForNumber(_ kind: LiteralKind, _ value: Expression) -> String? {
    switch value.kind {
    case .string(let literal):
      let isNumeric = !literal.units.isEmpty && literal.units.allSatisfy { 0x30...0x39 ~= $0 }
      return isNumeric ? "write `\(literal.text)`" : "write the number itself"
    default: return "write the number itself"
    }
  }

  /// What is written instead of an option that there is not.
  func advice(for option: String, _ names: [String]) -> String {
    switch (isFetch, option) {
    case (true, "timeout"), (true, "signal"):
      return "leave it out: after 30 seconds without an answer the status is 599"
    case (true, "json"), (true, "data"): return "write `body: JSON.stringify(value)`"
    case (true, "query"), (true, "params"): return "write them into the address"
    case (false, "statusCode"), (false, "code"):
      if isResponse { return "did you mean `status`?" }
    case (false, "statusText"): return "leave it out: the status has its own text"
    default: break
    }
    return Closest.match(option, among: names).map { "did you mean `\($0)`?" }
      ?? "there is \(names.joined(separator: ", "))"
  }

  /// What runs without it: handlers that were written for other hosts ask `fetch` for what they have.
  func isHarmless(_ option: String) -> Bool {
    isFetch || isResponse && option == "statusText"
  }
}
