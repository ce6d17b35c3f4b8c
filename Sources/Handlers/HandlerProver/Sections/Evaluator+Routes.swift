import Contracts
import HandlerLanguage

extension Evaluator {
  /// What `value === literal` says of the request. A comparison of the path that cannot be read
  /// makes the routes dynamic.
  func routeRefinement(
    _ first: AbstractValue, equals second: AbstractValue, at position: SourcePosition
  ) -> RouteContext {
    let (value, other) = first.literalTexts == nil ? (first, second) : (second, first)
    if let texts = other.literalTexts {
      if value.isExactly(.requestMethod) {
        return RouteContext(alternatives: texts.map { .init(method: $0) })
      }
      if value.isExactly(.requestPath) {
        for text in texts { findings?.askedPaths.insert(.exact(text)) }
        return RouteContext(alternatives: texts.map { .init(path: .exact($0)) })
      }
      if value.isExactly(.methodAndPath) {
        let routes = texts.compactMap(splitRoute)
        for route in routes { if let path = route.path { findings?.askedPaths.insert(path) } }
        return RouteContext(alternatives: routes)
      }
    }
    noteUnreadPath(first)
    noteUnreadPath(second)
    return .any
  }

  /// The path takes part in a decision that is not read as a route.
  func noteUnreadPath(_ value: AbstractValue) {
    if value.labels.has(.path) { findings?.routesAreDynamic = true }
  }

  /// `GET /x` as an alternative.
  private func splitRoute(_ text: String) -> RouteContext.Alternative? {
    guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    return .init(
      method: String(text[..<space]), path: .exact(String(text[text.utf8.index(after: space)...])))
  }

  /// A response is made or returned where something is known of the request's path: that is a
  /// route, unless the response only says that there is none.
  func noteRoute(_ response: AbstractValue, _ state: PathState) {
    guard let findings, !state.routes.isAny, !response.objects.isEmpty else { return }
    for alternative in state.routes.alternatives {
      if let path = alternative.path { findings.coveredPaths.insert(path) }
    }
    guard answersSomething(response) else { return }
    for alternative in state.routes.alternatives {
      switch alternative.path {
      case .exact(let path): note(findings, alternative.method, path)
      case .prefix(let path): note(findings, alternative.method, path + "*")
      case nil: break
      }
    }
  }

  /// After the last pass: a path that was asked about, and under which nothing was seen to be
  /// answered, decides in a way that is not read as a route.
  func checkRoutes(_ findings: Findings) {
    for asked in findings.askedPaths where !findings.routesAreDynamic {
      let isCovered = findings.coveredPaths.contains { covered in
        switch asked {
        case .exact: covered == asked
        case .prefix(let start): covered.beginning.utf8.starts(with: start.utf8)
        }
      }
      if !isCovered { findings.routesAreDynamic = true }
    }
  }

  private func note(_ findings: Findings, _ method: String?, _ path: String) {
    findings.routes.insert(
      Contract.APIRoute(
        method: method ?? "*", path: path, pathParams: Self.pathParameters(of: path)))
  }

  private func answersSomething(_ response: AbstractValue) -> Bool {
    if response.objects.isEmpty { return false }
    for index in response.objects {
      guard let status = field(index, "status") else { return true }
      guard let numbers = status.literalNumbers, numbers.allSatisfy({ $0 == 404 || $0 == 405 })
      else { return true }
    }
    return false
  }

  /// Names of the `:parameters` of a path; what `*` catches is `splat`.
  static func pathParameters(of path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).compactMap { part in
      part.first == UInt8(ascii: ":") && part.count > 1
        ? String(Substring(part.dropFirst())) : nil
    }
  }

  func noteTableRoute(_ key: String, _ call: Expression) {
    guard let findings else { return }
    guard let route = splitRoute(key), let method = route.method,
      case .exact(let path)? = route.path, path.utf8.first == UInt8(ascii: "/"), !method.isEmpty
    else {
      findings.warnings.insert(
        diagnostic(
          .unmatchableRoute, "the route `\(key)` can never match",
          advice: "write a key as \"METHOD /path\"", at: call.position))
      return
    }
    note(findings, method, path)
  }

  /// Something to tell about a place.
  func diagnostic(
    _ code: DiagnosticCode, _ message: String, advice: String?, at position: SourcePosition,
    severity: Diagnostic.Severity = .warning
  ) -> Diagnostic {
    Diagnostic(
      severity: severity, code: code.rawValue, message: message, advice: advice,
      path: program.files[position.file].path, line: position.line, column: position.column)
  }
}
