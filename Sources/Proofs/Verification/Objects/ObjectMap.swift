import ContentStore
import Digests

/// Who names which object, so that a finding can tell what it matters to.
struct ObjectMap {
  /// Where a way begins.
  enum Root: Hashable {
    /// A row of the ledger.
    case line(Int, service: String?)
    /// An entry of `index.json`.
    case entry(service: String?)
    /// A file of `pending/`.
    case pending(service: String)
  }

  private var parents: [Digest: Set<Digest>] = [:]
  private var roots: [Digest: Set<Root>] = [:]
  private var images: Set<Digest> = []

  mutating func add(root: Root, _ digest: Digest) { roots[digest, default: []].insert(root) }

  mutating func add(_ reference: ObjectReference, of parent: Digest) {
    parents[reference.descriptor.digest, default: []].insert(parent)
    if reference.role == .image { images.insert(reference.descriptor.digest) }
  }

  /// The services, rows and images that lead to an object.
  func affected(by digest: Digest) -> Finding.Affected {
    var seen: Set<Digest> = []
    var todo = [digest]
    var lines: Set<Int> = []
    var services: Set<String> = []
    var found: Set<Digest> = []
    while let next = todo.popLast() {
      guard seen.insert(next).inserted else { continue }
      if images.contains(next) { found.insert(next) }
      for root in roots[next] ?? [] {
        switch root {
        case .line(let line, let service):
          lines.insert(line)
          if let service { services.insert(service) }
        case .entry(let service):
          if let service { services.insert(service) }
        case .pending(let service): services.insert(service)
        }
      }
      todo += parents[next] ?? []
    }
    var out = Finding.Affected()
    out.services = services.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    out.lines = lines.sorted()
    out.images = found.sorted()
    return out
  }
}
