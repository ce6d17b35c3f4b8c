import Encodings
import Ledger
import Verification

extension Finding {
  /// The way back, in one line.
  public var wayBack: SafeText {
    // What a verification advises is for whoever writes the ledger.
    (kind.isOfOthers ? nil : ledger?.next) ?? remedy.wording(for: kind)
  }

  /// What is wrong, in one line.
  public var line: SafeText {
    if let ledger { return "\(kind.rawValue) \(subject): \(ledger.wording)" }
    let parts: [SafeText?] = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
    let comparison = parts.compactMap(\.self).joined(separator: ", ")
    return "\(kind.rawValue) \(subject)\(comparison.isEmpty ? "" : ": \(comparison)" as SafeText)"
  }
}

extension Finding.Affected {
  /// nil where nothing is.
  var wording: SafeText? {
    guard !isEmpty else { return nil }
    var parts: [SafeText] = []
    if !services.isEmpty { parts.append("service \(services.joined(separator: ", "))") }
    if !lines.isEmpty { parts.append("line \(Self.ranges(lines))") }
    if !images.isEmpty {
      let shown = images.prefix(4).map(\.description).joined(separator: ", ")
      let rest: SafeText = images.count > 4 ? " and \(images.count - 4) more" : ""
      parts.append("image \(shown)\(rest)")
    }
    return parts.joined(separator: "; ")
  }

  private static func ranges(_ lines: [Int]) -> String {
    let shown = lines.prefix(12).map(String.init).joined(separator: ", ")
    return lines.count > 12 ? "\(shown) and \(lines.count - 12) more" : shown
  }
}

extension Finding.Remedy {
  /// What to run, or to do.
  func wording(for kind: FindingKind) -> SafeText {
    switch self {
    case .repair: "zigttp store fsck --repair"
    case .bringBack(let digest):
      "deploy the same sources again, or `zigttp store add FILE` with a file whose SHA-256 is \(digest.hex)"
    case .restore: kind.wayBack
    case .look: kind.wayBack
    }
  }
}

extension FindingKind {
  /// Whether it is about a ledger that was pulled.
  var isOfOthers: Bool {
    [.otherLedgerChanged, .otherLineMalformed, .otherSignerUnknown].contains(self)
  }

  /// What leads back where a repair cannot.
  var wayBack: SafeText {
    switch self {
    case .ledgerMissing, .ledgerNotAFile, .ledgerLineChanged, .ledgerRowsGone:
      "put proofs.jsonl back from a copy (a backup, or a clone of the store); where the change was "
        + "meant, remove .zigttp/leaves and run zigttp store fsck --repair"
    case .checkpointMismatch: "put the store back from a copy; `zigttp proofs verify` says more"
    case .originMissing, .originMalformed:
      "put checkpoint back from a copy: it has the name, and without it no repair knows it"
    case .ledgerUnsealed, .ledgerNeverSealed, .signerUnknown:
      "`zigttp proofs verify` says more"
    case .ledgerLineMalformed:
      "put proofs.jsonl back from a copy; a line that was appended so stays, and every command "
        + "names it"
    case .contractMismatch, .rowMismatch, .recordMalformed, .documentMalformed,
      .descriptorMismatch:
      "the row or the document was made by something else, or changed: compare with a copy"
    case .otherLedgerChanged:
      "move that folder away and run zigttp pull again: what was signed comes back"
    case .otherLineMalformed: "nothing here: whoever writes that ledger has to look"
    case .otherSignerUnknown:
      "ask the writer for the verifier key, and `zigttp key trust VKEY` where it is the same"
    case .blobUnreadable: "see to the disk or the permissions, then run zigttp store fsck again"
    case .pendingUnreadable: "look at the file in .zigttp/pending and move it away"
    case .binaryUnknown: "remove the file if nobody needs it"
    default: "zigttp store fsck --repair"
    }
  }

  /// What `zigttp help store fsck` says of it.
  public var meaning: String {
    switch self {
    case .layoutMissing: "oci-layout is gone: no search finds the store"
    case .layoutMalformed: "oci-layout does not say version 1.0.0"
    case .folderMissing: "a folder of the store is gone, or something else stands there"
    case .folderNotWritable: "the owner may not write a folder"
    case .gitignoreMissing: ".gitignore is gone: git would see the store"
    case .originMissing: "the store's name is gone"
    case .originMalformed: "the store's name cannot be one"
    case .lockNotAFile: "something else stands in the lock's place: nobody can write"
    case .blobCorrupt: "an object's bytes have another digest than its name"
    case .blobMissing: "an object that something names is not here, and shallow does not list it"
    case .blobUnreadable: "an object cannot be read"
    case .blobNotAFile: "a link, folder or device stands in an object's place"
    case .blobName: "a file among the objects has a name that is no digest"
    case .blobPermissions: "an object could be written"
    case .descriptorMismatch: "an object has another size than the one who names it says"
    case .documentMalformed: "a manifest or index is not of its format"
    case .indexMissing: "index.json is gone"
    case .indexMalformed: "index.json is no JSON object"
    case .indexStale: "index.json does not name the newest deploy of a service"
    case .ledgerMissing: "proofs.jsonl is gone, and something knows of its rows"
    case .ledgerNotAFile: "something else stands in the ledger's place"
    case .ledgerLineMalformed: "a line of the ledger is no row"
    case .ledgerLineChanged: "a line of the ledger is not what was appended"
    case .ledgerRowsGone: "lines that were appended are gone"
    case .ledgerNewlineGone: "the ledger lacks the newline at its end, and nothing else"
    case .ledgerTornTail: "the ledger ends within a line"
    case .ledgerUnsealed: "lines were appended that nobody signed"
    case .ledgerNeverSealed: "the ledger has rows and no checkpoint; the next deploy signs them"
    case .checkpointMismatch: "the checkpoint is gone, malformed, forged, or of another ledger"
    case .signerUnknown: "the checkpoint is signed by a key that is not believed here"
    case .recordMalformed: "a row names something that is no deploy record"
    case .contractMismatch: "a row tells of another contract than its record holds"
    case .rowMismatch: "a row names another image, program, sources or prover than its record"
    case .leavesStale: "leaves lacks hashes of lines"
    case .appendUnfinished: "an append was interrupted; the next deploy finishes it, too"
    case .pendingUnreadable: "a pending deploy cannot be read"
    case .shallowMalformed: "shallow has lines that are no digests"
    case .otherLedgerChanged: "another writer's ledger is not what was signed when it was pulled"
    case .otherLineMalformed: "a line of another writer's ledger is no row"
    case .otherSignerUnknown:
      "another writer's checkpoint is signed by a key that nobody vouches for"
    case .binaryMismatch: "a program in deploy/ is not the one that was deployed"
    case .binaryMissing: "the program of a service's last local deploy is gone"
    case .binaryUnknown: "a program in deploy/ is of no service in the ledger"
    case .graphUnusable: "graph.sqlite is no index of zigttp, or damaged"
    case .graphStale: "graph.sqlite does not say what the ledger says"
    case .leftover: "files of processes that ended more than an hour ago"
    }
  }
}
