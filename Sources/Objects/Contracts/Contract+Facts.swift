import Encodings

extension Contract {
  /// The part of the contract that a ledger row carries and that is compared between deploys.
  /// Arrays are sorted bytewise and unique.
  public var facts: Facts {
    var dynamicSections: [DynamicSection] = []
    if env.dynamic { dynamicSections.append(.env) }
    if egress.dynamic { dynamicSections.append(.egress) }
    if cache.dynamic { dynamicSections.append(.cache) }
    if sql.dynamic { dynamicSections.append(.sql) }
    if api.routesDynamic { dynamicSections.append(.routes) }
    var known: [Property: Bool] = [:]
    for property in Property.allCases { known[property] = properties[property] ?? false }
    return Facts(
      contractSha: sha256.hex, proofLevel: proofLevel,
      envKeys: UTF8Order.sortedUnique(env.literal),
      egressHosts: UTF8Order.sortedUnique(egress.hosts),
      cacheNamespaces: UTF8Order.sortedUnique(cache.namespaces),
      capabilities: UTF8Order.sortedUnique(capabilities),
      routes: Facts.sortedUnique(api.routes.map(\.fact)), properties: known,
      declaredSpecs: UTF8Order.sortedUnique(declaredSpecs),
      dynamic: dynamicSections.sorted { UTF8Order.precedes($0.rawValue, $1.rawValue) },
      egressCredentials: UTF8Order.sortedUnique(egress.credentials.map(\.label)),
      sqlQueries: UTF8Order.sortedUnique(
        sql.queries.map {
          "\($0.name) \($0.operation) \(UTF8Order.sortedUnique($0.tables).joined(separator: ","))"
        }),
      allowedLeaks: UTF8Order.sortedUnique(allowedLeaks), imported: imported != nil)
  }
}

extension Contract.APIRoute {
  /// `GET /a/:id` as it is, `GET /a/*` as the prefix `GET /a/`.
  public var fact: Route {
    path.utf8.last == UInt8(ascii: "*")
      ? Route(pattern: "\(method) \(Substring(path.utf8.dropLast()))", isPrefix: true)
      : Route(pattern: "\(method) \(path)")
  }
}
