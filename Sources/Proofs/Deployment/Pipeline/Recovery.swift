import ContentStore
import Ledger
import OCIImage

/// Finishes what an interrupted deploy began: its rows are in the ledger, what follows from them is
/// written again from their records.
struct Recovery {
  let store: ContentStore

  /// Leaves the writer ready for the next append.
  func finish(_ writer: inout LedgerWriter, tell: (DeployEvent) -> Void) throws {
    for notice in writer.recovery.notices { tell(.ledger(notice)) }
    guard !writer.recovery.rows.isEmpty else { return }
    for row in writer.recovery.rows {
      if let row = row.row { try publishAgain(row) }
      tell(.finishedInterrupted(line: row.number))
    }
    try writer.finish()
  }

  private func publishAgain(_ row: LedgerRow) throws {
    guard row.kind == .deploy, let service = row.serviceName, let digest = row.record else {
      return
    }
    let record = try DeployRecord(digest, in: store.blobs)
    let image = try record.image(in: store.blobs)
    try store.index.update { index in
      index.setNewest(of: service, image: image.descriptor, record: record.descriptor)
    }
    if row.target == LocalDeployment.target {
      try image.writeBinary(for: service, in: store)
    }
  }
}
