import ArtifactGraph
import ContentStore
import Digests
import Ledger
import Reports

/// A row of the ledger or of another writer's, and the index that knows it.
struct FoundRow {
  var event: GraphEvent
  var graph: ArtifactGraph
  /// Of another writer's ledger; nil where it is ours.
  var origin: String?
}

extension History {
  /// The indexes of the ledgers of other writers that were pulled, saying what is out of the ordinary
  /// with each.
  func others() throws -> [NamedGraph] {
    var out: [NamedGraph] = []
    for other in try OtherLedgers(store).all() {
      let origin = other.origin
      let graph = try ArtifactGraph(other.store)
      for notice in graph.notices { console.warn("\(origin): \(notice.wording)") }
      let finding = try SealWatch(other.store, trust: invocation.trust).finding {
        try graph.frontier()
      }
      if let finding { console.warn("\(origin): \(finding.wording)") }
      for line in try graph.badLines().prefix(Self.namedLines) {
        console.warn("\(origin): \(line.wording)")
      }
      out.append(NamedGraph(origin: origin, graph: graph))
    }
    return out
  }

  /// The row that a ref names: ours, or, where a prefix of a digest means none of ours, the newest of
  /// another writer's.
  func resolve(_ ref: String) throws -> FoundRow {
    do throws(GraphError) {
      return FoundRow(event: try graph.resolve(ref), graph: graph)
    } catch {
      guard case .unknownRef = error, ArtifactGraph.isDigestPrefix(ref) else { throw error }
      var newest: FoundRow?
      for other in try others() {
        do throws(GraphError) {
          let event = try other.graph.resolve(ref)
          if newest.map({ $0.event.row.ts < event.row.ts }) ?? true {
            newest = FoundRow(event: event, graph: other.graph, origin: other.origin)
          }
        } catch {
          guard case .unknownRef = error else { throw error }
        }
      }
      guard let newest else { throw error }
      return newest
    }
  }

  /// The object that a text means, of our rows or else of those of other writers.
  func object(_ text: String) throws -> Digest {
    do throws(GraphError) {
      return try graph.object(text)
    } catch {
      guard case .unknownRef = error, ArtifactGraph.isDigestPrefix(text) else { throw error }
      for other in try others() {
        if let found = try? other.graph.object(text) { return found }
      }
      throw error
    }
  }
}
