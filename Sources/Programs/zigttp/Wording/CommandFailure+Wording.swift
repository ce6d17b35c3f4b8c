import ArtifactGraph
import ContentStore
import Deployment
import Files
import Ledger
import OCIImage

extension CommandFailure {
  /// The wording of an error of the libraries; nil for one that is not theirs.
  init?(wording error: any Error) {
    switch error {
    case let error as DeploymentError: self.init(error)
    case let error as StoreError: self.init(error)
    case let error as FileError: self.init(StoreError(error))
    case let error as ImageError: self.init(error)
    case let error as LedgerError: self.init(error)
    case let error as GraphError: self.init(error)
    default: return nil
    }
  }
}
