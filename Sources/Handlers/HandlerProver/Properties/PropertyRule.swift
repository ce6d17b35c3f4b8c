import Contracts
import HandlerLanguage

/// One property: what of the things written down speaks against it. A property holds when nothing
/// does.
protocol PropertyRule {
  /// How the property is lost: each way from its source to its sink.
  static func losses(_ seen: Seen) -> Set<[Findings.Place]>
}

/// What the properties are decided from.
struct Seen {
  var findings: Findings
  /// The sources that labels name.
  var sources: [LabelSource]
  /// Decides about a label of a kind that counts; it always does but where tests are tried.
  var isSeen: (LabelKind) -> Bool = { _ in true }

  /// Ways from the sources of labels to a place.
  func ways(_ labels: Labels, to what: String, at position: SourcePosition) -> [[Findings.Place]] {
    labels.filter { isSeen($0.kind) }.map { label in
      let source = sources[label.source]
      return [
        .init(
          what: Self.describe(label.kind, source.name), position: source.position, label: label),
        .init(what: what, position: position),
      ]
    }
  }

  /// Ways of labels of some kinds into some sinks.
  func ways(
    of kinds: LabelKinds, into sinks: Set<Findings.Sink>
  ) -> Set<[Findings.Place]> {
    var all: Set<[Findings.Place]> = []
    for reach in findings.reached where sinks.contains(reach.sink) {
      all.formUnion(ways(reach.labels.of(kinds), to: reach.what, at: reach.position))
    }
    return all
  }

  /// Every way by which a secret or a credential leaks.
  func leaks(
    of property: Property, _ kinds: LabelKinds,
    into sinks: Set<Findings.Sink> = [.response, .log, .cache, .sql, .egress, .egressHeader]
  ) -> Set<[Findings.Place]> {
    var all: Set<[Findings.Place]> = []
    for reach in findings.reached where sinks.contains(reach.sink) {
      for label in reach.labels.of(kinds) where isSeen(label.kind) {
        let source = sources[label.source]
        all.insert([
          .init(
            what: Self.describe(label.kind, source.name), position: source.position, label: label),
          .init(
            what: reach.what, position: reach.position,
            leak: Leak(of: property, source: source.name, sink: reach.name)),
        ])
      }
    }
    return all
  }

  private static func describe(_ kind: LabelKind, _ name: String) -> String {
    switch kind {
    case .secret: "secret \(name)"
    case .credential: "credential \(name)"
    case .session: "session token of \(name)"
    case .request: "request data \(name)"
    case .external: "data of \(name)"
    case .unchecked: "unvalidated \(name)"
    case .unescaped: "unescaped \(name)"
    case .unencoded: "\(name) without encodeURIComponent"
    case .chosen: "\(name) chooses"
    case .stored: "\(name) reads what earlier requests stored"
    case .volatile: "\(name) differs from run to run"
    case .missing, .path, .openMarkup, .piece: name
    }
  }
}

extension Property {
  /// What decides it.
  var rule: any PropertyRule.Type {
    switch self {
    case .readOnly: ReadOnly.self
    case .deterministic: Deterministic.self
    case .retrySafe: RetrySafe.self
    case .idempotent: Idempotent.self
    case .stateIsolated: StateIsolated.self
    case .noSecretLeakage: NoSecretLeakage.self
    case .noCredentialLeakage: NoCredentialLeakage.self
    case .inputValidated: InputValidated.self
    case .injectionSafe: InjectionSafe.self
    case .piiContained: PIIContained.self
    case .resultsSafe: ResultsSafe.self
    case .faultCovered: FaultCovered.self
    }
  }
}
