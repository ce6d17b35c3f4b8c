import ArtifactGraph
import Contracts

/// `zigttp check`: what a deploy would be compared with, and what would change. Writes nothing.
public struct HandlerCheck {
  private let handler: ProvenHandler
  private let target: DeployTarget
  private let destination: String
  private let sourceDate: UInt64

  /// A check to come.
  /// - Parameters:
  ///   - handler: read and proven.
  ///   - target: the store, or where a deploy would make it.
  ///   - destination: where the deploys went that it is compared with, as a row's `target` has it.
  ///   - sourceDate: `SOURCE_DATE_EPOCH`: seconds since 1970, 0 where it is not set.
  public init(
    handler: ProvenHandler, target: DeployTarget, destination: String, sourceDate: UInt64
  ) {
    self.handler = handler
    self.target = target
    self.destination = destination
    self.sourceDate = sourceDate
  }

  /// Compares with the newest deploy of the service to the destination.
  public func run() throws -> DeployOutcome {
    try DeployOutcome(
      handler, to: destination, in: target, sourceDate: sourceDate,
      target.store.map { try ArtifactGraph($0) })
  }
}

extension DeployOutcome {
  /// The handler against the newest deploy of its service to the same destination.
  init(
    _ handler: ProvenHandler, to destination: String, in target: DeployTarget, sourceDate: UInt64,
    _ graph: ArtifactGraph?
  ) throws {
    self.init(
      service: handler.project.service, handlerPath: handler.project.handlerPath(in: target),
      facts: handler.facts, provenance: try handler.provenance(sourceDate: sourceDate),
      target: destination, baseline: nil)
    if let graph { try compare(with: graph) }
  }

  /// Takes the newest deploy of the service to the same destination as baseline.
  mutating func compare(with graph: ArtifactGraph) throws {
    let wanted = BaselineQuery(
      kind: .deploy, service: service, handlerPath: handlerPath, target: target)
    let newest = try graph.baseline(for: wanted)
    baseline = newest?.row.facts
    baselineProvenance = newest?.row.provenance ?? Provenance()
    skippedLines = try graph.badLines()
    ledger = try graph.known()?.position.frontier
  }
}
