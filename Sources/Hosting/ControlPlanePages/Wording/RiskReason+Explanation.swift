import ControlPlaneAPI

extension RiskReason {
  /// What it means for whoever decides.
  var explanation: String {
    switch self {
    case .newEnvRead:
      "The handler reads an environment value that it did not read before."
    case .newEgressHost:
      "The handler can connect to a host that it could not reach before."
    case .newCacheNamespace:
      "The handler uses a part of the cache that it did not use before."
    case .newCapability:
      "The handler needs something of the runtime that it did not need before."
    case .newSecretSent:
      "A secret, or a credential of a request, leaves the service for this host."
    case .newAllowedLeak:
      "Whoever deploys allowed secret data to flow here. It can be approved for this contract only."
    case .secretDeclaredConfig:
      "A value that is, or by its name would be, a secret is declared to be plain configuration, "
        + "and is no longer protected as a secret."
    case .newWriteEffect:
      "Until now the handler only read. Now it changes something that outlives the request."
    case .propertyLost:
      "This was proven of the deployed handler, and can no longer be shown."
    case .proofLevelLowered:
      "Less of the handler could be proven than of the deployed one."
    case .dynamicAccess(.env):
      "Which environment values are read is decided while the handler runs: any of them may be."
    case .dynamicAccess(.egress):
      "Which hosts are reached is decided while the handler runs: any host may be."
    case .dynamicAccess(.cache):
      "Which parts of the cache are used is decided while the handler runs: any of them may be."
    case .dynamicAccess(.sql):
      "Which statements are run is decided while the handler runs: any of them may be."
    case .other:
      "Only another version of this server knows what this means."
    }
  }
}
