/// A method that is called by name.
struct ReceiverCall {
  var object: Expression
  var name: String
  var arguments: [Argument]
  /// `value.name?.()`: a method that there is not is no fault.
  var isOptional: Bool
  var position: SourcePosition
}

/// What a value certainly is, as far as a call of a method of it goes.
enum CertainValue {
  /// One of these kinds; or null or undefined, which have no methods at all.
  case kinds(ReceiverKinds.Kinds)
  /// An object whose fields are strings: `req.query`, cookies.
  case record
  case function
  /// An object literal with exactly these fields, to which others may be added later.
  case object(Set<String>)
}

extension ReceiverKinds {
  /// Reports calls of methods that there are not, and arguments that nothing takes: what would fail, or
  /// be ignored, each time it is run.
  func checkCalls(
    _ calls: [ReceiverCall], stored: Set<String>, requestMayGainAny: Bool,
    _ diagnostics: inout DiagnosticSink
  ) {
    for call in calls {
      if requestMayGainAny, let binding = binding(of: call.object), requests.contains(binding),
        !MethodAdvice.bodyReaders.contains(call.name)
      {
        continue
      }
      guard let value = certain(call.object) else { continue }
      switch value {
      case .kinds(let kinds): check(call, kinds, stored, &diagnostics)
      case .record:
        if !call.isOptional {
          report(
            call, "an object of strings has no method", MethodAdvice.record(call.name), &diagnostics
          )
        }
      case .function:
        guard ["call", "apply", "bind", "toString"].contains(call.name), !call.isOptional else {
          break
        }
        report(call, "a function has no method", MethodAdvice.function(call.name), &diagnostics)
      case .object(let fields):
        guard !call.isOptional, !fields.contains(call.name), !stored.contains(call.name),
          let advice = MethodAdvice.object(call.name)
        else { break }
        report(call, "a plain object has no method", advice, &diagnostics)
      }
    }
  }

  private func check(
    _ call: ReceiverCall, _ kinds: Kinds, _ stored: Set<String>, _ diagnostics: inout DiagnosticSink
  ) {
    let methods = kinds.compactMap { BuiltinMethod.method(of: $0, named: call.name) }
    guard !methods.isEmpty else {
      guard !call.isOptional, !stored.contains(call.name) else { return }
      let what = kinds.count == 1 ? kinds.first?.described ?? "this" : "this"
      report(
        call, "\(what) has no method", MethodAdvice.instead(of: call.name, kinds), &diagnostics)
      return
    }
    guard methods.count == kinds.count, !call.arguments.contains(where: \.isSpread) else { return }
    var most = 0
    for method in methods {
      guard let limit = method.row.maximumArguments else { return }
      most = max(most, limit)
    }
    guard call.arguments.count > most else { return }
    diagnostics.report(
      .tooManyArguments, TooMany.message(call.name, most, call.arguments.count),
      TooMany.advice(call.name), at: call.position)
  }

  private func report(
    _ call: ReceiverCall, _ what: String, _ advice: String?, _ diagnostics: inout DiagnosticSink
  ) {
    diagnostics.report(
      .unknownMethod, "\(what) `\(call.name)`: calling it fails", advice, at: call.position)
  }
}

extension BuiltinMethod.Receiver {
  /// With its article.
  var described: String {
    switch self {
    case .array: "an array"
    case .headers: "a headers object"
    case .response: "a Response"
    case .result: "a Result"
    case .string, .number, .boolean, .request: "a \(rawValue)"
    }
  }
}

/// What is said of an argument that nothing takes.
enum TooMany {
  static func message(_ name: String, _ most: Int, _ found: Int) -> String {
    let taken =
      most == 0 ? "no arguments" : "at most \(most) argument\(most == 1 ? "" : "s")"
    return "`\(name)` takes \(taken), not \(found): the rest would be ignored"
  }

  static func advice(_ name: String) -> String {
    switch name.split(separator: ".").last.map(String.init) ?? name {
    case "parse": "change the value that it gives"
    case "redirect": "write `Response.redirect(url, { status, headers })`"
    case "localeCompare": "it compares by code unit: leave the language out"
    case "map", "filter", "forEach", "some", "every", "find", "findIndex", "findLast",
      "findLastIndex", "flatMap", "from":
      "a function sees the variables around it: leave the argument out"
    default: "leave it out"
    }
  }
}

/// What to write instead of a method that there is not.
enum MethodAdvice {
  /// What others read a request's body with.
  static let bodyReaders: Set<String> = ["arrayBuffer", "blob", "bytes", "clone", "formData"]

  static func instead(of name: String, _ kinds: ReceiverKinds.Kinds) -> String? {
    switch name {
    case "then", "catch", "finally": return "calls wait, such as `fetch`: use the result as it is"
    case "substr": return "write `slice(start, end)`"
    case "match", "matchAll", "search":
      return "use `includes`, `indexOf` or `split`: there are no regular expressions"
    case "status", "sendStatus", "send", "end", "set", "setHeader", "header", "cookie", "type":
      if kinds == [.response] { return "write `Response.json(value, { status, headers })`" }
      if kinds == [.request], name == "header" { return "write `req.headers.get(name)`" }
    case "trimLeft": return "write `trimStart()`"
    case "trimRight": return "write `trimEnd()`"
    case "toLocaleString", "toLocaleDateString", "toLocaleTimeString":
      return kinds == [.number] ? "write `toFixed(2)` or `String(n)`" : "write `String(value)`"
    case "contains": return "write `includes(value)`"
    case "isEmpty": return "write `length === 0`"
    case "entries", "keys", "values", "forEach":
      if kinds == [.headers] {
        return "write `Object.\(name == "forEach" ? "entries" : name)(headers)`"
      }
    case "formData": return "write `urlSearchParams(req.text())`, of \"zigttp:url\""
    case "get" where kinds == [.request]:
      return "write `req.headers.get(name)`"
    case "arrayBuffer", "blob", "bytes", "clone": return "use `text()`"
    default: break
    }
    let known = BuiltinMethod.allCases.filter { kinds.contains($0.receiver) }.map(\.name)
    return Closest.match(name, among: known).map { "did you mean `\($0)`?" }
  }

  static func record(_ name: String) -> String {
    switch name {
    case "get": "write `value[name]`"
    case "has", "hasOwnProperty": "write `Object.hasOwn(value, name)`"
    case "entries", "keys", "values": "write `Object.\(name)(value)`"
    default: "its fields are read by name, `value[name]`"
    }
  }

  static func function(_ name: String) -> String? {
    switch name {
    case "call", "apply": "call it: `f(…)`, with a list `f(...list)`"
    case "bind": "write `(x) => f(first, x)`"
    default: nil
    }
  }

  /// Nil for what is no method of every object elsewhere.
  static func object(_ name: String) -> String? {
    switch name {
    case "hasOwnProperty": "write `Object.hasOwn(value, name)`"
    case "toString", "toLocaleString": "write `JSON.stringify(value)`"
    case "valueOf": "use the value itself"
    case "isPrototypeOf", "propertyIsEnumerable": "objects have no prototypes"
    default: nil
    }
  }
}
