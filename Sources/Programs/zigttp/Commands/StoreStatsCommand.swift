import ArgumentParser
import ContentStore
import Contracts
import JSON
import Verification

/// `zigttp store stats`
struct StoreStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Count the objects by kind and by what keeps them.")

  @OptionGroup var global: GlobalOptions

  mutating func run() throws {
    let invocation = try Invocation.current()
    let store = try invocation.existingStore(named: global.store)
    let found: ObjectStatistics
    do {
      found = try ObjectStatistics(store, trust: invocation.trust)
    } catch VerificationError.unreadableRoots(let doubts) {
      throw CommandFailure(
        .integrity, "what keeps objects cannot be read whole", details: doubts.map(\.line),
        next: "Run `zigttp store fsck` to see what leads back.")
    }
    try Console().answer(global.json ? json(found) : text(found))
  }

  private func text(_ found: ObjectStatistics) -> String {
    var lines: [(String, String, String)] = [("KIND", "OBJECTS", "BYTES")]
    func add(_ name: String, _ amount: ObjectStatistics.Amount) {
      lines.append((name, "\(amount.count)", "\(amount.bytes)"))
    }
    for kind in ObjectStatistics.Kind.allCases {
      if let amount = found.kinds[kind] { add(kind.rawValue, amount) }
    }
    add("reachable", found.reachable)
    add("unreachable", found.unreachable)
    let table = lines.map { name, count, bytes in
      pad(name, to: 16, right: false) + pad(count, to: 7) + pad(bytes, to: 16) + "\n"
    }.joined()
    let saved = found.withoutSharing - found.withSharing
    return table
      + """
      \(found.rows) row(s) in the ledger, \(found.services) service(s), \(found.records) record(s)
      \(saved) bytes saved by sharing objects between deploys (\(found.withSharing) instead of \
      \(found.withoutSharing))

      """
  }

  private func pad(_ text: String, to width: Int, right: Bool = true) -> String {
    let space = String(repeating: " ", count: max(0, width - text.utf8.count))
    return right ? space + text : text + space
  }

  private func json(_ found: ObjectStatistics) -> String {
    func amount(_ amount: ObjectStatistics.Amount?) -> JSONValue {
      [
        "count": .integer(Int64(amount?.count ?? 0)),
        "bytes": .integer(Int64(clamping: amount?.bytes ?? 0)),
      ]
    }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/store-stats-v1.json",
      "kinds": [
        "runtimeLayers": amount(found.kinds[.runtimeLayer]),
        "appLayers": amount(found.kinds[.appLayer]), "contracts": amount(found.kinds[.contract]),
        "sources": amount(found.kinds[.sources]), "manifests": amount(found.kinds[.manifest]),
        "configs": amount(found.kinds[.config]), "other": amount(found.kinds[.other]),
      ],
      "reachable": amount(found.reachable),
      "unreachable": amount(found.unreachable),
      "rows": .integer(Int64(found.rows)),
      "services": .integer(Int64(found.services)),
      "records": .integer(Int64(found.records)),
      "bytesWithoutSharing": .integer(Int64(clamping: found.withoutSharing)),
      "bytesWithSharing": .integer(Int64(clamping: found.withSharing)),
    ]
    return document.minified + "\n"
  }
}
