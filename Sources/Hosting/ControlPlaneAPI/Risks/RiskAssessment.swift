import Contracts
import Encodings

/// What a contract allows more, or promises less, than the one that was deployed last.
///
/// Reference: control-plane.md, "Risk reasons".
public struct RiskAssessment: Sendable, Hashable {
  /// A contract with what it was proven of, and by what.
  public struct Side: Sendable, Hashable {
    /// What was found.
    public var contract: Contract
    /// Of which sources, by which prover.
    public var provenance: Provenance

    /// From its parts.
    public init(_ contract: Contract, _ provenance: Provenance = Provenance()) {
      self.contract = contract
      self.provenance = provenance
    }
  }

  /// One an expansion, in the order of ``RiskReason``, within a kind by bytes. Empty where another
  /// prover judged the same sources.
  public let reasons: [RiskReason]
  /// Whether another prover judged the deployed sources: what differs is what is known of them.
  public let isReproven: Bool

  /// Compares.
  ///
  /// - Parameters:
  ///   - baseline: the last deployed contract of the project; nil for a first deploy, which is
  ///     compared with a handler that reads, sends and writes nothing.
  ///   - isSecretName: whether an env name would be a secret if nothing were declared.
  public init(
    from baseline: Side?, to proposed: Side, isSecretName: (String) -> Bool = { _ in false }
  ) {
    let changes = Self.reasons(
      baseline?.contract, proposed.contract, isSecretName: isSecretName)
    isReproven =
      baseline.map { proposed.provenance.isReproof(of: $0.provenance) } ?? false
      && baseline?.contract != proposed.contract
    reasons = isReproven ? [] : changes
  }

  private static func reasons(
    _ baseline: Contract?, _ proposed: Contract, isSecretName: (String) -> Bool
  ) -> [RiskReason] {
    let old = baseline ?? .nothing
    var out: [RiskReason] = []
    out += new(old.env.literal, proposed.env.literal).map { .newEnvRead($0) }
    out += new(old.egress.hosts, proposed.egress.hosts).map { .newEgressHost($0) }
    out += new(old.cache.namespaces, proposed.cache.namespaces).map { .newCacheNamespace($0) }
    out += new(old.capabilities, proposed.capabilities).map { .newCapability($0) }
    out += new(old.secretsSent, proposed.secretsSent)
    out += new(old.leaks, proposed.leaks)
    out += declaredConfig(old, proposed, isSecretName)
    if holds(.readOnly, old), !holds(.readOnly, proposed) { out.append(.newWriteEffect) }
    // Nothing was promised before the first deploy.
    if let baseline {
      for property in Property.allCases
      where holds(property, baseline) && !holds(property, proposed) {
        out.append(.propertyLost(property))
      }
      if proposed.proofLevel < baseline.proofLevel {
        out.append(.proofLevelLowered(from: baseline.proofLevel, to: proposed.proofLevel))
      }
    }
    for section in RiskReason.Section.allCases
    where proposed.isDynamic(section) && !old.isDynamic(section) {
      out.append(.dynamicAccess(section))
    }
    return out
  }

  private static func holds(_ property: Property, _ contract: Contract) -> Bool {
    contract.properties[property] ?? false
  }

  // What was a secret; and of names that are new, what would be one without the declaration.
  private static func declaredConfig(
    _ old: Contract, _ proposed: Contract, _ isSecretName: (String) -> Bool
  ) -> [RiskReason] {
    let (wasSecret, wasRead) = (names(old.env.secret), names(old.env.literal))
    let isSecret = names(proposed.env.secret)
    return UTF8Order.sortedUnique(proposed.env.literal).filter { name in
      guard !isSecret.contains(name) else { return false }
      return wasSecret.contains(name) || !wasRead.contains(name) && isSecretName(name)
    }.map { .secretDeclaredConfig(ByteName($0)) }
  }

  private static func names(_ texts: [String]) -> Set<ByteName> { Set(texts.map { ByteName($0) }) }

  private static func new(_ old: [String], _ proposed: [String]) -> [ByteName] {
    let known = names(old)
    return UTF8Order.sortedUnique(proposed).filter { !known.contains($0) }.map { ByteName($0) }
  }

  private static func new(_ old: [RiskReason], _ proposed: [RiskReason]) -> [RiskReason] {
    Set(proposed).subtracting(old).sorted { UTF8Order.precedes($0.description, $1.description) }
  }
}

extension Contract {
  /// A handler that reads, sends and writes nothing.
  fileprivate static var nothing: Contract {
    var contract = Contract(handlerPath: "")
    contract.properties = [.readOnly: true]
    return contract
  }

  /// A reason for each secret or credential and the host that it is sent to, whatever the header.
  fileprivate var secretsSent: [RiskReason] {
    egress.credentials.map { .newSecretSent(ByteName($0.source), to: ByteName($0.host)) }
  }

  /// A reason for each flow that was allowed: `no-secret-leakage:SOURCE->SINK`; `*` where it was
  /// allowed whatever the flow.
  fileprivate var leaks: [RiskReason] {
    allowedLeaks.map { leak in
      let units = Array(leak.utf8)
      let flow = units.firstIndex(of: UInt8(ascii: ":")).map { units[($0 + 1)...] } ?? [0x2a]
      let arrow = flow.indices.first { flow[$0...].starts(with: "->".utf8) }
      let source = flow[..<(arrow ?? flow.endIndex)]
      let sink = arrow.map { flow[($0 + 2)...] } ?? [0x2a]
      return .newAllowedLeak(
        ByteName(String(decoding: source, as: UTF8.self)),
        to: ByteName(String(decoding: sink, as: UTF8.self)))
    }
  }

  fileprivate func isDynamic(_ section: RiskReason.Section) -> Bool {
    switch section {
    case .env: env.dynamic
    case .egress: egress.dynamic
    case .cache: cache.dynamic
    case .sql: sql.dynamic
    }
  }
}
