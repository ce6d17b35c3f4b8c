import Encodings
import HandlerLanguage
import HandlerSQL

// What stays between requests: the cache and the tables. What is read there was written by a call
// elsewhere, perhaps in another request.
extension FlowSearch {
  /// The values that a call may have read, and the calls that wrote them.
  func writes(whatIsReadAt id: Int) -> [(value: Expression, call: Expression)] {
    guard let read = index.moduleCalls[id] else { return [] }
    return index.moduleCalls.sorted { $0.key < $1.key }.flatMap { id, write in
      guard let call = index.expressions[id] else {
        return [(value: Expression, call: Expression)]()
      }
      return written(by: write.function, write.arguments, for: read.function, read.arguments)
        .map { ($0, call) }
    }
  }

  /// The arguments of a write that a read may give.
  private func written(
    by write: ModuleFunction, _ written: [Expression], for read: ModuleFunction,
    _ asked: [Expression]
  ) -> [Expression] {
    switch (write, read) {
    case (.cacheSet, .cacheGet), (.cacheIncr, .cacheGet):
      guard mayBeSame(written.first, asked.first), written.count > 2 else { return [] }
      return [written[2]]
    case (.sqlExec, .sqlOne), (.sqlExec, .sqlMany):
      let tables = statements(named: asked.first).flatMap(\.facts.tables).map { ByteName($0) }
      let touched = statements(named: written.first).flatMap(\.facts.written)
      return touched.contains { tables.contains(ByteName($0)) } ? Array(written.dropFirst()) : []
    default: return []
    }
  }

  private func mayBeSame(_ a: Expression?, _ b: Expression?) -> Bool {
    guard case .string(let one)? = a?.kind, case .string(let other)? = b?.kind else { return true }
    return one == other
  }

  /// The statement of a name; all of them where it is not written down.
  private func statements(named name: Expression?) -> [NamedStatement] {
    let all = evaluator.program.statements
    guard case .string(let literal)? = name?.kind else { return all }
    return all.filter { ByteName($0.name) == ByteName(literal.text) }
  }
}
