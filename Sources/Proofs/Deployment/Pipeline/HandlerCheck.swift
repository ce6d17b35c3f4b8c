import ArtifactGraph

/// `zigttp check`: what a deploy would be compared with, and what would change. Writes nothing.
public struct HandlerCheck {
  private let handler: ProvenHandler
  private let target: DeployTarget

  /// A check to come.
  public init(handler: ProvenHandler, target: DeployTarget) {
    self.handler = handler
    self.target = target
  }

  /// Compares with the newest local deploy of the service.
  public func run() throws -> DeployOutcome {
    try DeployOutcome(handler, in: target, target.store.map { try ArtifactGraph($0) })
  }
}

extension DeployOutcome {
  /// The handler against the newest local deploy of its service.
  init(_ handler: ProvenHandler, in target: DeployTarget, _ graph: ArtifactGraph?) throws {
    self.init(
      service: handler.project.service, handlerPath: handler.project.handlerPath(in: target),
      facts: handler.facts,
      baseline: nil)
    guard let graph else { return }
    let wanted = BaselineQuery(
      kind: .deploy, service: service, handlerPath: handlerPath, target: LocalDeployment.target)
    baseline = try graph.baseline(for: wanted)?.row.facts
    skippedLines = try graph.badLines()
    ledger = try graph.known()?.position.frontier
  }
}
