import Encodings
import JSON
import Verification

/// What `store stats` answers: objects by kind and by what keeps them.
public struct StatisticsDocument: Document {
  /// `schema/json/store-stats-v1.schema.json`.
  public static let schema = "store-stats"
  private let found: ObjectStatistics

  /// Of a store.
  public init(_ found: ObjectStatistics) { self.found = found }

  /// For people.
  public var text: SafeText {
    var rows = [["KIND", "OBJECTS", "BYTES"]]
    func add(_ name: String, _ amount: ObjectStatistics.Amount) {
      rows.append([name, "\(amount.count)", "\(amount.bytes)"])
    }
    for kind in ObjectStatistics.Kind.allCases {
      if let amount = found.kinds[kind] { add(kind.rawValue, amount) }
    }
    add("reachable", found.reachable)
    add("unreachable", found.unreachable)
    return """
      \(TextTable.render(rows, sides: [.left, .right, .right]))\
      \(found.rows) row(s) in the ledger, \(found.services) service(s), \(found.records) record(s)
      \(found.withoutSharing - found.withSharing) bytes saved by sharing objects between deploys \
      (\(found.withSharing) instead of \(found.withoutSharing))

      """
  }

  /// `kinds`, `reachable`, `unreachable`, `rows`, `services`, `records`, `bytesWithoutSharing`,
  /// `bytesWithSharing`.
  public var members: JSONObject {
    func amount(_ amount: ObjectStatistics.Amount?) -> JSONValue {
      ["count": .count(amount?.count ?? 0), "bytes": .count(amount?.bytes ?? 0)]
    }
    return [
      "kinds": [
        "runtimeLayers": amount(found.kinds[.runtimeLayer]),
        "appLayers": amount(found.kinds[.appLayer]), "contracts": amount(found.kinds[.contract]),
        "sources": amount(found.kinds[.sources]), "manifests": amount(found.kinds[.manifest]),
        "configs": amount(found.kinds[.config]), "other": amount(found.kinds[.other]),
      ],
      "reachable": amount(found.reachable),
      "unreachable": amount(found.unreachable),
      "rows": .count(found.rows),
      "services": .count(found.services),
      "records": .count(found.records),
      "bytesWithoutSharing": .count(found.withoutSharing),
      "bytesWithSharing": .count(found.withSharing),
    ]
  }
}
