import JSON

extension Contract {
  /// A contract from a document of our version. What is missing or of another type is refused,
  /// because the runtime enforces what it reads here; unknown keys are ignored.
  public init(document: JSONValue) throws(JSONError) {
    let root = Section(document, path: "contract")
    let version = try root.integer("version")
    guard version == Int64(Contract.currentVersion) else {
      throw JSONError(.shape(path: "contract.version", expected: "\(Contract.currentVersion)"))
    }
    self.init(handlerPath: try root.section("handler").string("path"))
    modules = try root.strings("modules")
    functions = try root.strings("functions")
    capabilities = try root.strings("capabilities")
    env = try Env(root.section("env"))
    egress = try Egress(root.section("egress"))
    cache.namespaces = try root.section("cache").strings("namespaces")
    cache.dynamic = try root.section("cache").bool("dynamic")
    sql = try SQL(root.section("sql"))
    api = try API(root.section("api"))
    let properties = try root.section("properties")
    for property in Property.allCases {
      self.properties[property] = try properties.bool(property.rawValue)
    }
    allowedLeaks = try root.strings("allowedLeaks")
    declaredSpecs = try root.strings("declaredSpecs")
    let verification = try root.section("verification")
    guard let level = ProofLevel(rawValue: try verification.string("proofLevel")) else {
      throw verification.error("proofLevel", "complete, partial or none")
    }
    proofLevel = level
    if let given = document["imported"] {
      let section = Section(given, path: "contract.imported")
      guard let inner = given["document"] else { throw section.error("document", "an object") }
      let read = try ImportedContract(document: inner)
      guard try section.integer("version") == read.version else {
        throw section.error("version", "\(read.version)")
      }
      imported = read
    }
  }

  /// A contract from the bytes of its document, which need not be canonical.
  public init(bytes: some Collection<UInt8>) throws(JSONError) {
    try self.init(document: CanonicalJSON.parse(bytes))
  }
}

extension Contract.Env {
  fileprivate init(_ section: Section) throws(JSONError) {
    self.init()
    literal = try section.strings("literal")
    required = try section.strings("required")
    secret = try section.strings("secret")
    dynamic = try section.bool("dynamic")
  }
}

extension Contract.Egress {
  fileprivate init(_ section: Section) throws(JSONError) {
    self.init()
    hosts = try section.strings("hosts")
    dynamic = try section.bool("dynamic")
    for element in try section.sections("credentials") {
      credentials.append(
        Contract.EgressCredential(
          source: try element.string("source"), header: try element.string("header"),
          host: try element.string("host")))
    }
  }
}

extension Contract.SQL {
  fileprivate init(_ section: Section) throws(JSONError) {
    self.init()
    dynamic = try section.bool("dynamic")
    for element in try section.sections("queries") {
      queries.append(
        Contract.SQLQuery(
          name: try element.string("name"), operation: try element.string("operation"),
          statement: try element.string("statement"), tables: try element.strings("tables")))
    }
  }
}

extension Contract.API {
  fileprivate init(_ section: Section) throws(JSONError) {
    self.init()
    routesDynamic = try section.bool("routesDynamic")
    for element in try section.sections("routes") {
      routes.append(
        Contract.APIRoute(
          method: try element.string("method"), path: try element.string("path"),
          pathParams: try element.strings("pathParams"),
          requiresBearer: try element.bool("requiresBearer")))
    }
  }
}

/// A JSON object with the path that leads to it, so that an error names the place.
private struct Section {
  let value: JSONValue
  let path: String

  init(_ value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  func error(_ key: String, _ expected: String) -> JSONError {
    JSONError(.shape(path: "\(path).\(key)", expected: expected))
  }

  func section(_ key: String) throws(JSONError) -> Section {
    guard let member = value[key], member.objectValue != nil else { throw error(key, "an object") }
    return Section(member, path: "\(path).\(key)")
  }

  func sections(_ key: String) throws(JSONError) -> [Section] {
    guard let elements = value[key]?.arrayValue else { throw error(key, "an array of objects") }
    return elements.enumerated().map { Section($1, path: "\(path).\(key)[\($0)]") }
  }

  func strings(_ key: String) throws(JSONError) -> [String] {
    guard let elements = value[key]?.arrayValue, let texts = value[key]?.stringArray,
      texts.count == elements.count
    else { throw error(key, "an array of strings") }
    return texts
  }

  func string(_ key: String) throws(JSONError) -> String {
    guard let text = value[key]?.stringValue else { throw error(key, "a string") }
    return text
  }

  func bool(_ key: String) throws(JSONError) -> Bool {
    guard let flag = value[key]?.boolValue else { throw error(key, "true or false") }
    return flag
  }

  func integer(_ key: String) throws(JSONError) -> Int64 {
    guard let number = value[key]?.integerValue else { throw error(key, "an integer") }
    return number
  }
}
