import Contracts
import HandlerLanguage

// What the evaluation writes down of effects.
extension Evaluator {
  /// A call writes. What a rule about it lets pass is told by `isExempt`.
  func noteWrite(
    _ function: ModuleFunction, _ repetition: Findings.Repetition, _ arguments: Labels,
    _ state: PathState,
    at position: SourcePosition, exempting isExempt: (Label) -> Bool = { _ in false }
  ) {
    guard let findings, ModuleTable.row(function).effect == .write, !hides(.writes) else { return }
    let deciding = arguments.union(state.control).of(LabelKind.followsBranches)
    findings.writes.insert(
      .init(
        what: function.name, repetition: repetition, deciding: deciding,
        exempt: deciding.of([.stored]).filter(isExempt), position: position))
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
    if capabilities.isEmpty || hides(.capabilities) { return }
    for capability in capabilities { findings?.capabilities.insert(capability.rawValue) }
  }
}
