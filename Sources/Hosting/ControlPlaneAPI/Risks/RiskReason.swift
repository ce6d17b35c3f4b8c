import Contracts
import Encodings

/// One way in which a contract allows more, or promises less, than the one that was deployed last.
///
/// Compared as a structure, never as text.
/// Reference: control-plane.md, "Risk reasons".
public enum RiskReason: Sendable, Hashable {
  /// An env name that was not read.
  case newEnvRead(ByteName)
  /// A host that was not connected to.
  case newEgressHost(ByteName)
  /// A namespace that was not used.
  case newCacheNamespace(ByteName)
  /// Something of the runtime that was not needed.
  case newCapability(ByteName)
  /// A secret or a request's credential that was not sent to this host.
  case newSecretSent(ByteName, to: ByteName)
  /// A leak that was not allowed.
  case newAllowedLeak(ByteName, to: ByteName)
  /// An env name whose value was, or by its name would be, a secret, and is declared to be none.
  case secretDeclaredConfig(ByteName)
  /// State outside of the request was only read, and is written now.
  case newWriteEffect
  /// A property that was shown, and no longer is.
  case propertyLost(Property)
  /// Less could be shown than before.
  case proofLevelLowered(from: ProofLevel, to: ProofLevel)
  /// What is accessed was known as literals, and no longer is.
  case dynamicAccess(Section)
  /// What only another version of the server knows.
  case other(ByteName)

  /// The sections of which dynamic access is a risk. New routes, whatever they are, are none.
  public enum Section: String, Sendable, Hashable, CaseIterable {
    case env, egress, cache, sql
  }

  /// Whether a grant may cover it. What lets secrets or credentials out can be approved for one
  /// contract, never for those to come; neither can what we do not understand.
  public var isGrantable: Bool {
    switch self {
    case .newAllowedLeak, .other, .propertyLost(.noSecretLeakage),
      .propertyLost(.noCredentialLeakage):
      false
    default: true
    }
  }
}
