import ContentStore
import Encodings
import OCIRegistry
import Reports
import Transfers

extension TransferProgress {
  /// Tells what is sent or fetched, as it happens.
  @Sendable func take(_ notice: TransferNotice) {
    switch notice {
    case .waiting(let holder): Console().tell(WriterLock.wording(ofWaitFor: holder))
    case .object(let event): take(event)
    case .notRemembered(let error):
      Console().warn("what was seen cannot be remembered: \(error.description)")
    }
  }
}

extension CommandFailure {
  /// The wording of an error of a transfer; nil for any other error.
  init?(ofTransfer error: any Error) {
    switch error {
    case let error as OCIRegistry.RegistryError: self.init(error)
    case let error as LedgerTrouble:
      self.init(error.isIntegrity ? .integrity : .failure, error.wording)
    case StorePush.Refusal.empty:
      self.init(
        .failure, "nothing was recorded yet: there is nothing to push",
        next: "Run `zigttp deploy --local` first.")
    case StorePush.Refusal.ledger(let report):
      self.init(
        .integrity, "the ledger is not pushed, because it is not what was signed",
        details: report.findings.map { "  \($0.wording)" },
        next: report.findings.lazy.compactMap(\.next).first
          ?? "`zigttp proofs verify` says more.")
    case StorePush.Refusal.own(let troubles):
      self.init(
        .integrity, "the registry has something else under this ledger's name; nothing was pushed",
        details: troubles.map { "  \($0.line)" },
        next: "Restore the ledger from a copy, or push to another repository.")
    default: return nil
    }
  }
}
