import Encodings
import JSON

extension Facts {
  /// The object of a ledger row, keys in the order of the format, those of ours last;
  /// `imported` only where it is so.
  ///
  /// Reference: formats.md, "Ledger line".
  public var json: JSONValue {
    var flags = JSONObject()
    for property in Property.allCases { flags[property.rawValue] = .bool(holds(property)) }
    var object: JSONObject = [
      "contractSha": .string(contractSha),
      "proofLevel": .string(proofLevel.rawValue),
      "envKeys": .strings(envKeys),
      "egressHosts": .strings(egressHosts),
      "cacheNamespaces": .strings(cacheNamespaces),
      "capabilities": .strings(capabilities),
      "routes": .array(
        routes.map { ["pattern": .string($0.pattern), "isPrefix": .bool($0.isPrefix)] }),
      "properties": .object(flags),
      "declaredSpecs": .strings(declaredSpecs),
      "dynamic": .strings(dynamic.map(\.rawValue)),
      "egressCredentials": .strings(egressCredentials),
      "sqlQueries": .strings(sqlQueries),
      "allowedLeaks": .strings(allowedLeaks),
    ]
    if imported { object["imported"] = .bool(true) }
    return .object(object)
  }

  /// Facts as anybody may have written them: what is missing or of another type reads as empty,
  /// an unknown proof level as `none`, a missing property as ``Property/valueWhenMissing``, a route
  /// that is only text as an exact pattern. Arrays come out sorted and unique.
  public init(json: JSONValue) {
    func strings(_ key: String) -> [String] {
      UTF8Order.sortedUnique(json[key]?.stringArray ?? [])
    }
    let flags = json["properties"]
    var properties: [Property: Bool] = [:]
    for property in Property.allCases {
      properties[property] = flags?[property.rawValue]?.boolValue
    }
    self.init(
      contractSha: json["contractSha"]?.stringValue ?? "",
      proofLevel: json["proofLevel"]?.stringValue.flatMap(ProofLevel.init) ?? .none,
      envKeys: strings("envKeys"), egressHosts: strings("egressHosts"),
      cacheNamespaces: strings("cacheNamespaces"), capabilities: strings("capabilities"),
      routes: Facts.sortedUnique((json["routes"]?.arrayValue ?? []).compactMap(Route.init(json:))),
      properties: properties, declaredSpecs: strings("declaredSpecs"),
      dynamic: strings("dynamic").compactMap(DynamicSection.init),
      egressCredentials: strings("egressCredentials"), sqlQueries: strings("sqlQueries"),
      allowedLeaks: strings("allowedLeaks"), imported: json["imported"]?.boolValue ?? false)
  }

  static func sortedUnique(_ routes: [Route]) -> [Route] {
    var out: [Route] = []
    for route in routes.sorted() where out.last.map({ $0 < route }) ?? true { out.append(route) }
    return out
  }
}

extension Route {
  fileprivate init?(json: JSONValue) {
    if let text = json.stringValue {
      self.init(pattern: text)
    } else if let pattern = json["pattern"]?.stringValue {
      self.init(pattern: pattern, isPrefix: json["isPrefix"]?.boolValue ?? false)
    } else {
      return nil
    }
  }
}
