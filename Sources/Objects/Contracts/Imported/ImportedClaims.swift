import Encodings
import JSON

/// What an imported document says of a handler. nil is a section that it does not have: of what the
/// runtime enforces, that says that there is nothing; of all else, it says nothing.
struct ImportedClaims: Sendable {
  struct Section: Sendable {
    var names: [String] = []
    var dynamic = false
  }

  var env = Section()
  var required: [String] = []
  var secret: [String] = []
  var egress = Section()
  var credentials: [Contract.EgressCredential]?
  var cache = Section()
  var queries: [Contract.SQLQuery] = []
  /// Names of queries whose statement does not stand there.
  var queryNames: [String] = []
  var sqlIsDynamic = false
  var capabilities: [String]?
  var routes: [Contract.APIRoute]?
  var routesAreDynamic = false
  var properties: [Property: Bool] = [:]
  var proofLevel = ProofLevel.none
  var declaredSpecs: [String]?

  init(_ document: JSONValue) throws(JSONError) {
    let root = ImportedSection(document, path: "contract")
    if let section = try root.section("env") {
      env = Section(
        names: try section.strings("literal") ?? [], dynamic: try section.flag("dynamic"))
      required = try section.strings("required") ?? []
      secret = try section.strings("secret") ?? []
    }
    if let section = try root.section("egress") {
      egress = Section(
        names: try section.strings("hosts") ?? [], dynamic: try section.flag("dynamic"))
      if let elements = try section.sections("credentials") {
        var found: [Contract.EgressCredential] = []
        for element in elements {
          found.append(
            .init(
              source: try element.text("source"), header: try element.text("header"),
              host: try element.text("host")))
        }
        credentials = found
      }
    }
    if let section = try root.section("cache") {
      cache = Section(
        names: try section.strings("namespaces") ?? [], dynamic: try section.flag("dynamic"))
    }
    try readQueries(root)
    try readRoutes(root)
    let sandbox = try root.section("sandbox")
    let own = try root.strings("capabilities")
    capabilities = if let own { own } else { try sandbox?.strings("capabilities") }
    declaredSpecs = try root.strings("declaredSpecs")
    try readProof(root)
  }

  private var isDynamic: Bool {
    env.dynamic || egress.dynamic || cache.dynamic || sqlIsDynamic
  }

  // Verification stands there as a proof level, or as what was verified: then the level is what that
  // amounts to. Without any of it nothing was.
  private mutating func readProof(_ root: ImportedSection) throws(JSONError) {
    let verification = try root.section("verification")
    let resultsAreSafe = try verification?.flagIfAny("resultsSafe")
    let alwaysReturns = try verification?.flagIfAny("exhaustiveReturns")
    if let level = try verification?.textIfAny("proofLevel") {
      proofLevel = ProofLevel(rawValue: level) ?? .none
    } else if let resultsAreSafe, let alwaysReturns {
      proofLevel = resultsAreSafe && alwaysReturns ? .complete : .partial
    }
    if isDynamic { proofLevel = min(proofLevel, .partial) }
    let section = try root.section("properties")
    for property in Property.allCases {
      var said = try section?.flagIfAny(property.rawValue)
      if property == .resultsSafe, said == nil {
        said = try section?.flagIfAny("resultSafe") ?? resultsAreSafe
      }
      properties[property] = said ?? property.valueWhenMissing
    }
  }

  private mutating func readQueries(_ root: ImportedSection) throws(JSONError) {
    guard let section = try root.section("sql") else { return }
    sqlIsDynamic = try section.flag("dynamic")
    for element in try section.sections("queries") ?? [] {
      let name = try element.text("name")
      guard let statement = try element.textIfAny("statement") else {
        queryNames.append(name)
        continue
      }
      queries.append(
        .init(
          name: name, operation: try element.text("operation"), statement: statement,
          tables: try element.strings("tables") ?? []))
    }
  }

  // Routes stand in three places: with their methods under `api`, as patterns of any method under
  // `routes`, and as what is done on a path under `behaviors`.
  private mutating func readRoutes(_ root: ImportedSection) throws(JSONError) {
    let section = try root.section("api")
    routesAreDynamic = try section?.flag("routesDynamic") ?? false
    let tables = try section?.sections("routes")
    let patterns = try root.sections("routes")
    let behaviors = try root.sections("behaviors")
    guard tables != nil || patterns != nil || behaviors != nil else { return }
    var found: [Contract.APIRoute] = []
    for element in tables ?? [] {
      found.append(
        .init(
          method: try element.textIfAny("method") ?? "*", path: try element.text("path"),
          pathParams: try element.names("pathParams"),
          requiresBearer: try element.flag("requiresBearer")))
    }
    for element in behaviors ?? [] {
      let path = try element.textIfAny("pattern") ?? ""
      guard path.utf8.first == UInt8(ascii: "/"), let method = try element.textIfAny("method")
      else { continue }
      found.append(.init(method: method, path: path, pathParams: []))
    }
    for element in patterns ?? [] {
      let path = try element.text("pattern")
      let isPrefix = try element.textIfAny("type").map { UTF8Order.equal($0, "prefix") } ?? false
      found.append(.init(method: "*", path: isPrefix ? path + "*" : path, pathParams: []))
    }
    routes = found
  }
}

/// An object of an imported document with the path that leads to it. A member that is missing or null
/// is not there; one of another type is an error.
private struct ImportedSection {
  private let value: JSONValue
  private let path: String

  init(_ value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  private func member(_ key: String) -> JSONValue? {
    guard let member = value[key] else { return nil }
    if case .null = member { return nil }
    return member
  }

  private func error(_ key: String, _ expected: String) -> JSONError {
    JSONError(.shape(path: "\(path).\(key)", expected: expected))
  }

  func section(_ key: String) throws(JSONError) -> ImportedSection? {
    guard let member = member(key) else { return nil }
    guard member.objectValue != nil else { throw error(key, "an object") }
    return ImportedSection(member, path: "\(path).\(key)")
  }

  func sections(_ key: String) throws(JSONError) -> [ImportedSection]? {
    guard let member = member(key) else { return nil }
    guard let elements = member.arrayValue, elements.allSatisfy({ $0.objectValue != nil }) else {
      throw error(key, "an array of objects")
    }
    return elements.enumerated().map { ImportedSection($1, path: "\(path).\(key)[\($0)]") }
  }

  func strings(_ key: String) throws(JSONError) -> [String]? {
    guard let member = member(key) else { return nil }
    guard let elements = member.arrayValue, let texts = member.stringArray,
      texts.count == elements.count
    else { throw error(key, "an array of strings") }
    return texts
  }

  /// Strings, or objects that have a name each.
  func names(_ key: String) throws(JSONError) -> [String] {
    guard let member = member(key) else { return [] }
    guard let elements = member.arrayValue else { throw error(key, "an array") }
    var names: [String] = []
    for element in elements {
      guard let name = (element["name"] ?? element).stringValue else {
        throw error(key, "an array of names")
      }
      names.append(name)
    }
    return names
  }

  func text(_ key: String) throws(JSONError) -> String {
    guard let text = try textIfAny(key) else { throw error(key, "a string") }
    return text
  }

  func textIfAny(_ key: String) throws(JSONError) -> String? {
    guard let member = member(key) else { return nil }
    guard let text = member.stringValue else { throw error(key, "a string") }
    return text
  }

  /// False where it is not there.
  func flag(_ key: String) throws(JSONError) -> Bool { try flagIfAny(key) ?? false }

  func flagIfAny(_ key: String) throws(JSONError) -> Bool? {
    guard let member = member(key) else { return nil }
    guard let flag = member.boolValue else { throw error(key, "true or false") }
    return flag
  }
}
