import Archive
import ArtifactGraph
import ContentStore
import ControlPlaneClient
import Deployment
import Files
import Ledger
import OCIImage
import RegistryServer
import Reports
import Transfers
import Verification

extension CommandFailure {
  /// The wording of an error of the libraries.
  init(wording error: any Error) {
    if let failure = CommandFailure(ofTransfer: error) {
      self = failure
      return
    }
    switch error {
    case let error as CommandFailure: self = error
    case let error as DeploymentError: self.init(error)
    case let error as StoreError: self.init(error)
    case let error as FileError: self.init(StoreError(error))
    case let error as ImageError: self.init(error)
    case let error as LedgerError: self.init(error)
    case let error as GraphError: self.init(error)
    case let error as RegistryError: self.init(error)
    case let error as ArchiveError: self.init(error)
    case let error as TransferError: self.init(error)
    case let error as ControlPlaneClientError: self.init(error)
    case VerificationError.unreadableRoots(let doubts):
      self.init(
        .integrity, "what keeps objects cannot be read whole", details: doubts.map(\.line),
        next: "Run `zigttp store fsck` to see what leads back.")
    default:
      // Never by its Swift description, which is for us: a test holds this list against the sources.
      self.init(
        .failure,
        "zigttp met an error that it has no words for: \(String(describing: type(of: error)))",
        next: "Please report it, with the command you ran.")
    }
  }
}
