import Digests
import Encodings
import JSON

extension Contract {
  /// The document that is hashed, packed and enforced. Arrays are sorted bytewise and unique
  /// whatever order the value has them in, so that the prover's order of discovery never shows.
  /// A property that is not mentioned is written as false: what was not shown does not hold.
  ///
  /// Nothing of `behaviors` is computed; the array is empty and says so (`behaviorsExhaustive`).
  ///
  /// What another compiler wrote stands under `imported` as it is; without it there is no such member.
  public var document: JSONValue {
    var object = ownDocument
    object["imported"] = imported.map {
      [
        "version": .integer($0.version), "document": $0.document,
      ]
    }
    return .object(object)
  }

  private var ownDocument: JSONObject {
    [
      "version": .integer(Int64(version)),
      "handler": ["path": .string(handlerPath)],
      "modules": sorted(modules),
      "functions": sorted(functions),
      "capabilities": sorted(capabilities),
      "env": [
        "literal": sorted(env.literal), "required": sorted(env.required),
        "secret": sorted(env.secret), "dynamic": .bool(env.dynamic),
      ],
      "egress": egressDocument,
      "cache": ["namespaces": sorted(cache.namespaces), "dynamic": .bool(cache.dynamic)],
      "sql": sqlDocument,
      "api": apiDocument,
      "behaviors": [],
      "behaviorsExhaustive": false,
      "properties": propertiesDocument,
      "allowedLeaks": sorted(allowedLeaks),
      "declaredSpecs": sorted(declaredSpecs),
      "verification": ["proofLevel": .string(proofLevel.rawValue)],
    ]
  }

  /// ``document`` as canonical JSON: the bytes of `contract.json`.
  public var canonicalBytes: [UInt8] { document.canonicalBytes }

  /// SHA-256 of ``canonicalBytes``: the `contractSha` of rows, cards and labels.
  public var sha256: Digest { .sha256(of: canonicalBytes) }

  private func sorted(_ texts: [String]) -> JSONValue { .strings(UTF8Order.sortedUnique(texts)) }

  // Elements in the order of their keys, each key once.
  private func sorted(_ elements: [(key: String, value: JSONValue)]) -> JSONValue {
    var last: String?
    var out: [JSONValue] = []
    for element in elements.sorted(by: { UTF8Order.precedes($0.key, $1.key) }) {
      if let last, UTF8Order.equal(last, element.key) { continue }
      last = element.key
      out.append(element.value)
    }
    return .array(out)
  }

  private var egressDocument: JSONValue {
    let credentials: [(String, JSONValue)] = egress.credentials.map {
      (
        $0.label,
        [
          "source": .string($0.source), "header": .string($0.header), "host": .string($0.host),
        ]
      )
    }
    return [
      "hosts": sorted(egress.hosts), "credentials": sorted(credentials),
      "dynamic": .bool(egress.dynamic),
    ]
  }

  private var sqlDocument: JSONValue {
    let queries: [(String, JSONValue)] = sql.queries.map {
      (
        $0.name,
        [
          "name": .string($0.name), "operation": .string($0.operation),
          "statement": .string($0.statement), "tables": sorted($0.tables),
        ]
      )
    }
    return ["queries": sorted(queries), "dynamic": .bool(sql.dynamic)]
  }

  private var apiDocument: JSONValue {
    let routes: [(String, JSONValue)] = api.routes.map {
      (
        "\($0.method) \($0.path)",
        [
          "method": .string($0.method), "path": .string($0.path),
          "pathParams": .strings($0.pathParams), "requiresBearer": .bool($0.requiresBearer),
        ]
      )
    }
    return ["routes": sorted(routes), "routesDynamic": .bool(api.routesDynamic)]
  }

  private var propertiesDocument: JSONValue {
    var object = JSONObject()
    for property in Property.allCases {
      object[property.rawValue] = .bool(properties[property] ?? false)
    }
    return .object(object)
  }
}

extension Contract.EgressCredential {
  /// `API_TOKEN > api.x.com > authorization`, as facts and cards show it.
  public var label: String { "\(source) > \(host) > \(header)" }
}
