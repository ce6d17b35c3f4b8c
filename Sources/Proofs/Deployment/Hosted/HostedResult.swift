import ArtifactGraph
import ControlPlaneAPI

/// How a hosted deploy ends.
public enum HostedResult: Sendable {
  /// Somebody has to look first; nothing was packed or sent.
  case review(PlanRequired)
  /// What runs is not what was recorded or is wanted; nothing was changed.
  case drifted
  /// Everything was looked at and nothing changed, as it was asked for.
  case rehearsed
  /// The control plane accepted it, and it is recorded.
  case accepted(DeployAccepted)
}

/// What a hosted deploy found, and how it ends.
public struct HostedOutcome: Sendable {
  /// What was compared and recorded.
  public var deploy: DeployOutcome
  /// Where it runs, or is to run.
  public var region: String
  /// How it differs from what was recorded or is wanted; empty where it does not.
  public var drift: [ServiceDrift]
  /// `HOST/NAMESPACE/NAME@sha256:…`; nil where nothing was pushed.
  public var reference: String?
  /// How it ended.
  public var result: HostedResult
}
