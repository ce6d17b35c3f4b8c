import ContentStore
import Digests
import Encodings
import OCIImage

/// Who names which object, so that a finding can tell what it matters to.
///
/// Objects go by their numbers in the audit; those that are named and not there have one, too.
struct ObjectMap {
  /// Where a way begins that is no row of the ledger.
  enum Root: Hashable {
    /// An entry of `index.json`.
    case entry(service: String?)
    /// A file of `pending/`.
    case pending(service: String)
  }

  /// What was found of the objects themselves.
  private(set) var audit: AuditedBlobs
  /// The ledger, whose rows are where most ways begin.
  var rows = LedgerRows()
  private var edges = ObjectEdges()
  private var roots: [Int: Set<Root>] = [:]
  private var images = NumberSet()
  private var rowsByRecord: RowsByRecord?

  init(_ audit: AuditedBlobs = AuditedBlobs()) { self.audit = audit }

  /// The number of an object, a new one where it has none yet.
  mutating func number(of digest: Digest) -> Int { audit.number(of: digest) }

  mutating func add(root: Root, _ digest: Digest) {
    roots[number(of: digest), default: []].insert(root)
  }

  mutating func add(_ role: ObjectReference.Role, _ child: Int, of parent: Int) {
    edges.add(child, of: parent)
    if role == .image { images.insert(child) }
  }

  /// The services, rows and images that lead to an object.
  mutating func affected(by digest: Digest) -> Finding.Affected {
    var seen: Set<Int> = []
    var todo = [number(of: digest)]
    var services: Set<String> = []
    var out = Finding.Affected()
    while let next = todo.popLast() {
      guard seen.insert(next).inserted else { continue }
      let name = audit.names[next]
      if images.contains(next) { out.images.append(name) }
      addRows(of: name, to: &out, &services)
      for root in roots[next] ?? [] {
        switch root {
        case .entry(let service): if let service { services.insert(service) }
        case .pending(let service): services.insert(service)
        }
      }
      todo += edges.parents(of: next).lazy.map { Int($0) }
    }
    out.services = services.sorted(by: UTF8Order.precedes)
    out.lines.sort()
    out.images.sort()
    return out
  }

  private mutating func addRows(
    of record: Digest, to out: inout Finding.Affected, _ services: inout Set<String>
  ) {
    guard let number = rows.records.number(of: record) else { return }
    let index = rowsByRecord ?? RowsByRecord(rows)
    rowsByRecord = index
    for place in index[number] {
      let row = rows[Int(place)]
      out.lines.append(row.line)
      if let service = row.service { services.insert(service) }
    }
  }
}
