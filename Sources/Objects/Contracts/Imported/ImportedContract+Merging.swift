import Encodings

extension ImportedContract {
  /// The contract of a handler that this document comes with.
  ///
  /// - Parameter found: what our prover found in the code.
  /// - Returns: everything that either says can happen, and what both say holds. Of statements those
  ///   of the code alone: nothing can run the others, and the runtime has to prepare all of them.
  public func merged(with found: Contract) -> Contract {
    var merged = found
    merged.imported = self
    func join(_ a: [String], _ b: [String]) -> [String] { UTF8Order.sortedUnique(a + b) }
    merged.env.literal = join(found.env.literal, claims.env.names)
    merged.env.required = join(found.env.required, claims.required)
    merged.env.secret = join(found.env.secret, claims.secret)
    merged.env.dynamic = found.env.dynamic || claims.env.dynamic
    merged.egress.hosts = join(found.egress.hosts, claims.egress.names)
    merged.egress.dynamic = found.egress.dynamic || claims.egress.dynamic
    for credential in claims.credentials ?? []
    where !merged.egress.credentials.contains(credential) {
      merged.egress.credentials.append(credential)
    }
    merged.cache.namespaces = join(found.cache.namespaces, claims.cache.names)
    merged.cache.dynamic = found.cache.dynamic || claims.cache.dynamic
    merged.sql.dynamic = found.sql.dynamic || claims.sqlIsDynamic
    merged.capabilities = join(found.capabilities, claims.capabilities ?? [])
    for route in claims.routes ?? [] where !Self.names(route, merged.api.routes) {
      merged.api.routes.append(route)
    }
    merged.api.routesDynamic = found.api.routesDynamic || claims.routesAreDynamic
    for property in Property.allCases {
      merged.properties[property] =
        found.properties[property] ?? false && claims.properties[property] ?? false
    }
    merged.proofLevel = min(found.proofLevel, claims.proofLevel)
    if merged.properties[.resultsSafe] == false {
      merged.proofLevel = min(merged.proofLevel, .partial)
    }
    merged.declaredSpecs = join(found.declaredSpecs, claims.declaredSpecs ?? [])
    return merged
  }

  /// What the code does and the document lacks, as the card names it: a deploy goes on only where
  /// there is nothing of that.
  ///
  /// - Parameter found: what our prover found in the code.
  public func lacking(_ found: Contract) -> [String] {
    var lacking: [String] = []
    func look(for items: [String], in known: [String]?, _ kind: String) {
      guard let known else { return }
      let names = Set(known.map { ByteName($0) })
      for item in UTF8Order.sortedUnique(items) where !names.contains(ByteName(item)) {
        lacking.append("\(kind) \(item)")
      }
    }
    look(for: found.env.literal, in: claims.env.names, "env")
    look(for: found.egress.hosts, in: claims.egress.names, "egress")
    look(for: found.cache.namespaces, in: claims.cache.names, "cache")
    look(
      for: found.egress.credentials.map(\.label), in: claims.credentials?.map(\.label), "secret")
    for query in found.sql.queries where !has(query) { lacking.append("sql \(query.name)") }
    look(for: found.capabilities, in: claims.capabilities, "capability")
    if let routes = claims.routes, !claims.routesAreDynamic {
      let lost = found.api.routes.filter { !Self.has($0, routes) }
      look(for: lost.map { "\($0.method) \($0.path)" }, in: [], "route")
    }
    look(for: found.declaredSpecs, in: claims.declaredSpecs, "spec")
    let unknown: [(String, Bool, Bool)] = [
      ("env", found.env.dynamic, claims.env.dynamic),
      ("egress", found.egress.dynamic, claims.egress.dynamic),
      ("cache", found.cache.dynamic, claims.cache.dynamic),
      ("sql", found.sql.dynamic, claims.sqlIsDynamic),
      ("routes", found.api.routesDynamic, claims.routesAreDynamic || claims.routes == nil),
    ]
    for (section, isDynamic, isSaid) in unknown where isDynamic && !isSaid {
      lacking.append("dynamic \(section)")
    }
    return lacking
  }

  private func has(_ query: Contract.SQLQuery) -> Bool {
    if claims.queryNames.contains(where: { UTF8Order.equal($0, query.name) }) { return true }
    return claims.queries.contains { known in
      UTF8Order.equal(known.name, query.name) && UTF8Order.equal(known.statement, query.statement)
    }
  }

  /// Whether a route that the document has is known: one of any method adds nothing where its path is.
  private static func names(_ route: Contract.APIRoute, _ known: [Contract.APIRoute]) -> Bool {
    known.contains { other in
      UTF8Order.equal(other.path, route.path)
        && (route.method == "*" || UTF8Order.equal(other.method, route.method))
    }
  }

  /// Whether a route is among others, one of any method being every method's.
  private static func has(_ route: Contract.APIRoute, _ others: [Contract.APIRoute]) -> Bool {
    others.contains { other in
      UTF8Order.equal(other.path, route.path)
        && (other.method == "*" || UTF8Order.equal(other.method, route.method))
    }
  }
}
