import ControlPlaneClient
import OCIRegistry

/// A step of a hosted deploy, or something out of the ordinary, as it happens.
public enum HostedEvent: Sendable, Hashable {
  /// What is done one after the other.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    case proving, reviewing, packaging, deploying, waiting
  }

  /// It is begun.
  case began(Step)
  /// It went well.
  case ended(Step)
  /// An object on its way to the registry.
  case transfer(TransferEvent)
  /// What every deploy tells.
  case deploy(DeployEvent)
  /// A deploy that was interrupted had been accepted: its row is in the ledger now.
  case settled(line: Int)
  /// A deploy that was interrupted had not been accepted: it is forgotten.
  case dropped
  /// The baseline is a record that the registry has: this store knows of no deploy there.
  case foundRecord
}
