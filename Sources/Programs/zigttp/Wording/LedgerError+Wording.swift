import Ledger
import Reports

extension CommandFailure {
  init(_ error: LedgerError) {
    switch error {
    case .store(let cause): self.init(cause)
    case .changedUnderneath:
      self.init(.integrity, "\(error)", next: "Run the command again.")
    case .refused(let finding):
      self.init(.integrity, finding.wording, next: finding.next)
    case .malformedFile:
      self.init(.failure, "\(error)", next: "Correct the file, or move it away.")
    case .noPlaceForKey:
      self.init(
        .failure, "no place for the signing key: HOME is not set, or no such folder exists",
        next: "Set HOME, or name the file of a key that you have with ZIGTTP_SIGNING_KEY_FILE.")
    case .exposedKey(let path, _):
      self.init(
        .failure, "\(error)",
        next: "Run `chmod 600 \(ShellWord.quoted(path))`, if nobody else has read it.")
    case .noNamedKey(let path):
      self.init(
        .failure, "ZIGTTP_SIGNING_KEY_FILE names \(path), which does not exist",
        next: "Name a key that is there, or unset it: a key is made only in ~/.zigttp/keys.")
    case .keyOfAnotherName(_, _, let name):
      self.init(
        .failure, "\(error)",
        next: """
          Give the ledger that name before its first row: \
          `zigttp proofs origin \(ShellWord.quoted(name))`.
          """)
    case .keyOfAnotherOrigin:
      self.init(
        .failure, "\(error)",
        next: "Name the right file with ZIGTTP_SIGNING_KEY_FILE, or import the key.")
    case .keyExists:
      self.init(.failure, "\(error)", next: "Move it away first, if the ledger shall have another.")
    case .badOrigin:
      self.init(
        .failure, "\(error)",
        next: "Expected 1 to 200 printable ASCII characters without space and +.")
    case .originInUse(0):
      self.init(.failure, "something was signed with the origin already; it stays")
    case .originInUse(let rows):
      self.init(.failure, "the ledger has \(rows) row(s), and they are signed with its origin")
    case .beyondCheckpoint:
      self.init(.integrity, "\(error)", next: "`zigttp proofs verify` says why.")
    default:
      self.init(.failure, "\(error)")
    }
  }
}
