import ContentStore
import Ledger
import OCIImage
import ProjectFiles

/// Finishes what an interrupted deploy began: its rows are in the ledger, what follows from them is
/// written again from their records.
struct Recovery {
  let publication: Publication

  private var store: ContentStore { publication.store }

  /// Leaves the writer ready for the next append.
  func finish(_ writer: inout LedgerWriter) throws {
    let tell = publication.tell
    for notice in writer.recovery.notices { tell(.ledger(notice)) }
    guard !writer.recovery.rows.isEmpty else { return }
    for row in writer.recovery.rows {
      // The row is in the ledger whatever becomes of its files; one that cannot be published must
      // not stand in the way of every deploy after it.
      do {
        if let row = row.row { try publishAgain(row) }
        tell(.finishedInterrupted(line: row.number))
      } catch let error where Recovery.isOfTheRow(error) {
        tell(.leftUnpublished(line: row.number))
      }
    }
    try writer.finish()
  }

  private func publishAgain(_ row: LedgerRow) throws {
    guard row.kind == .deploy, let service = row.serviceName, let digest = row.record else {
      return
    }
    // Everything is read before anything is changed: the row may be anybody's.
    guard Slug.make(service) == service else { throw NotOurs() }
    let record = try DeployRecord(digest, in: store.blobs)
    let image = try record.image(in: store.blobs)
    // A row that names another image than its record is nobody's to publish.
    if let own = row.image, own != image.descriptor.digest { throw NotOurs() }
    if row.target == publication.programsOf,
      let aside = try image.writeBinary(for: service, in: store)
    {
      publication.tell(.movedAside(path: aside))
    }
    try publication.name(record, image: image.descriptor, service: service)
  }

  /// A row that no deploy of ours writes.
  private struct NotOurs: Error {}

  /// Whether the reason lies in the row or its objects, and not in the disk.
  private static func isOfTheRow(_ error: any Error) -> Bool {
    let cause: StoreError
    switch error {
    case is NotOurs: return true
    case ImageError.store(let error): cause = error
    case is ImageError: return true
    default: return false
    }
    return [.missing, .corrupt, .malformed, .unsupportedDigest, .tooLarge].contains(cause.code)
  }
}
