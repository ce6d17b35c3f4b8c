import Deployment
import Encodings

extension HostedEvent {
  /// A sentence for stderr; nil for steps and transfers, which have lines of their own.
  var wording: SafeText? {
    switch self {
    case .began, .ended, .transfer: nil
    case .deploy(let event): event.wording
    case .settled(let line):
      "an interrupted deploy had been accepted: it is recorded as line \(line) of the ledger now"
    case .dropped:
      "an interrupted deploy had not been accepted by the control plane: it is forgotten"
    case .foundRecord:
      "this store knows of no deploy there; what the registry says of the live image is compared with"
    }
  }
}
