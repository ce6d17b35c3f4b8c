import ArtifactGraph
import ControlPlaneAPI
import ControlPlaneClient
import Deployment
import Encodings
import Reports

/// A deploy through a control plane from the command line: what is told on the way, what is answered,
/// and how the command ends.
struct HostedRun {
  let access: ControlPlaneAccess
  let options: HostedOptions
  let global: GlobalOptions
  let invocation: Invocation
  let steps: DeploySteps
  var isDryRun = false
  private let console = Console()

  init(
    _ options: HostedOptions, _ global: GlobalOptions, _ invocation: Invocation, isDryRun: Bool,
    steps: DeploySteps
  ) throws {
    self.options = options
    self.global = global
    self.invocation = invocation
    self.isDryRun = isDryRun
    self.steps = steps
    access = try ControlPlaneAccess(options.controlPlane, invocation)
  }

  /// - Parameters:
  ///   - target: the store, or where to make it.
  ///   - wishes: without what the options say.
  func run(
    _ cargo: any HostedCargo, _ wishes: HostedWishes, to target: DeployTarget
  ) throws {
    var wishes = wishes
    wishes.region = options.region ?? wishes.region
    (wishes.confirms, wishes.isRehearsal) = (options.confirm, isDryRun)
    let client = try access.client()
    let deployment = HostedDeployment(
      cargo, wishes, to: target, trust: invocation.trust, client: client, over: access.transport,
      now: { invocation.now() })
    let outcome: HostedOutcome
    do { outcome = try deployment.run(tell: steps.take) } catch {
      steps.stop("failed")
      throw error
    }
    for line in outcome.deploy.skippedLines { console.warn(line.wording) }
    for drift in outcome.drift { console.warn("Drift: \(drift.reason)") }
    try finish(outcome, client.reader)
  }

  private func finish(_ outcome: HostedOutcome, _ reader: ControlPlaneReader) throws {
    switch outcome.result {
    case .review(let required):
      steps.stop("a review is required")
      try answer(outcome, review: ReviewSummary(required))
      throw CommandFailure(
        answered: .reviewRequired, "a capability review is required; nothing was deployed")
    case .drifted:
      steps.stop("drift")
      try answer(outcome)
      throw CommandFailure(
        .drift, "the service is not what was recorded or is wanted; nothing was changed",
        next: "Run it again with --confirm to take the service over as it is now.")
    case .rehearsed: try answer(outcome)
    case .accepted(let accepted):
      let ending = try options.noWait ? nil : wait(for: accepted, reader)
      try answer(outcome, accepted, ending)
      try end(ending)
    }
  }

  private func wait(
    for accepted: DeployAccepted, _ reader: ControlPlaneReader
  ) throws -> DeploymentWait.Outcome {
    steps.take(.began(.waiting))
    do {
      let ending = try DeploymentWait(accepted.deploymentID, through: reader)
        .run(limit: .seconds(options.waitTimeout))
      switch ending {
      case .running: steps.take(.ended(.waiting))
      case .failed: steps.stop("failed")
      case .timedOut: steps.stop("not yet")
      }
      return ending
    } catch {
      steps.stop("failed")
      throw error
    }
  }

  private func end(_ ending: DeploymentWait.Outcome?) throws {
    switch ending {
    case nil, .running: return
    case .failed(let message):
      throw CommandFailure(
        .failedToStart, "the service failed to start: \(message ?? "no reason was given")",
        next: "`zigttp logs` shows what it said; what ran before may still run.")
    case .timedOut(let message):
      throw CommandFailure(
        .timedOut,
        "the service was not ready within \(options.waitTimeout) s (the deploy was accepted)",
        details: message.map { ["the last that was heard: \($0)"] } ?? [],
        next: "`zigttp deployments --service NAME` shows how it goes on.")
    }
  }

  // MARK: The answer

  private func answer(
    _ outcome: HostedOutcome, _ accepted: DeployAccepted? = nil,
    _ ending: DeploymentWait.Outcome? = nil, review: ReviewSummary? = nil
  ) throws {
    var report = ProofReport(outcome.deploy, kind: "deploy")
    report.event.region = outcome.region
    report.review = review
    // What was confirmed stops nothing.
    if accepted == nil { report.blockers = outcome.drift.map { .drift(reason: $0.reason) } }
    report.blockers += (review?.uncovered ?? []).map { .review(reason: $0) }
    var hosted = DeployDocument.Hosted()
    hosted.reference = outcome.reference
    hosted.url = accepted?.url
    hosted.deployment = accepted?.deploymentID
    hosted.generation = accepted?.generation
    switch ending {
    case .running(let url): (hosted.status, hosted.url) = ("running", url ?? accepted?.url)
    case .failed: hosted.status = "failed"
    case .timedOut: hosted.status = "pending"
    case nil: break
    }
    try console.answer(
      DeployDocument(report, isDryRun: isDryRun, hosted: hosted), asJSON: global.json)
  }
}
