import Contracts
import HandlerLanguage

// readOnly, retrySafe, deterministic (idempotent is both of the last two).
extension Evaluator {
  /// What a write is, for a request that is sent twice.
  enum Repetition {
    /// Doing it again with the same arguments changes nothing more.
    case harmless
    /// Each time changes something.
    case counts
  }

  /// A call writes. `key` is the call and its namespace where a `cacheGet` of the same key may
  /// stand before it.
  func noteWrite(
    _ what: String, _ repetition: Repetition, _ arguments: Labels, _ state: PathState,
    at position: SourcePosition, exempting isExempt: (Label) -> Bool = { _ in false }
  ) {
    guard let findings else { return }
    findings.lose(.readOnly, what, at: position)
    if repetition == .counts { findings.lose(.retrySafe, what, at: position) }
    let deciding = arguments.union(state.control).of(LabelKind.followsBranches)
      .union(faults.of([.volatile])).union(asserted)
    let volatile = deciding.of([.volatile])
    lose(.deterministic, volatile, what, at: position)
    lose(.retrySafe, volatile, what, at: position)
    lose(.retrySafe, deciding.of([.stored]).filter { !isExempt($0) }, what, at: position)
  }

  /// Under `cacheGet(ns, key) === undefined`, `cacheSet(ns, key, …)` may depend on that read: when
  /// the request comes again, the read finds something and the write is not repeated.
  func isFill(
    _ label: Label, of namespaces: [String]?, _ arguments: CallArguments, _ state: PathState,
    _ frame: Frame
  ) -> Bool {
    guard let read = sources[label.source].call, sources[label.source].frame == frame.id,
      state.facts.contains(.missed(read.id)),
      case .call(_, let readArguments, _) = read.kind, readArguments.count >= 2,
      !readArguments.contains(where: \.isSpread), arguments.expressions.count >= 2,
      namespaces?.count == 1
    else { return false }
    return isSame(readArguments[0].value, arguments.expressions[0])
      && isSame(readArguments[1].value, arguments.expressions[1])
  }

  /// Whether two expressions of one function certainly have the same value.
  private func isSame(_ a: Expression, _ b: Expression) -> Bool {
    switch (a.kind, b.kind) {
    case (.string(let x), .string(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.identifier, .identifier):
      guard case .binding(let x)? = program.references[a.id],
        case .binding(let y)? = program.references[b.id]
      else { return false }
      return x == y && !program.bindings[x].isReassigned
    case (.template(let p, let x), .template(let q, let y)):
      return p == q && x.count == y.count && zip(x, y).allSatisfy(isSame)
    case (.binary(.add, let p, let q), .binary(.add, let x, let y)):
      return isSame(p, x) && isSame(q, y)
    default: return false
    }
  }

  /// A call is reached: its row's capabilities.
  func noteCapabilities(_ capabilities: [ModuleRow.Capability]) {
    for capability in capabilities { findings?.capabilities.insert(capability.rawValue) }
  }
}
