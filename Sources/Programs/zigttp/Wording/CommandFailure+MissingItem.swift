import ArtifactGraph
import Contracts
import Encodings
import HandlerLanguage

extension CommandFailure {
  // A service may have thousands.
  private static let mostItems = 40

  /// That no deploy has something, and what there is: the closest spelling first; of everything
  /// where there is nothing of the kind.
  init(
    noDeployHas wanted: SurfaceItem, written item: String, service: String?,
    in graph: ArtifactGraph
  ) throws {
    func items(of section: Change.Section) throws -> [String] {
      guard let word = SurfaceItem.words.first(where: { $0.section == section })?.word else {
        return []
      }
      return Closest.sorted(try graph.items(of: section, service: service), by: wanted.item)
        .map { "\(word):\($0)" }
    }
    let same = try items(of: wanted.section)
    let found = try same.isEmpty ? Change.Section.allCases.flatMap(items) : same
    let shown = found.prefix(Self.mostItems).map { "  \($0)" as SafeText }
    let rest = found.count - shown.count
    let more: [SafeText] = rest > 0 ? ["  and \(rest) more"] : []
    self.init(
      .failure, "no deploy\(service.map { " of '\($0)'" } ?? "") has or had \(item)",
      details: found.isEmpty ? [] : ["The newest deploys have:"] + shown + more,
      next: found.isEmpty ? "`zigttp proofs list` shows which services there are." : nil)
  }
}
