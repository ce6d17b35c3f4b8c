/// The kinds of findings. Their words are stable: scripts may look for them.
///
/// The table in `ContentStore.docc`, "Findings", says what each means.
public enum FindingKind: String, Sendable, Hashable, CaseIterable {
  case layoutMissing = "layout-missing"
  case layoutMalformed = "layout-malformed"
  case folderMissing = "folder-missing"
  case folderNotWritable = "folder-not-writable"
  case gitignoreMissing = "gitignore-missing"
  case originMissing = "origin-missing"
  case originMalformed = "origin-malformed"
  case lockNotAFile = "lock-not-a-file"

  case blobCorrupt = "blob-corrupt"
  case blobMissing = "blob-missing"
  case blobUnreadable = "blob-unreadable"
  case blobNotAFile = "blob-not-a-file"
  case blobName = "blob-name"
  case blobPermissions = "blob-permissions"
  case descriptorMismatch = "descriptor-mismatch"
  case documentMalformed = "document-malformed"

  case indexMissing = "index-missing"
  case indexMalformed = "index-malformed"
  case indexStale = "index-stale"

  case ledgerMissing = "ledger-missing"
  case ledgerNotAFile = "ledger-not-a-file"
  case ledgerLineMalformed = "ledger-line-malformed"
  case ledgerLineChanged = "ledger-line-changed"
  case ledgerRowsGone = "ledger-rows-gone"
  case ledgerNewlineGone = "ledger-newline-gone"
  case ledgerTornTail = "ledger-torn-tail"
  case ledgerUnsealed = "ledger-unsealed"
  case ledgerNeverSealed = "ledger-never-sealed"
  case checkpointMismatch = "checkpoint-mismatch"
  case signerUnknown = "signer-unknown"
  case recordMalformed = "record-malformed"
  case contractMismatch = "contract-mismatch"
  case rowMismatch = "row-mismatch"
  case leavesStale = "leaves-stale"
  case appendUnfinished = "append-unfinished"
  case pendingUnreadable = "pending-unreadable"
  case shallowMalformed = "shallow-malformed"
  case otherLedgerChanged = "other-ledger-changed"
  case otherLineMalformed = "other-line-malformed"
  case otherSignerUnknown = "other-signer-unknown"

  case binaryMismatch = "binary-mismatch"
  case binaryMissing = "binary-missing"
  case binaryUnknown = "binary-unknown"
  case graphUnusable = "graph-unusable"
  case graphStale = "graph-stale"
  case leftover = "leftover"

  /// How bad it is.
  public var severity: Finding.Severity {
    switch self {
    case .folderMissing, .folderNotWritable, .gitignoreMissing, .originMissing, .blobName,
      .blobPermissions, .indexStale, .ledgerTornTail, .ledgerNeverSealed, .signerUnknown,
      .leavesStale, .appendUnfinished, .otherLineMalformed, .otherSignerUnknown,
      .binaryMissing, .binaryUnknown, .graphUnusable, .graphStale, .leftover:
      .warning
    default: .error
    }
  }

  /// The way back that most of them have.
  var remedy: Finding.Remedy {
    switch self {
    case .ledgerMissing, .ledgerNotAFile, .ledgerLineMalformed, .ledgerLineChanged,
      .ledgerRowsGone, .checkpointMismatch, .contractMismatch, .rowMismatch, .recordMalformed,
      .documentMalformed, .descriptorMismatch:
      .restore
    case .otherLedgerChanged, .otherLineMalformed, .otherSignerUnknown,
      .ledgerUnsealed, .ledgerNeverSealed, .signerUnknown, .blobMissing, .blobUnreadable,
      .pendingUnreadable, .binaryUnknown:
      .look
    default: .repair
    }
  }
}
