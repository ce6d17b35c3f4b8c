/// Who signed a checkpoint, and whether that is believed.
struct SignatureCheck {
  /// Whose keys may sign.
  let origin: String?
  /// Keys of which the store itself tells: never believed.
  let hints: [VerifierKey]
  let anchors: [(key: VerifierKey, anchor: LedgerTrust.Anchor)]

  /// Puts signer, anchor and what is wrong into a report.
  func judge(_ checkpoint: SignedCheckpoint, _ report: inout LedgerReport) {
    var isForged = false
    for (key, anchor) in anchors where key.name == checkpoint.head.origin {
      switch checkpoint.note.judge(key) {
      case .signed where report.anchor == nil:
        report.signer = key
        report.anchor = anchor
      case .forged:
        isForged = true
        report.findings.append(.forged(key: key))
      case .signed, .absent: break
      }
    }
    if report.anchor != nil || isForged { return }
    let named = anchors.filter { $0.anchor == .named }
    for (key, _) in named { report.findings.append(.notSignedBy(key: key)) }
    for key in hints where key.name == checkpoint.head.origin {
      switch checkpoint.note.judge(key) {
      case .signed:
        report.signer = key
        return
      case .forged: report.findings.append(.forged(key: key))
      case .absent: break
      }
    }
  }

  /// Whether an append in progress is signed by a key that is believed; where none is, by one that
  /// the store tells of.
  func accepts(_ next: AppendNext) -> Bool {
    let head = next.checkpoint.head
    guard head.origin == origin else { return false }
    let believed = anchors.map(\.key).filter { $0.name == head.origin }
    let keys = believed.isEmpty ? hints.filter { $0.name == head.origin } : believed
    return keys.contains { next.checkpoint.note.judge($0) == .signed }
  }
}
