import Foundation

/// What has to hold of a store once the crowd has gone.
struct Inspection {
  let crowd: Crowd
  private(set) var lines = 0
  private(set) var acknowledged = 0
  private(set) var objects = 0
  private(set) var problems: [String] = []

  private var store: String { crowd.store }

  init(_ crowd: Crowd) throws {
    self.crowd = crowd
    let ledger = try readLedger()
    lines = ledger.count
    for service in Crowd.services { try compare(ledger, service) }
    try checkObjects(ledger)
    try checkIndex()
    try checkByItself()
    checkFolders()
  }

  /// The ledger's rows; each line has to be one.
  private mutating func readLedger() throws -> [[String: Any]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: store + "/proofs.jsonl"))
    if data.last != UInt8(ascii: "\n") { problems.append("the ledger ends in half a line") }
    var rows: [[String: Any]] = []
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.dropLast().enumerated() {
      let row = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
      if row == nil { problems.append("line \(index + 1) is torn: \(line.count) bytes") }
      rows.append(row ?? [:])
    }
    return rows
  }

  /// Each line that was acknowledged is at its place. Nobody else's lines are there: a deploy that
  /// was killed may have left its own, and only its own.
  private mutating func compare(_ ledger: [[String: Any]], _ service: String) throws {
    let promised = try Acknowledgement.read(crowd.list(of: service))
    acknowledged += promised.count
    for each in promised {
      let row = each.line <= ledger.count ? ledger[each.line - 1] : [:]
      if row["record"] as? String != each.record || (row["ts"] as? NSNumber)?.int64Value != each.ts
        || row["serviceName"] as? String != service
      {
        problems.append("line \(each.line) is not what \(service) was told: \(row)")
      }
    }
    let there = ledger.filter { $0["serviceName"] as? String == service }.count
    if Set(promised.map(\.line)).count != promised.count {
      problems.append("\(service) was told the same line twice")
    }
    if service != Crowd.mortal, there != promised.count {
      problems.append("\(service): \(promised.count) lines acknowledged, \(there) there")
    }
  }

  /// Every object has its own bytes, and what a row's record needs is there.
  private mutating func checkObjects(_ ledger: [[String: Any]]) throws {
    let blobs = try crowd.place.hashes(below: "store/blobs/sha256")
    objects = blobs.count
    for (name, found) in blobs where name != found {
      problems.append("object \(name) has other bytes: \(found)")
    }
    var todo = Set(ledger.compactMap { $0["record"] as? String })
    var seen: Set<String> = []
    while let digest = todo.popFirst() {
      guard seen.insert(digest).inserted else { continue }
      let name = String(digest.dropFirst(7))
      guard blobs[name] != nil else {
        problems.append("\(digest) is gone")
        continue
      }
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(store)/blobs/sha256/\(name)"))
      guard data.first == UInt8(ascii: "{"),
        let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
      else { continue }
      let parts: [Any?] =
        [manifest["config"], manifest["subject"]] + (manifest["layers"] as? [Any] ?? [])
      todo.formUnion(parts.compactMap { ($0 as? [String: Any])?["digest"] as? String })
    }
    if seen.count <= ledger.count / 3 { problems.append("only \(seen.count) objects were reached") }
  }

  /// The graph answers for every line of the ledger, and for no other.
  private mutating func checkIndex() throws {
    let list = try crowd.place.run(
      crowd.program, ["proofs", "list", "--json", "--limit", "1000000", "--store", store])
    let document = try JSONSerialization.jsonObject(with: Data(list.bytes)) as? [String: Any]
    let listed = (document?["rows"] as? [Any] ?? []).count
    if list.status != 0 || listed != lines {
      problems.append("proofs list: exit \(list.status), \(listed) of \(lines) lines")
    }
  }

  /// The store's own commands find nothing either.
  private mutating func checkByItself() throws {
    for command in [["store", "fsck"], ["store", "reindex", "--check"], ["proofs", "verify"]] {
      let result = try crowd.place.run(crowd.program, command + ["--store", store])
      if result.status != 0 {
        problems.append("\(command): \(result.status): \(result.output)\(result.errors)")
      }
    }
  }

  /// Nothing is in progress, and the hint fits.
  private mutating func checkFolders() {
    let files = FileManager.default
    let leaves = (try? files.attributesOfItem(atPath: store + "/leaves"))?[.size] as? Int
    if leaves != 32 * lines { problems.append("leaves: \(leaves ?? -1) bytes, \(lines) lines") }
  }
}
